//! The program is killed at every boundary between its steps and at random moments: afterwards the old state is whole or
//! the new one is, and the next attempt succeeds.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::installation::{Installation, succeeded};
use super::server::Server;
use super::state::State;

const VARIABLE: &str = "MATTERMOST_LAB_CRASH_AT";

/// More boundaries than there are: a test that never gets through fails.
const MOST: u32 = 200;

/// Attempts at the same time.
const WORKERS: u32 = 3;

fn was_killed(output: &Output) -> bool {
    output.status.signal() == Some(9)
}

/// The backup, the state in it, and the installation that has lived on since.
struct Scene<'a> {
    server: &'a Server,
    lived_on: Installation<'a>,
    backup: PathBuf,
    backed_up: State,
    later: State,
}

impl<'a> Scene<'a> {
    fn new(server: &'a Server) -> Self {
        let folder = server.folder("scene");
        let lived_on = Installation::new(server, "original", &folder, 6);
        let backed_up = lived_on.state();
        let backup = lived_on.back_up_all(&folder.join("backups"));
        lived_on.live_on();
        lived_on.change_settings();
        let later = lived_on.state();
        assert_ne!(backed_up, later);
        Self { server, lived_on, backup, backed_up, later }
    }

    /// After a crash: brings things to an end, sees that nothing is lost, and restores. Gives whether the new state was
    /// found.
    fn check_and_restore(&self, it: &Installation<'_>, case: &str) -> bool {
        let recovered = succeeded(&it.command(&["restore", "--recover", "--start", &start(it)]).output().unwrap());
        let new = self.assert_whole(it, &format!("{case}: {recovered}"));
        succeeded(&it.restore_all(&self.backup).output().unwrap());
        assert!(it.state() == self.backed_up && it.runs(), "{case}: the next attempt did not restore everything");
        self.assert_nothing_left(it, case);
        new
    }

    fn assert_whole(&self, it: &Installation<'_>, case: &str) -> bool {
        let state = it.state();
        assert!(state == self.later || state == self.backed_up, "{case}: neither old nor new\n{state:#?}");
        assert!(it.runs(), "{case}: the server was left stopped");
        state == self.backed_up
    }

    /// What restores kept is forgotten, and no trace of any attempt is left.
    fn assert_nothing_left(&self, it: &Installation<'_>, case: &str) {
        succeeded(&it.command(&["restore", "--forget"]).output().unwrap());
        let names = |folder: &Path| {
            let entries = fs::read_dir(folder).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        };
        assert_eq!(names(&it.home), ["client-plugins", "config.json", "data", "plugins", "running"], "{case}");
        assert!(it.notes().is_empty(), "{case}: {:?}", it.notes());
        assert_eq!(names(&it.gitlab), ["env", "gitlab-secrets.json", "gitlab.rb"], "{case}");
        let query = format!("SELECT count(*) FROM pg_database WHERE datname LIKE '{}%'", it.database);
        assert_eq!(self.server.sql("postgres", &query).trim(), "1", "{case}");
    }

    fn worker(&self, number: u32) -> Installation<'_> {
        Installation::copy_of(&self.lived_on, &format!("worker{number}"))
    }
}

fn start(it: &Installation<'_>) -> String {
    format!("touch '{}'", it.home.join("running").display())
}

