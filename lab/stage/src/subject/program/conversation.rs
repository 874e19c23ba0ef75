//! One process of a program, from its hello to its end.
//!
//! Reading and writing happen on threads of their own, so that neither a program that does not read nor one that does
//! not write holds up the lab. Lines and the error output are bounded.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde::Deserialize;
use serde_json::Value;

use super::answer::{Answer, Refusal};
use super::hello::Hello;

/// The longest line that is read of a program.
const LONGEST_LINE: u64 = 4 * 1024 * 1024;
/// How many lines of its error output are kept, and how long each may be.
const KEPT_LINES: usize = 10;
const KEPT_OF_LINE: u64 = 400;
/// Characters shown of a line that is no answer.
const SHOWN_OF_LINE: usize = 200;
/// How long a program may take from its start to its hello.
const START_WITHIN: Duration = Duration::from_secs(30);
/// How long the last words of a process that has ended are waited for.
const LAST_WORDS_WITHIN: Duration = Duration::from_millis(500);

/// Why a conversation is over: what the program did, as a clause, and what it said last.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) what: String,
    pub(super) said: String,
}

/// What comes out of a process.
enum Heard {
    Line(String),
    TooLong,
    NotText,
}

/// A process that has said hello.
pub(super) struct Conversation {
    process: Process,
    limit: Duration,
    hello: Hello,
}

impl Conversation {
    /// Starts the command, tells its number to `register` and waits for its hello.
    pub(super) fn start(
        command: &str,
        abilities: &[&str],
        limit: Duration,
        register: &dyn Fn(u32) -> io::Result<()>,
    ) -> Result<Self, Broken> {
        let mut process = Process::start(command, register)
            .map_err(|error| Broken { what: format!("cannot be started: {error}"), said: String::new() })?;
        let line = process.hear(START_WITHIN, "its hello")?;
        let hello = Hello::read(&line, abilities).map_err(|what| process.broken(what))?;
        Ok(Self { process, limit, hello })
    }

    pub(super) fn hello(&self) -> &Hello {
        &self.hello
    }

    /// Sends a question and waits for the answer that carries its number; `read` says whether it is one.
    pub(super) fn ask(
        &mut self,
        id: u64,
        question: &str,
        read: &dyn Fn(Value) -> Result<Value, String>,
    ) -> Result<Answer, Broken> {
        // A process that is gone is noticed when it is heard.
        let _ = self.process.to.send(format!("{question}\n"));
        let line = self.process.hear(self.limit, "an answer")?;
        let answer = read_answer(id, &line).and_then(|reply| match reply {
            Ok(answer) => read(answer).map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        });
        answer.map_err(|why| self.process.broken(format!("broke the protocol: {why}; it said: {}", shortened(&line))))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    id: u64,
    answer: Option<Value>,
    error: Option<Refusal>,
}

fn read_answer(id: u64, line: &str) -> Result<Answer, String> {
    let reply: Reply = serde_json::from_str(line).map_err(|error| error.to_string())?;
    if reply.id != id {
        return Err(format!("the answer has the id {}, the question had {id}", reply.id));
    }
    match (reply.answer, reply.error) {
        (Some(answer), None) => Ok(Ok(answer)),
        (None, Some(refusal)) => Ok(Err(refusal)),
        _ => Err("a reply has either `answer` or `error`".to_owned()),
    }
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(SHOWN_OF_LINE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// A process with its three streams. It is ended with everything it started when this goes.
struct Process {
    child: Child,
    to: Sender<String>,
    from: Receiver<Heard>,
    said: Arc<Mutex<VecDeque<String>>>,
    /// Breaks when the error output has ended.
    all_said: Receiver<()>,
}

impl Process {
    fn start(command: &str, register: &dyn Fn(u32) -> io::Result<()>) -> io::Result<Self> {
        let words = shlex::split(command).unwrap_or_default();
        let (program, arguments) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (to, questions) = channel();
        let (lines, from) = sync_channel(16);
        let said = Arc::new(Mutex::new(VecDeque::new()));
        let (saying, all_said) = channel();
        let process = Self { child, to, from, said: Arc::clone(&said), all_said };
        register(process.child.id())?;
        thread::spawn(move || write_questions(stdin, &questions));
        thread::spawn(move || stdout.map(|stdout| read_lines(stdout, |heard| lines.send(heard).is_ok())));
        thread::spawn(move || {
            if let Some(stderr) = stderr {
                keep_last_lines(stderr, &said);
            }
            drop(saying);
        });
        Ok(process)
    }

    /// The next line; `awaited` is what it should be, for the words of an error.
    fn hear(&mut self, limit: Duration, awaited: &str) -> Result<String, Broken> {
        let what = match self.from.recv_timeout(limit) {
            Ok(Heard::Line(line)) => return Ok(line),
            Ok(Heard::TooLong) => format!("wrote a line of more than {LONGEST_LINE} bytes"),
            Ok(Heard::NotText) => "wrote a line that is not UTF-8 text".to_owned(),
            Err(RecvTimeoutError::Timeout) => format!("gave no line with {awaited} within {} s", limit.as_secs_f64()),
            Err(RecvTimeoutError::Disconnected) => format!("ended ({}) without {awaited}", self.status()),
        };
        Err(self.broken(what))
    }

    /// How the process ended, or what it does in place of it.
    fn status(&mut self) -> String {
        let begun = std::time::Instant::now();
        while begun.elapsed() < LAST_WORDS_WITHIN {
            match self.child.try_wait() {
                Ok(Some(status)) => return status.to_string(),
                Ok(None) => thread::sleep(Duration::from_millis(5)),
                Err(error) => return error.to_string(),
            }
        }
        "it closed its output but still runs".to_owned()
    }

    /// Ends the process and collects what it said last.
    fn broken(&mut self, what: String) -> Broken {
        self.end();
        // Nothing is ever sent: this ends when the error output does, or something else still holds that open.
        let _ = self.all_said.recv_timeout(LAST_WORDS_WITHIN);
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        Broken { what, said: said.iter().map(String::as_str).collect::<Vec<_>>().join("\n") }
    }

    fn end(&mut self) {
        if let Ok(group) = i32::try_from(self.child.id()) {
            // It may have ended by itself.
            let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
        }
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

fn write_questions(stdin: Option<impl Write>, questions: &Receiver<String>) {
    let Some(mut stdin) = stdin else { return };
    for question in questions {
        // What a program makes of a question that it does not read is seen in its answer.
        if stdin.write_all(question.as_bytes()).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

/// Hands on every line that is not blank, until the stream ends or nobody takes them any more.
fn read_lines(stdout: impl Read, mut hand_on: impl FnMut(Heard) -> bool) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        match stdout.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(length) if length as u64 == LONGEST_LINE && line.last() != Some(&b'\n') => {
                hand_on(Heard::TooLong);
                return;
            }
            Ok(_) => {}
        }
        let heard = match String::from_utf8(line) {
            Ok(text) if text.trim().is_empty() => continue,
            Ok(text) => Heard::Line(text.trim().to_owned()),
            Err(_) => Heard::NotText,
        };
        if !hand_on(heard) {
            return;
        }
    }
}

fn keep_last_lines(stderr: impl Read, kept: &Mutex<VecDeque<String>>) {
    let mut stderr = BufReader::new(stderr);
    loop {
        let mut line = Vec::new();
        match stderr.by_ref().take(KEPT_OF_LINE).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(String::from_utf8_lossy(&line).trim_end().to_owned());
        if kept.len() > KEPT_LINES {
            kept.pop_front();
        }
    }
}
