//! What else goes on meanwhile: a server that writes, a database server that dies, a disk that fills up, somebody who is
//! in the database.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::installation::{Installation, ROLE, refused, succeeded};
use super::server::{PROGRAM, Server};

#[test]
fn a_server_that_writes_meanwhile_does_not_come_between_dump_and_files() {
    let server = Server::start();
    let folder = server.folder("writing");
    let it = Installation::new(&server, "original", &folder, 3);
    let stop = AtomicBool::new(false);
    let mut sets = Vec::new();
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            let mut number = 0;
            while !stop.load(Ordering::Relaxed) {
                it.attach(&format!("meanwhile{number}"), 100 + number);
                it.sql(&format!("INSERT INTO posts (id, message) VALUES ('m{number}', 'x')"));
                number += 1;
            }
            number
        });
        for _ in 0..3 {
            sets.push(it.back_up(&folder.join("backups")));
        }
        stop.store(true, Ordering::Relaxed);
        assert!(writing.join().unwrap() > 3);
    });
    for set in &sets {
        let text = succeeded(&it.command(&["verify"]).arg(set).output().unwrap());
        assert!(text.contains("each with its file"), "{text}");
        succeeded(&it.restore(set).output().unwrap());
        // Every message was written after its file: what came back tells the same.
        let (files, posts) =
            (it.sql("SELECT count(*) FROM fileinfo"), it.sql("SELECT count(*) FROM posts WHERE id LIKE 'm%'"));
        let (files, posts): (i64, i64) = (files.trim().parse().unwrap(), posts.trim().parse().unwrap());
        assert!(files - 3 == posts || files - 3 == posts + 1, "{files} files, {posts} posts");
    }
}

#[test]
fn a_database_server_that_dies_meanwhile_takes_nothing_along() {
    let server = Server::start_own();
    let folder = server.folder("dying");
    let original = Installation::new(&server, "original", &folder, 3);
    let backed_up = original.state();
    let set = original.back_up(&folder.join("backups"));
    original.live_on();
    let later = original.state();
    let it = Installation::copy_of(&original, "worker");
    for (attempt, pause) in [0_u64, 60, 150, 300, 450, 700].into_iter().enumerate() {
        it.become_copy_of(&original);
        let mut child = if attempt == 0 {
            it.command(&["backup", "--to", folder.join("to").to_str().unwrap()]).spawn().unwrap()
        } else {
            it.restore(&set).spawn().unwrap()
        };
        std::thread::sleep(Duration::from_millis(pause));
        server.kill();
        let ended = child.wait().unwrap();
        server.restart();
        let start = format!("touch '{}'", it.home.join("running").display());
        succeeded(&it.command(&["restore", "--recover", "--start", &start]).output().unwrap());
        let state = it.state();
        assert!((state == later || state == backed_up) && it.runs(), "{attempt}, {ended}: {state:#?}");
        if ended.success() && attempt > 0 {
            assert!(state == backed_up);
        }
        succeeded(&it.restore(&set).output().unwrap());
        assert!(it.state() == backed_up);
    }
}

#[test]
fn a_full_disk_stops_a_backup_and_a_restore_with_nothing_lost() {
    let server = Server::start();
    let folder = server.folder("full");
    let it = Installation::new(&server, "original", &folder, 3);
    it.attach("large", 3 << 20);
    let set = it.back_up(&folder.join("backups"));
    it.live_on();
    let before = it.state();
    // No file may grow past 1 MiB: the system refuses as it does on a full disk.
    let limited = "trap '' XFSZ; ulimit -f 2048; exec \"$0\" \"$@\"";
    let to = folder.join("to");
    let mut backup = it.command_by("bash", &["-c", limited, PROGRAM], &["backup", "--to", to.to_str().unwrap()]);
    let complaint = refused(&backup.output().unwrap(), 2);
    assert!(complaint.contains("failed to write") && complaint.contains("mattermost_data_"), "{complaint}");
    assert_eq!(std::fs::read_dir(&to).unwrap().count(), 0, "a backup that failed left something");
    let mut restore = it.command_by("bash", &["-c", limited, PROGRAM], &["restore", set.to_str().unwrap()]);
    let complaint = refused(&restore.output().unwrap(), 2);
    assert!(complaint.contains("failed to write"), "{complaint}");
    assert!(it.state() == before && it.runs());

    // The real thing, where this user may mount a file system: root in a view of its own, others as root of a world of
    // their own, in which they are not let in to files of others.
    let mounted = "mount -t tmpfs -o size=1m none \"$1\" && shift && exec \"$@\"";
    let small = folder.join("small");
    std::fs::create_dir(&small).unwrap();
    let view = if nix::unistd::geteuid().is_root() { "-m" } else { "-rm" };
    let may =
        Command::new("unshare").args([view, "sh", "-c", "mount -t tmpfs none /mnt"]).stderr(Stdio::null()).status();
    if may.is_ok_and(|status| status.success()) {
        let to = small.to_str().unwrap();
        let before_program = [view, "sh", "-c", mounted, "sh", to, PROGRAM];
        let complaint =
            refused(&it.command_by("unshare", &before_program, &["backup", "--to", to]).output().unwrap(), 2);
        assert!(complaint.contains("No space left on device"), "{complaint}");
    } else {
        // The limit on file sizes stood for it. A test of this harness cannot say of itself that it left something out.
        let demanded = std::env::var_os("LAB_REQUIRE_MOUNTS").is_some();
        assert!(!demanded, "this user may not mount a file system, and `LAB_REQUIRE_MOUNTS` is set");
        eprintln!("not tried: a small file system, which this user may not mount");
    }
    assert!(it.state() == before);
    succeeded(&it.restore(&set).output().unwrap());
}

#[test]
fn somebody_in_the_database_is_named_or_sent_away_on_request() {
    let server = Server::start();
    let folder = server.folder("in-use");
    let it = Installation::new(&server, "original", &folder, 2);
    let set = it.back_up(&folder.join("backups"));
    let backed_up = it.state();
    it.live_on();
    let before = it.state();
    let mut session = Command::new("psql")
        .arg(server.data_source(ROLE, &it.database))
        .env("PGAPPNAME", "somebody")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let there = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'somebody'";
    while server.sql("postgres", there).trim() != "1" {
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut restore = it.command(&["restore"]);
    let complaint = refused(&restore.arg(&set).output().unwrap(), 2);
    assert!(complaint.contains("`original` is in use by gitlab_mattermost with somebody (process "), "{complaint}");
    assert!(it.state() == before);
    let mut restore = it.command(&["restore", "--terminate"]);
    succeeded(&restore.arg(&set).output().unwrap());
    assert!(it.state() == backed_up);
    drop(session.stdin.take());
    session.wait().unwrap();
}
