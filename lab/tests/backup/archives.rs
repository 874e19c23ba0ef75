//! Backups as people have them: each is made on the spot, and what `verify` says of it `restore` does.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::installation::Installation;
use super::server::{PROGRAM, Server};
use super::state::State;

const ARCHIVES: &str = include_str!("situations/archives.txt");
const MAKE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/backup/situations/make.py");

/// Situations that are tried at the same time.
const WORKERS: usize = 3;

/// A line of the table.
struct Situation {
    name: &'static str,
    arguments: &'static str,
    verdict: &'static str,
    afterwards: &'static str,
    commands: &'static str,
}

fn table() -> Vec<Situation> {
    let lines = ARCHIVES.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let situation = |line: &'static str| {
        let fields: Vec<&str> = line.splitn(5, " | ").collect();
        let [name, arguments, verdict, afterwards, commands] = fields.try_into().unwrap();
        Situation { name, arguments, verdict, afterwards, commands }
    };
    lines.map(situation).collect()
}

/// What is backed up, and what has become of it since.
struct Scene<'a> {
    original: Installation<'a>,
    lived_on: Installation<'a>,
    backed_up: State,
    later: State,
    dump: PathBuf,
    configured: PathBuf,
    folder: PathBuf,
}

impl<'a> Scene<'a> {
    fn new(server: &'a Server) -> Self {
        let folder = server.folder("situations");
        let original = Installation::new(server, "original", &folder, 5);
        let (user, day) = ("abcdefghijklmnopqrstuvwxyz", original.home.join("data/20211123"));
        let channel = format!("teams/noteam/channels/{user}/users/{user}/{user}");
        fs::create_dir_all(day.join(&channel)).unwrap();
        original.attach(&format!("{channel}/photo.png"), 1000);
        original.attach(&format!("{channel}/{}.txt", "a long name ".repeat(16)), 900);
        original.attach("größe 中文", 800);
        original.attach("hard", 700);
        fs::hard_link(day.join("hard"), day.join("hard too")).unwrap();
        // Holes at its start, between, and at its end.
        let holes = fs::File::create(day.join("holes")).unwrap();
        for at in [1_u64 << 20, 3 << 20] {
            std::os::unix::fs::FileExt::write_all_at(&holes, b"content", at).unwrap();
        }
        holes.set_len(4 << 20).unwrap();
        let backed_up = original.state();
        let dump = dumped(&original, &folder.join("mattermost_dbdump_2021-08-05.sql.gz"));
        server.sql("postgres", "CREATE DATABASE configured TEMPLATE original");
        server.sql(
            "configured",
            "CREATE TABLE configurations (id int, value text); INSERT INTO configurations VALUES (1, '{}')",
        );
        let configured =
            Installation { server, database: "configured".into(), home: PathBuf::new(), gitlab: PathBuf::new() };
        let configured = dumped(&configured, &folder.join("configured.sql.gz"));
        let lived_on = Installation::copy_of(&original, "lived_on");
        lived_on.live_on();
        let later = lived_on.state();
        Self { original, lived_on, backed_up, later, dump, configured, folder }
    }