#[test]
fn a_restore_that_is_killed_at_any_moment_leaves_the_old_state_or_the_new_one() {
    let server = Server::start();
    let scene = Scene::new(&server);
    let (next, old, new) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
    let through = AtomicU32::new(MOST);
    std::thread::scope(|scope| {
        for number in 0..WORKERS {
            let (scene, next, old, new, through) = (&scene, &next, &old, &new, &through);
            scope.spawn(move || {
                let it = scene.worker(number);
                loop {
                    let boundary = next.fetch_add(1, Ordering::Relaxed);
                    if boundary >= through.load(Ordering::Relaxed) {
                        break;
                    }
                    it.become_copy_of(&scene.lived_on);
                    let output = it.restore_all(&scene.backup).env(VARIABLE, boundary.to_string()).output().unwrap();
                    if !was_killed(&output) {
                        succeeded(&output);
                        through.fetch_min(boundary, Ordering::Relaxed);
                        continue;
                    }
                    let counted = if scene.check_and_restore(&it, &format!("boundary {boundary}")) { new } else { old };
                    counted.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let (old, new) = (old.into_inner(), new.into_inner());
    println!("restore: {} crash points at boundaries, {old} ended in the old state, {new} in the new one", old + new);
    assert!(through.load(Ordering::Relaxed) < MOST && old > 10 && new > 5, "{old} old, {new} new");
    let recovering = killed_while_recovering(&scene, through.load(Ordering::Relaxed));
    let random = killed_at_random(&scene);
    println!("restore: {random} crash points at random moments, {recovering} while recovering");
}

/// Kills from outside, spread over the time that a restore takes.
fn killed_at_random(scene: &Scene<'_>) -> u32 {
    const ATTEMPTS: u32 = 12;
    let it = scene.worker(0);
    let begun = Instant::now();
    succeeded(&it.restore_all(&scene.backup).output().unwrap());
    let whole = begun.elapsed();
    let mut killed = 0;
    for attempt in 0..ATTEMPTS {
        it.become_copy_of(&scene.lived_on);
        let mut child = it.restore_all(&scene.backup).spawn().unwrap();
        // The moments are spread evenly by the golden ratio; which step each meets is up to the machine.
        let fraction = (f64::from(attempt) * 0.618_034).fract();
        std::thread::sleep(whole.mul_f64(fraction));
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        killed += u32::from(was_killed(&output));
        scene.check_and_restore(&it, &format!("killed after {fraction:.2} of {whole:?}"));
    }
    assert!(killed > 0, "no attempt was killed in time");
    killed
}

/// A restore killed before and after the moment that decides, and then whoever brings it to an end is killed too, at each
/// of its boundaries. A restore has boundaries up to `through`.
fn killed_while_recovering(scene: &Scene<'_>, through: u32) -> u32 {
    let it = scene.worker(0);
    let mut crashes = 0;
    for wanted in [false, true] {
        let first = (0..through).rev().find(|&boundary| {
            // From the end backwards the new state comes first; the old one is found from the swap on downwards.
            it.become_copy_of(&scene.lived_on);
            let output = it.restore_all(&scene.backup).env(VARIABLE, boundary.to_string()).output().unwrap();
            if !was_killed(&output) {
                return false;
            }
            let is_unfinished = |note: &PathBuf| !fs::read_to_string(note).unwrap_or_default().contains("finished");
            let unfinished = it.notes().iter().any(is_unfinished);
            let names = scene.server.sql("postgres", "SELECT datname FROM pg_database");
            let swapped = names.contains(&format!("{}_before_", it.database));
            unfinished && swapped == wanted
        });
        let first = first.unwrap();
        for boundary in 0..MOST {
            it.become_copy_of(&scene.lived_on);
            assert!(was_killed(&it.restore_all(&scene.backup).env(VARIABLE, first.to_string()).output().unwrap()));
            let mut recover = it.command(&["restore", "--recover", "--start", &start(&it)]);
            let output = recover.env(VARIABLE, boundary.to_string()).output().unwrap();
            if !was_killed(&output) {
                succeeded(&output);
                break;
            }
            crashes += 1;
            let new = scene.check_and_restore(&it, &format!("boundary {first}, then {boundary} of the recovery"));
            assert_eq!(new, wanted);
        }
    }
    assert!(crashes > 4, "{crashes}");
    crashes
}

#[test]
fn what_a_killed_restore_still_has_the_server_do_is_ended_before_anything_is_undone() {
    let server = Server::start();
    let scene = Scene::new(&server);
    let it = scene.worker(0);
    // A new database is made from this one, and has to wait while somebody else gives it another name.
    let mut holding = server.session("gitlab-psql", "postgres");
    let mut told = holding.stdin.take().unwrap();
    writeln!(told, "BEGIN; ALTER DATABASE template0 RENAME TO held; SELECT 'held';").unwrap();
    let mut answer = String::new();
    BufReader::new(holding.stdout.take().unwrap()).read_line(&mut answer).unwrap();
    assert_eq!(answer, "held\n");
    let waiting = |number: &str| {
        let query = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE DATABASE%' AND state = 'active'";
        let deadline = Instant::now() + Duration::from_secs(30);
        while server.sql("postgres", query).trim() != number {
            assert!(Instant::now() < deadline, "never {number} at work");
            std::thread::sleep(Duration::from_millis(20));
        }
    };

    let mut child = it.restore_all(&scene.backup).spawn().unwrap();
    waiting("1");
    child.kill().unwrap();
    assert!(was_killed(&child.wait_with_output().unwrap()));
    succeeded(&it.command(&["restore", "--recover", "--start", &start(&it)]).output().unwrap());
    writeln!(told, "ROLLBACK;").unwrap();
    drop(told);
    assert!(holding.wait().unwrap().success());
    waiting("0");
    scene.assert_whole(&it, "after the recovery");
    scene.assert_nothing_left(&it, "after the recovery");
}

#[test]
fn a_backup_that_is_killed_at_any_moment_leaves_nothing_that_looks_like_one() {
    let server = Server::start();
    let folder = server.folder("backups");
    let it = Installation::new(&server, "original", &folder, 6);
    let state = it.state();
    let mut crashes = 0;
    for boundary in 0..MOST {
        let to = folder.join(format!("to{boundary}"));
        let mut command = it.command(&["backup", "--to", to.to_str().unwrap()]);
        let output = command.env(VARIABLE, boundary.to_string()).output().unwrap();
        if !was_killed(&output) {
            succeeded(&output);
            break;
        }
        crashes += 1;
        assert_backups_are_whole(&it, &to, &format!("boundary {boundary}"));
    }
    println!("backup: {crashes} crash points at boundaries");
    assert!(crashes > 8, "{crashes}");
    let mut killed = 0;
    for attempt in 0..10_u32 {
        let to = folder.join(format!("random{attempt}"));
        let mut child = it.command(&["backup", "--to", to.to_str().unwrap()]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(u64::from(attempt) * 40));
        child.kill().unwrap();
        killed += u32::from(was_killed(&child.wait_with_output().unwrap()));
        assert_backups_are_whole(&it, &to, &format!("random {attempt}"));
    }
    println!("backup: {killed} crash points at random moments");
    assert!(it.state() == state, "a backup changed what it backed up");
}

/// Every folder that looks like a backup is one, and the next attempt makes one and leaves nothing else.
fn assert_backups_are_whole(it: &Installation<'_>, to: &Path, case: &str) {
    for set in sets(to) {
        succeeded(&it.command(&["verify"]).arg(to.join(&set)).output().unwrap());
    }
    let made = it.back_up(to);
    assert!(made.is_dir(), "{case}");
    let left = fs::read_dir(to)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
    assert_eq!(left.count(), 0, "{case}: what a dead backup left was not removed");
}

fn sets(to: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(to) else { return Vec::new() };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !name.ends_with(".partial")).collect()
}
