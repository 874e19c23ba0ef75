//! Nothing is left of a run, however it ends, and nothing of another run is touched.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::trials::{Test, block_on, tests, with_containers};
use gitlab_mattermost_stage::cleanup::RunDirectory;
use gitlab_mattermost_stage::engine::Engine;
use gitlab_mattermost_stage::owner::OWNER_LABEL;
use gitlab_mattermost_stage::process;
use libtest_mimic::Completion;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;
use testcontainers::bollard::query_parameters::{ListContainersOptionsBuilder, ListNetworksOptionsBuilder};

/// The tests of this module.
pub fn all() -> Vec<Test> {
    tests![
        nothing_is_left_of_installed_programs_after_any_end,
        nothing_is_left_of_installed_programs_after_any_signal,
        nothing_is_left_of_containers_after_any_end,
        nothing_is_left_of_containers_after_any_signal,
        the_next_run_sweeps_what_a_run_and_its_reaper_left_but_no_living_or_kept_run,
        a_run_in_another_pid_namespace_is_left_alone,
        two_runs_at_the_same_time_in_two_pid_namespaces_both_end_well_and_leave_nothing,
        whoever_looks_into_a_kept_folder_is_left_alone,
    ]
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_mattermost-lab");

/// How long clean-up by another process may take; on a busy machine an engine is slow.
const LIMIT: Duration = Duration::from_secs(20);

/// A run that holds a server, started as a program of its own.
struct Held {
    program: Child,
    stdin: Option<ChildStdin>,
    directory: PathBuf,
    owner: String,
}

impl Held {
    fn start(temporary: &TempDir, arguments: &[&str]) -> Self {
        // What was started by `nohup`, or in the background of a script, ignores some signals, and so would a child of it.
        let mut program = Command::new("env")
            .args(["--default-signal=HUP,INT,TERM", PROGRAM, "hold"])
            .args(arguments)
            .env("TMPDIR", temporary.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = program.stdin.take();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let (Some(Ok(_description)), Some(Ok(directory))) = (lines.next(), lines.next()) else {
            let mut error = String::new();
            program.stderr.take().unwrap().read_to_string(&mut error).unwrap();
            panic!("`hold` did not start: {error}");
        };
        let directory = PathBuf::from(directory);
        let owner = RunDirectory::existing(&directory).unwrap().owner().to_string();
        Self { program, stdin, directory, owner }
    }

    fn end(mut self, ending: Ending) -> (ExitStatus, Left) {
        match ending {
            Ending::Signal(signal) => kill(Pid::from_raw(self.program.id() as i32), signal).unwrap(),
            Ending::EndOfInput => drop(self.stdin.take()),
        }
        let status = self.program.wait().unwrap();
        (status, Left { directory: self.directory, owner: self.owner })
    }
}

#[derive(Clone, Copy)]
enum Ending {
    Signal(Signal),
    EndOfInput,
}

/// What a run may have left.
struct Left {
    directory: PathBuf,
    owner: String,
}

impl Left {
    fn now(&self) -> Vec<String> {
        let folder = self.directory.exists().then(|| format!("folder {}", self.directory.display()));
        let processes = process::started_for(&self.directory, &[]);
        let processes = processes.iter().map(|process| format!("process {}", process.pid));
        folder.into_iter().chain(processes).chain(on_engine(&self.owner)).collect()
    }

    fn assert_nothing(&self) {
        let deadline = Instant::now() + LIMIT;
        while !self.now().is_empty() {
            assert!(Instant::now() < deadline, "left after {LIMIT:?}: {:?}", self.now());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Containers and networks with this mark.
fn on_engine(owner: &str) -> Vec<String> {
    block_on(async {
        let Ok(engine) = Engine::probe().await else { return Vec::new() };
        let filter = [("label", vec![format!("{OWNER_LABEL}={owner}")])].into();
        let list = ListContainersOptionsBuilder::new().all(true).filters(&filter).build();
        let containers = engine.docker().list_containers(Some(list)).await.unwrap();
        let list = ListNetworksOptionsBuilder::new().filters(&filter).build();
        let networks = engine.docker().list_networks(Some(list)).await.unwrap();
        let containers = containers.into_iter().filter_map(|it| Some(format!("container {}", it.id?)));
        containers.chain(networks.into_iter().filter_map(|it| Some(format!("network {}", it.id?)))).collect()
    })
}

/// A folder for temporary files that a server which runs as another user can enter.
fn temporary() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn nothing_is_left(backend: &str, ending: Ending, then: &str) -> ExitStatus {
    let temporary = temporary();
    let held = Held::start(&temporary, &["--postgres", backend, "--then", then]);
    let alive = Left { directory: held.directory.clone(), owner: held.owner.clone() }.now();
    assert!(alive.len() > 1, "a server of the run should be seen while it lives: {alive:?}");
    let (status, left) = held.end(ending);
    left.assert_nothing();
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
    status
}

fn nothing_is_left_of_installed_programs_after_any_end() {
    assert!(nothing_is_left("local", Ending::EndOfInput, "return").success());
    assert!(nothing_is_left("local", Ending::EndOfInput, "exit").success());
    assert_eq!(nothing_is_left("local", Ending::EndOfInput, "panic").code(), Some(70));
}

fn nothing_is_left_of_installed_programs_after_any_signal() {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGKILL] {
        let status = nothing_is_left("local", Ending::Signal(signal), "return");
        assert_eq!(status.signal(), Some(signal as i32));
    }
}

fn nothing_is_left_of_containers_after_any_end() -> Completion {
    with_containers(|| {
        for then in ["return", "exit", "panic"] {
            nothing_is_left("container", Ending::EndOfInput, then);
        }
    })
}

fn nothing_is_left_of_containers_after_any_signal() -> Completion {
    with_containers(|| {
        for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGKILL] {
            nothing_is_left("container", Ending::Signal(signal), "return");
        }
    })
}

/// Ends a run and its reaper together, so that only the next start can clean up.
fn end_with_reaper(held: Held) -> Left {
    let reaper = children_of(held.program.id());
    assert_eq!(reaper.len(), 2, "the server and the reaper are the children of a run: {reaper:?}");
    for child in reaper {
        if command_line(child).contains("\0reap\0") {
            kill(Pid::from_raw(child), Signal::SIGKILL).unwrap();
        }
    }
    let (_, left) = held.end(Ending::Signal(Signal::SIGKILL));
    assert!(!left.now().is_empty(), "the reaper should have died before it could do its work");
    left
}

fn children_of(pid: u32) -> Vec<i32> {
    let tasks = Path::new("/proc").join(pid.to_string()).join("task");
    let lists = std::fs::read_dir(tasks).unwrap().flatten();
    let lists = lists.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().map(|pid| pid.parse().unwrap()).collect::<Vec<_>>()).collect()
}

fn command_line(pid: i32) -> String {
    std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap()
}

fn the_next_run_sweeps_what_a_run_and_its_reaper_left_but_no_living_or_kept_run() {
    let temporary = temporary();
    let living = Held::start(&temporary, &["--postgres", "local"]);
    let kept = Held::start(&temporary, &["--postgres", "local", "--keep"]);
    let (_, kept) = kept.end(Ending::EndOfInput);
    let dead = end_with_reaper(Held::start(&temporary, &["--postgres", "local"]));

    let (_, next) = Held::start(&temporary, &["--postgres", "local"]).end(Ending::EndOfInput);
    dead.assert_nothing();
    next.assert_nothing();
    assert!(process::started_for(&living.directory, &[]).len() > 1, "the living run lost its server");
    assert!(process::started_for(&kept.directory, &[]).len() > 1, "the kept run lost its server");

    let mut sweep = Command::new(PROGRAM);
    sweep.args(["sweep", "--all"]).env("TMPDIR", temporary.path());
    // Somebody may have kept containers on this machine for a reason.
    sweep.env("DOCKER_HOST", "unix:///nonexistent");
    assert!(sweep.output().unwrap().status.success());
    kept.assert_nothing();
    assert!(process::started_for(&living.directory, &[]).len() > 1, "the living run lost its server");
    let (status, living) = living.end(Ending::EndOfInput);
    assert!(status.success());
    living.assert_nothing();
}

/// What `docker run` does for two CI jobs on one machine: each has its own process numbers, and the same folder and engine.
fn a_run_in_another_pid_namespace_is_left_alone() -> Completion {
    if !nix::unistd::geteuid().is_root() {
        return crate::trials::ignored("only root can make a pid namespace", "LAB_REQUIRE_ACCOUNTS");
    }
    let temporary = temporary();
    let apart = ["--pid", "--fork", "--mount-proc", "--kill-child", PROGRAM, "hold", "--postgres", "local"];
    let mut neighbour = Command::new("unshare")
        .args(apart)
        .env("TMPDIR", temporary.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(neighbour.stdout.take().unwrap()).lines();
    let directory = PathBuf::from(lines.nth(1).unwrap().unwrap());

    let (_, own) = Held::start(&temporary, &["--postgres", "local"]).end(Ending::EndOfInput);
    own.assert_nothing();
    let mut sweep = Command::new(PROGRAM);
    sweep.args(["sweep", "--all"]).env("TMPDIR", temporary.path()).env("DOCKER_HOST", "unix:///nonexistent");
    assert!(sweep.output().unwrap().status.success());
    assert!(directory.join("owner").is_file(), "the folder of a living run was removed");
    assert!(!process::started_for(&directory, &[]).is_empty(), "its server was ended");

    drop(neighbour.stdin.take());
    assert!(neighbour.wait().unwrap().success());
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
    Completion::Completed
}

/// Two CI jobs on one machine: a few scenarios each, or all of them with `LAB_TWO_RUNS=1`.
fn two_runs_at_the_same_time_in_two_pid_namespaces_both_end_well_and_leave_nothing() -> Completion {
    if !nix::unistd::geteuid().is_root() {
        return crate::trials::ignored("only root can make a pid namespace", "LAB_REQUIRE_ACCOUNTS");
    }
    with_containers(|| {
        let temporary = temporary();
        let is_whole = std::env::var_os("LAB_TWO_RUNS").is_some();
        let few = ["01_getting_started_on_a_host", "05_authorize_in_a_browser/a-user-who-denies-is-not-signed-in"];
        let few = few.map(|id| ["--only", id]).concat();
        let selection: &[&str] = if is_whole { &[] } else { &few };
        let start = |number: u32| {
            let said = std::fs::File::create(temporary.path().join(format!("run-{number}.txt"))).unwrap();
            let mut command = Command::new("unshare");
            command.args(["--pid", "--fork", "--mount-proc", "--kill-child", PROGRAM, "run"]).args(selection);
            command.env("TMPDIR", temporary.path()).stdin(Stdio::null()).stderr(said.try_clone().unwrap()).stdout(said);
            command.spawn().unwrap()
        };
        let mut runs = [start(1), start(2)];
        let mut owners = BTreeSet::new();
        let mut ended = [None, None];
        while ended.contains(&None) {
            let folders = std::fs::read_dir(temporary.path()).unwrap().filter_map(|entry| Some(entry.ok()?.path()));
            owners.extend(folders.filter_map(|path| Some(RunDirectory::existing(&path)?.owner().to_string())));
            for (run, status) in runs.iter_mut().zip(&mut ended) {
                *status = run.try_wait().unwrap();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        for (number, status) in (1..).zip(ended) {
            let path = temporary.path().join(format!("run-{number}.txt"));
            let said = std::fs::read_to_string(&path).unwrap();
            assert!(status.unwrap().success(), "{status:?}\n{said}");
            println!("{}", said.lines().last().unwrap_or_default());
            std::fs::remove_file(path).unwrap();
        }
        assert_eq!(owners.len(), 2, "each run has a mark of its own: {owners:?}");
        for owner in owners {
            Left { directory: temporary.path().join("none"), owner }.assert_nothing();
        }
        let left: Vec<_> = std::fs::read_dir(temporary.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(left.is_empty(), "{left:?}");
    })
}

fn whoever_looks_into_a_kept_folder_is_left_alone() {
    let temporary = temporary();
    let (_, kept) = Held::start(&temporary, &["--postgres", "local", "--keep"]).end(Ending::EndOfInput);
    // The sweep itself is called by a shell that stands there.
    let script = format!("'{PROGRAM}' sweep --all; echo still here");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).current_dir(&kept.directory).env("TMPDIR", temporary.path());
    let output = shell.env("DOCKER_HOST", "unix:///nonexistent").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("still here\n"), "{output:?}");
    kept.assert_nothing();
}
