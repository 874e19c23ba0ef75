//! Parts on disks of their own: mount points, which no rename moves, and links to elsewhere. A restore finds them before it
//! changes anything, and whenever it is killed the old state is whole or the new one is.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::installation::{Installation, ROLE, succeeded};
use super::server::{PROGRAM, Server};
use super::state::State;

/// Where the parts lie, and whose the database is afterwards; `$M` is the home, `$E` a folder beside it.
const LAYOUTS: [(&str, &str, &str); 5] = [
    ("plain", ROLE, ":"),
    ("role", "mmuser", ":"),
    (
        "bound",
        ROLE,
        "mkdir $E/data; mount --bind $E/data $M/data; cp $M/config.json $E; mount --bind $E/config.json $M/config.json",
    ),
    ("disks", ROLE, "mount -t tmpfs -o mode=755 none $M/data; mount -t tmpfs -o mode=755 none $M/plugins"),
    (
        "links",
        ROLE,
        "mount -t tmpfs -o mode=755 none $E; mkdir $E/data $E/plugins; rm -r $M/data $M/plugins; ln -s ../$N/data ../$N/plugins $M",
    ),
];

/// More boundaries than a restore has.
const BOUNDARIES: u32 = 100;

/// Kills of a restore in all layouts together, if nobody says otherwise.
const KILLS: u32 = 8;

/// An installation in a view of mounts of its own.
struct Mounted<'a> {
    it: Installation<'a>,
    /// The name of a folder beside its home.
    elsewhere: String,
    /// The role that it is restored as.
    role: &'static str,
    /// The process that the view lives as long as.
    holder: Child,
}

