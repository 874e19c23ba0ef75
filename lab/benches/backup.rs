//! The documented backup and restore beside ours, on the same machine in the same run.
//!
//! Wanted: `backup` takes at most a quarter of the time of the documented commands, at no more than 110 % of their size and in
//! less than 200 MB of memory; `restore` with all its checks takes no longer than the documented one.
//!
//! `cargo bench -p gitlab-mattermost-lab --bench backup`; another size by `BENCH_MEGABYTES=100`, more or fewer rounds by
//! `BENCH_ROUNDS=1`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a measurement that cannot go on has failed")]

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/backup/server.rs"]
mod server;

#[path = "backup_parts/conversation.rs"]
mod conversation;
#[path = "backup_parts/memory.rs"]
mod memory;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use gitlab_mattermost_database::programs::installed_versions;
use memory::{Measured, measure};
use server::{PROGRAM, Server};

/// How often each is measured, in turns; the best counts, as the machine may do other things.
const ROUNDS: u64 = 3;

/// The indexes that Mattermost 6 has on its posts besides those of the stand-in, by its own migrations.
const INDEXES: &str = "
    CREATE INDEX idx_posts_update_at ON posts (updateat);
    CREATE INDEX idx_posts_create_at ON posts (createat);
    CREATE INDEX idx_posts_delete_at ON posts (deleteat);
    CREATE INDEX idx_posts_user_id ON posts (userid);
    CREATE INDEX idx_posts_is_pinned ON posts (ispinned);
    CREATE INDEX idx_posts_root_id_delete_at ON posts (rootid, deleteat);
    CREATE INDEX idx_posts_channel_id_update_at ON posts (channelid, updateat);
    CREATE INDEX idx_posts_channel_id_delete_at_create_at ON posts (channelid, deleteat, createat);
    CREATE INDEX idx_posts_message_txt ON posts USING gin (to_tsvector('english', message));
    CREATE INDEX idx_posts_hashtags_txt ON posts USING gin (to_tsvector('english', hashtags));";

/// What a database with these indexes takes for 100 bytes of rows as a dump has them.
const PER_CENT_OF_ROWS: u64 = 260;

const ROLE: &str = "gitlab_mattermost";
const DATABASE: &str = "mattermost_production";

struct Bench {
    server: Server,
    folder: PathBuf,
    home: PathBuf,
    programs: PathBuf,
    /// The process whose children the server's sessions are.
    postmaster: u32,
}

fn main() {
    let number = |name: &str, usual| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let bench = Bench::new(number("BENCH_MEGABYTES", 500));
    let (mut documented, mut ours) = (Vec::new(), Vec::new());
    let (mut their_restores, mut our_restores) = (Vec::new(), Vec::new());
    for _ in 0..number("BENCH_ROUNDS", ROUNDS) {
        documented.push(bench.documented_backup());
        ours.push(bench.our_backup());
        their_restores.push(bench.documented_restore());
        our_restores.push(bench.our_restore());
    }
    let sizes = (bench.size_of("documented"), bench.size_of("ours"));
    println!("{:<22} {:>10} {:>12} {:>12} {:>12}", "", "seconds", "computing", "size (MB)", "memory (MB)");
    row("documented backup", &documented, Some(sizes.0));
    row("our backup", &ours, Some(sizes.1));
    row("documented restore", &their_restores, None);
    row("our restore", &our_restores, None);
    let quicker = best(&documented).as_secs_f64() / best(&ours).as_secs_f64();
    let restore = best(&our_restores).as_secs_f64() / best(&their_restores).as_secs_f64();
    let larger = sizes.1 as f64 / sizes.0 as f64;
    println!(
        "backup {quicker:.2} times as fast at {:.1} % of the size; restore in {:.0} % of the time",
        larger * 100.0,
        restore * 100.0
    );
    let most = ours.iter().chain(&our_restores).map(|it| it.memory).max().unwrap();
    let kept = [
        (quicker >= 4.0, "backup at least 4 times as fast"),
        (larger <= 1.1, "at no more than 110 % of the size"),
        (most < 200 << 20, "in less than 200 MB"),
        (restore <= 1.0, "restore no slower"),
    ];
    for (held, what) in kept {
        println!("{} {what}", if held { "met:    " } else { "NOT MET:" });
    }
}

fn best(runs: &[Measured]) -> Duration {
    runs.iter().map(|run| run.time).min().unwrap()
}

fn row(name: &str, runs: &[Measured], size: Option<u64>) {
    let size = size.map_or_else(String::new, |size| format!("{:.1}", size as f64 / 1e6));
    let memory = runs.iter().map(|run| run.memory).max().unwrap() as f64 / 1e6;
    let all: Vec<String> = runs.iter().map(|run| format!("{:.1}", run.time.as_secs_f64())).collect();
    let computed = runs.iter().map(|run| run.computed).min().unwrap().as_secs_f64();
    let best = best(runs).as_secs_f64();
    println!("{name:<22} {best:>10.2} {computed:>12.2} {size:>12} {memory:>12.0}   ({})", all.join(", "));
}