    /// What is wrong with how a situation ends; `is_touched` says whether `it` is another than the one that lived on.
    fn complaints(&self, situation: &Situation, it: &Installation<'_>, is_touched: &mut bool) -> Vec<String> {
        let work = self.folder.join(format!("{}-{}", it.database, situation.name));
        let backup = work.join("backup");
        fs::create_dir_all(&backup).unwrap();
        let dump = backup.join(self.dump.file_name().unwrap());
        fs::copy(&self.dump, &dump).unwrap();
        let script = format!("make() {{ python3 '{MAKE}' \"$1\" \"$2\" \"$M\"; }}\n{}", situation.commands);
        let mut made = Command::new("sh");
        made.args(["-ec", &script]).current_dir(&work);
        made.env("M", &self.original.home).env("B", &backup).env("D", &dump);
        let made = made.output().unwrap();
        assert!(made.status.success(), "{}: {}", situation.name, String::from_utf8_lossy(&made.stderr));

        let arguments: Vec<String> = situation
            .arguments
            .split(' ')
            .map(|word| {
                let word = word.replace("$D2", self.configured.to_str().unwrap()).replace("$D", dump.to_str().unwrap());
                word.replace("$B", backup.to_str().unwrap()).replace("$M", self.original.home.to_str().unwrap())
            })
            .collect();
        if *is_touched {
            it.become_copy_of(&self.lived_on);
        }
        let run = |command: &str| {
            let output = it.command(&[command]).args(&arguments).output().unwrap();
            (output.status.success(), said(&output))
        };
        let (verified, checked) = run("verify");
        let is_whole = situation.verdict == "whole";
        // Where both refuse, the state in the end tells the same.
        let untouched = !is_whole || it.state() == self.later;
        let (restored, done) = run("restore");
        let mut complaints = Vec::new();
        let mut expect = |holds: bool, what: &str| {
            if !holds {
                complaints.push(format!("{}: {what}\n{checked}\n{done}", situation.name));
            }
        };
        expect(untouched, "`verify` changed something");
        expect(verified == restored, "`verify` and `restore` differ");
        expect(verified == is_whole, "another verdict");
        if !is_whole {
            for (command, text) in [("verify", &checked), ("restore", &done)] {
                expect(text.contains(situation.verdict), &format!("`{command}` says something else"));
                expect(!text.contains("internal") && !text.contains("panicked"), "it broke");
            }
        }
        if is_whole && situation.arguments == "$B" {
            let doctor = Command::new(PROGRAM).args(["doctor", "--backup-dir"]).arg(&backup).output().unwrap();
            let diagnosis = said(&doctor);
            let found: Vec<&str> = diagnosis.lines().filter(|line| !line.starts_with("not checked")).collect();
            let tells = |words: &str| found.iter().any(|line| line.contains(words));
            expect(tells("P25") == (situation.name == "data-in-data"), &format!("the doctor says\n{diagnosis}"));
            let needed = ["a dump of the database", "the folder data", "config.json"];
            let lacks = found.iter().any(|line| line.contains("lacks") && needed.iter().any(|it| line.contains(it)));
            // That files are in S3 is told by a content that the doctor does not read.
            expect(!lacks || situation.name == "files-in-s3", &format!("the doctor misses something\n{diagnosis}"));
        }
        let state = it.state();
        *is_touched = state != self.later;
        let differs = |from: &State| state.differences(from);
        let mut words = situation.afterwards.split(' ');
        let kind = words.next().unwrap();
        let excepted: Vec<&str> = words.collect();
        let as_backed_up = |names: Vec<String>| -> Vec<String> {
            names.into_iter().filter(|name| !excepted.contains(&name.as_str())).collect()
        };
        let is_of = |name: &str, parts: &[&str]| {
            parts.iter().any(|part| name == *part || name.starts_with(&format!("{part}/")))
        };
        let only_in = |names: Vec<String>, parts: &[&str]| names.iter().all(|name| is_of(name, parts));
        let plugins = ["plugins", "client-plugins"];
        let holds = match kind {
            "same" => as_backed_up(differs(&self.backed_up)).is_empty(),
            "files" => only_in(as_backed_up(differs(&self.backed_up)), &plugins),
            "data" => only_in(as_backed_up(differs(&self.backed_up)), &["plugins", "client-plugins", "config.json"]),
            "database" => {
                only_in(differs(&self.backed_up), &["data", "config.json", "plugins", "client-plugins"])
                    && differs(&self.later) == ["tables"]
            }
            "nothing" => state == self.later,
            "any" => true,
            other => panic!("{other}"),
        };
        expect(holds, &format!("afterwards it is not `{kind}`: {:?}", differs(&self.backed_up)));
        if is_whole && ["same", "files"].contains(&kind) && !situation.name.contains("copied") {
            let found = fs::metadata(it.home.join("data/20211123/hard")).unwrap();
            expect(found.nlink() == 2, "two names of one file became two files");
        }
        if is_whole && situation.name.contains("sparse") {
            let found = fs::metadata(it.home.join("data/20211123/holes")).unwrap();
            expect(found.blocks() < 4096, "the holes of a file were filled");
        }
        fs::remove_dir_all(&work).unwrap();
        complaints
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

fn dumped(it: &Installation<'_>, to: &Path) -> PathBuf {
    let connection = it.server.data_source("gitlab-psql", &it.database);
    let pg_dump = "\"$(ls -d /usr/lib/postgresql/*/bin | tail -1)\"/pg_dump";
    let script = format!("{pg_dump} '{connection}' | gzip > '{}'", to.display());
    assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success());
    to.to_owned()
}

#[test]
fn what_verify_says_of_a_backup_restore_does_and_nothing_else_is_touched() {
    let server = Server::start();
    let scene = Scene::new(&server);
    let only = std::env::var("LAB_SITUATION").ok();
    let situations: Vec<Situation> =
        table().into_iter().filter(|it| only.as_ref().is_none_or(|only| it.name.contains(only.as_str()))).collect();
    assert!(only.is_some() || situations.len() >= 80, "{}", situations.len());
    let next = AtomicUsize::new(0);
    let complaints: Vec<String> = std::thread::scope(|scope| {
        let work = |number: usize| {
            let (scene, next, situations) = (&scene, &next, &situations);
            move || {
                let it = Installation::copy_of(&scene.lived_on, &format!("worker{number}"));
                let (mut complaints, mut is_touched) = (Vec::new(), false);
                while let Some(situation) = situations.get(next.fetch_add(1, Ordering::Relaxed)) {
                    complaints.extend(scene.complaints(situation, &it, &mut is_touched));
                }
                complaints
            }
        };
        let workers: Vec<_> = (0..WORKERS).map(|number| scope.spawn(work(number))).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    println!("{} situations", situations.len());
    assert!(complaints.is_empty(), "{} complaints\n{}", complaints.len(), complaints.join("\n"));
    assert!(!Path::new("/tmp/mattermost-lab-escaped").exists());
}
