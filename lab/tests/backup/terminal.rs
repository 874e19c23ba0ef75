//! A person at a terminal: what the program asks for there, and what is typed.

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How long the program may take to ask.
const WITHIN: Duration = Duration::from_secs(60);

/// From when a question is there until nothing that is typed is shown.
const MOMENT: Duration = Duration::from_millis(300);

/// A program on a terminal of its own.
pub struct Terminal {
    child: Child,
    keyboard: ChildStdin,
    screen: Arc<Mutex<String>>,
    reader: thread::JoinHandle<()>,
}

/// Whether there is the program that makes terminals.
pub fn has_terminals() -> bool {
    Command::new("script").arg("--version").output().is_ok_and(|output| output.status.success())
}

impl Terminal {
    /// Starts a command, with all that it is given.
    pub fn start(command: &Command) -> Self {
        let quoted = |word: &OsStr| format!("'{}'", word.to_str().unwrap().replace('\'', r"'\''"));
        let words: Vec<String> = [command.get_program()].into_iter().chain(command.get_args()).map(quoted).collect();
        let mut script = Command::new("script");
        script.args(["-qefc", &format!("exec {}", words.join(" ")), "/dev/null"]);
        script.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (keyboard, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let screen = Arc::new(Mutex::new(String::new()));
        let shown = Arc::clone(&screen);
        let reader = thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(count @ 1..) = stdout.read(&mut piece) {
                shown.lock().unwrap().push_str(&String::from_utf8_lossy(&piece[..count]));
            }
        });
        Self { child, keyboard, screen, reader }
    }

    /// Waits until this is on the screen, and whoever asks can be answered.
    pub fn wait_for(&self, words: &str) {
        let start = Instant::now();
        while !self.screen.lock().unwrap().contains(words) {
            assert!(start.elapsed() < WITHIN, "no `{words}`: {}", self.screen.lock().unwrap());
            thread::sleep(Duration::from_millis(20));
        }
        thread::sleep(MOMENT);
    }

    /// Presses these keys.
    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Waits for the end of the program: its status, and all that was on the screen, however it was broken into lines.
    pub fn end(mut self) -> (Option<i32>, String) {
        let status = self.child.wait().unwrap();
        self.reader.join().unwrap();
        let screen = self.screen.lock().unwrap();
        (status.code(), screen.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}