impl Bench {
    fn new(megabytes: u64) -> Self {
        let server = Server::start();
        let folder = server.folder("bench");
        let home = folder.join("mattermost");
        fs::create_dir_all(home.join("data/20211123")).unwrap();
        fs::write(home.join("config.json"), "{}").unwrap();
        server.sql("postgres", &format!("CREATE DATABASE {DATABASE} OWNER {ROLE}"));
        server.sql_as(
            ROLE,
            DATABASE,
            &gitlab_mattermost_core::mattermost::table_statements(
                gitlab_mattermost_core::version::Version::new(5, 31, 7),
                None,
            ),
        );
        server.sql_as(ROLE, DATABASE, "INSERT INTO systems VALUES ('Version', '6.7.2')");
        let programs = installed_versions().into_iter().find(|it| it.join("pg_dump").is_file()).unwrap();
        let postmaster = server.sql("postgres", "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)");
        let bench = Self { server, folder, home, programs, postmaster: postmaster.trim().parse().unwrap() };
        let mut psql = bench.psql(DATABASE).stdin(Stdio::piped()).spawn().unwrap();
        let rows = (megabytes << 20) * 100 / PER_CENT_OF_ROWS;
        conversation::write(psql.stdin.take().unwrap(), &bench.home.join("data"), rows).unwrap();
        assert!(psql.wait().unwrap().success());
        bench.server.sql_as(ROLE, DATABASE, INDEXES);
        bench.server.sql(DATABASE, "VACUUM ANALYZE; CHECKPOINT");
        let size = bench.server.sql(DATABASE, &format!("SELECT pg_database_size('{DATABASE}'), count(*) FROM posts"));
        let (size, posts) = size.trim().split_once('|').unwrap();
        let size = size.parse::<f64>().unwrap() / 1e6;
        println!("database of {size:.0} MB with {posts} posts, of {:.0} MB as rows", rows as f64 / 1e6);
        bench
    }

    fn psql(&self, database: &str) -> Command {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-XAtq", "-v", "ON_ERROR_STOP=1"])
            .arg(self.server.data_source(ROLE, database))
            .stdout(Stdio::null());
        psql
    }

    fn shell(&self, script: &str) -> Measured {
        let mut shell = Command::new("bash");
        shell.args(["-ec", &format!("set -o pipefail; {script}")]).current_dir(&self.folder).stdout(Stdio::null());
        measure(&mut shell, self.postmaster)
    }

    fn documented_backup(&self) -> Measured {
        fresh(&self.folder.join("documented"));
        let source = self.server.data_source(ROLE, DATABASE);
        self.shell(&format!(
            "{}/pg_dump '{source}' | gzip > documented/dump.sql.gz; tar -zcvf documented/data.gz -C mattermost data config.json; sync documented/*",
            self.programs.display()
        ))
    }

    fn our_backup(&self) -> Measured {
        fresh(&self.folder.join("ours"));
        let mut command = self.ours(&["backup", "--to", "ours"]);
        measure(&mut command, self.postmaster)
    }

    fn documented_restore(&self) -> Measured {
        self.server.sql("postgres", &format!("CREATE DATABASE restored OWNER {ROLE}; CHECKPOINT"));
        fresh(&self.folder.join("restored"));
        let source = self.server.data_source(ROLE, "restored");
        let measured = self.shell(&format!(
            "zcat documented/dump.sql.gz | {}/psql -X '{source}'; tar -zxvf documented/data.gz -C restored; chown -R root:root restored/data",
            self.programs.display()
        ));
        self.server.sql("postgres", "DROP DATABASE restored; CHECKPOINT");
        measured
    }

    fn our_restore(&self) -> Measured {
        let set = fs::read_dir(self.folder.join("ours")).unwrap().next().unwrap().unwrap().path();
        self.server.sql("postgres", "CHECKPOINT");
        let measured = measure(self.ours(&["restore"]).arg(set), self.postmaster);
        let forgotten = self.ours(&["restore", "--forget"]).stdout(Stdio::null()).status().unwrap();
        assert!(forgotten.success());
        measured
    }

    fn ours(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).arg("--home").arg(&self.home).current_dir(&self.folder);
        command.env("MATTERMOST_LAB_DATA_SOURCE", self.server.data_source(ROLE, DATABASE));
        command.env("MATTERMOST_LAB_ADMIN_DATA_SOURCE", self.server.data_source("gitlab-psql", "postgres"));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn size_of(&self, name: &str) -> u64 {
        fn size(path: &Path) -> u64 {
            if path.is_file() {
                return path.metadata().unwrap().len();
            }
            fs::read_dir(path).unwrap().map(|entry| size(&entry.unwrap().path())).sum()
        }
        size(&self.folder.join(name))
    }
}

fn fresh(folder: &Path) {
    if folder.exists() {
        fs::remove_dir_all(folder).unwrap();
    }
    fs::create_dir(folder).unwrap();
}