impl<'a> Mounted<'a> {
    fn new(original: &Installation<'a>, (layout, role, mounts): (&str, &'static str, &str)) -> Self {
        let it = Installation::copy_of(original, layout);
        let elsewhere = it.home.with_file_name(format!("{layout}-elsewhere"));
        std::fs::create_dir(&elsewhere).unwrap();
        let script = format!("set -e; mount --make-rprivate /; {mounts}; echo ready; exec sleep 3000");
        let mut holder = Command::new("unshare");
        holder.args(["-m", "sh", "-c", &script]).env("M", &it.home).env("E", &elsewhere);
        holder.env("N", elsewhere.file_name().unwrap());
        let mut holder = holder.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n", "{layout}");
        Self { it, elsewhere: format!("{layout}-elsewhere"), role, holder }
    }

    /// A command of the program in this view.
    fn command(&self, arguments: &[&str]) -> Command {
        let own = ["-t", &self.holder.id().to_string(), "-m", PROGRAM];
        let mut command = self.it.command_by("nsenter", &own, arguments);
        command.env("MATTERMOST_LAB_DATA_SOURCE", self.it.server.data_source(self.role, &self.it.database));
        command
    }

    fn restore(&self, backup: &Path) -> Command {
        let marker = self.it.home.join("running");
        let (stop, start) = (format!("rm -f '{}'", marker.display()), format!("touch '{}'", marker.display()));
        self.command(&["restore", backup.to_str().unwrap(), "--stop", &stop, "--start", &start])
    }

    fn recover(&self) -> String {
        let start = format!("touch '{}'", self.it.home.join("running").display());
        succeeded(&self.command(&["restore", "--recover", "--start", &start]).output().unwrap())
    }

    fn state(&self) -> State {
        let seen = |path: &Path| {
            let root = PathBuf::from(format!("/proc/{}/root", self.holder.id()));
            root.join(path.strip_prefix("/").unwrap())
        };
        State::of(self.it.server, &self.it.database, &seen(&self.it.home), &seen(&self.it.gitlab))
    }

    /// What restores have kept of the states before them.
    fn kept(&self) -> Vec<String> {
        let script = "find -L $M $M/../$N -path '*.mattermost-lab-*' -o -name '*.before-*' -o -name '.*.restored-*'";
        let mut command = Command::new("nsenter");
        command.args(["-t", &self.holder.id().to_string(), "-m", "sh", "-c", script]).env("M", &self.it.home);
        let found = succeeded(&command.env("N", &self.elsewhere).output().unwrap());
        found.lines().map(str::to_owned).collect()
    }

    /// Makes everything as it is in `original`, within the mounts.
    fn become_copy_of(&self, original: &Installation<'_>) {
        self.it.copy_database_of(original);
        let script =
            "set -e; rm -rf $M/*.before-* $M/.*.restored-* $M/../*-elsewhere/*.before-* $M/../*-elsewhere/.*.restored-*
            for part in data plugins client-plugins; do
                mkdir -p $M/$part; find $M/$part/ -mindepth 1 -delete; cp -a $O/$part/. $M/$part/; done
            [ -e $M/config.json ] || cp -a $O/config.json $M; cat $O/config.json > $M/config.json; touch $M/running";
        let mut command = Command::new("nsenter");
        command.args(["-t", &self.holder.id().to_string(), "-m", "sh", "-c", script]);
        let output = command.env("M", &self.it.home).env("O", &original.home).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

pub fn may_mount() -> bool {
    let tried =
        Command::new("unshare").args(["-m", "mount", "-t", "tmpfs", "none", "/mnt"]).stderr(Stdio::null()).status();
    if tried.is_ok_and(|status| status.success()) {
        return true;
    }
    // A test of this harness cannot say of itself that it left something out.
    let demanded = std::env::var_os("LAB_REQUIRE_MOUNTS").is_some();
    assert!(!demanded, "this user may not mount a file system, and `LAB_REQUIRE_MOUNTS` is set");
    eprintln!("not tried: mount points, which this user may not make");
    false
}

fn was_killed(output: &Output) -> bool {
    output.status.signal() == Some(9)
}

#[test]
fn parts_on_disks_of_their_own_are_restored_inside_them_and_survive_kills() {
    if !may_mount() {
        return;
    }
    let server = Server::start();
    let folder = server.folder("mounts");
    let original = Installation::new(&server, "original", &folder, 6);
    let backed_up = original.state();
    let set = original.back_up(&folder.join("backups"));
    original.live_on();
    let later = original.state();
    let wanted = std::env::var("LAB_KILLS").map_or(KILLS, |text| text.parse().unwrap());
    let each = wanted.div_ceil(LAYOUTS.len() as u32);
    server.sql("postgres", &format!("CREATE ROLE mmuser LOGIN IN ROLE {ROLE}"));
    let work = |(layout, role, mounts): (&str, &'static str, &str)| {
        let mounted = Mounted::new(&original, (layout, role, mounts));
        let (new_backed_up, new_later) = (backed_up.of_role(role), later.of_role(role));
        mounted.become_copy_of(&original);
        let differences = mounted.state().differences(&later);
        assert!(differences.is_empty(), "{layout}: {differences:?}");
        // Its own backup has what lies on the disks.
        let to = folder.join(format!("{layout}-backups"));
        let own = ["backup", "--accept", "attachments", "--to", to.to_str().unwrap()];
        let own = succeeded(&mounted.command(&own).output().unwrap());

        let begun = Instant::now();
        succeeded(&mounted.restore(&set).output().unwrap());
        let mut whole = begun.elapsed();
        let differences = mounted.state().differences(&new_backed_up);
        assert!(differences.is_empty(), "{layout}: {differences:?}");
        succeeded(&mounted.command(&["restore", "--forget"]).output().unwrap());
        succeeded(&mounted.restore(Path::new(own.lines().next().unwrap())).output().unwrap());
        let differences = mounted.state().differences(&new_later);
        assert!(differences.is_empty(), "{layout}: {differences:?}");
        succeeded(&mounted.command(&["restore", "--forget"]).output().unwrap());
        assert_eq!(mounted.kept(), [""; 0], "{layout}");

        let (mut boundaries, mut late, mut old, mut new) = (BOUNDARIES, 0, 0, 0);
        for attempt in 0..each {
            // Every second one at a boundary between steps, the others wherever they happen to be; both spread evenly. One
            // that got through was no kill: it tells where the end is, and the next try comes before that.
            let fraction = (f64::from(attempt) * 0.618_034).fract();
            loop {
                mounted.become_copy_of(&original);
                let mut restore = mounted.restore(&set);
                let begun = Instant::now();
                let output = if attempt % 2 == 0 {
                    let boundary = (f64::from(boundaries) * fraction) as u32;
                    let output = restore.env("MATTERMOST_LAB_CRASH_AT", boundary.to_string()).output().unwrap();
                    boundaries = if was_killed(&output) { boundaries } else { boundary };
                    output
                } else {
                    let mut child = restore.spawn().unwrap();
                    std::thread::sleep(whole.mul_f64(fraction).max(Duration::from_millis(5)));
                    child.kill().unwrap();
                    let output = child.wait_with_output().unwrap();
                    whole = if was_killed(&output) { whole } else { begun.elapsed().mul_f64(0.9) };
                    output
                };
                if was_killed(&output) {
                    break;
                }
                succeeded(&output);
                late += 1;
            }
            let case = format!("{layout}, attempt {attempt}: {}", mounted.recover());
            let state = mounted.state();
            assert!(state == later || state == new_backed_up, "{case}: {:?}", state.differences(&later));
            assert!(mounted.it.runs(), "{case}: the server was left stopped");
            if state == later {
                old += 1
            } else {
                new += 1
            }
            succeeded(&mounted.restore(&set).output().unwrap());
            let differences = mounted.state().differences(&new_backed_up);
            assert!(differences.is_empty(), "{case}: the next attempt: {differences:?}");
            succeeded(&mounted.command(&["restore", "--forget"]).output().unwrap());
        }
        println!(
            "{layout}: {each} kills, {old} ended in the old state, {new} in the new one; {late} more came too late"
        );
        old + new
    };
    let killed: u32 = std::thread::scope(|scope| {
        let workers: Vec<_> = LAYOUTS.into_iter().map(|layout| scope.spawn(move || work(layout))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    assert!(killed >= wanted, "{killed} of {wanted}");
}
