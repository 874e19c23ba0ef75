//! Dumps made on the spot by real programs, each with what a check, a restore and the database say of it.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::{env, fs, thread};

use gitlab_mattermost_database::programs::installed_versions;

use super::dump_table::{Expected, SITUATIONS, Situation};
use crate::backup::installation::{Installation, ROLE};
use crate::backup::server::{PROGRAM, Server};
use crate::backup::state::State;

/// Targets that are restored to at the same time.
const LANES: usize = 2;

/// The database that most dumps are of.
const SOURCE: &str = "source";

/// Words of the scripts that make dumps.
const WORDS: &str = r#"set -e
edit() { OLD="$1" NEW="$2" perl -0pe 's/\Q$ENV{OLD}\E/$ENV{NEW}/'; }
sql() { psql -Xq -v ON_ERROR_STOP=1 "$DB" -c "$1"; }
"#;

/// While all databases are dumped, none comes or goes.
static DATABASES: Mutex<()> = Mutex::new(());
/// Held by every row as long as it is played, and by one alone while it dumps every database of the server: none may come or go
/// then.
static SERVER: RwLock<()> = RwLock::new(());

/// Programs of a release that this machine may have besides its own.
pub fn programs_of(release: &str) -> Option<PathBuf> {
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/postgresql/programs");
    let folder = env::var_os("LAB_POSTGRESQL").map_or(usual, PathBuf::from).join(release).join("bin");
    folder.join("pg_dump").is_file().then_some(folder)
}

/// This machine's own.
pub fn own_programs() -> PathBuf {
    installed_versions().into_iter().find(|it| it.join("pg_dump").is_file()).unwrap()
}

/// Why a line of the table cannot be played here.
fn lacking(situation: &Situation) -> Option<&'static str> {
    [("$PG16", "16"), ("$PG18", "18")]
        .into_iter()
        .find(|(word, release)| situation.made.contains(word) && programs_of(release).is_none())
        .map(|(_, release)| release)
}

struct Playing<'a> {
    server: &'a Server,
    original: &'a Installation<'a>,
    target: Installation<'a>,
    /// The original's state, and the target's before a row is played.
    states: (&'a State, State),
    /// Whether the target is in another.
    is_touched: Cell<bool>,
    folder: PathBuf,
    archive: &'a Path,
}

#[test]
fn every_dump_gets_its_verdict_from_all_who_read_it() {
    let server = Server::start();
    let folder = server.folder("situations");
    let original = Installation::new(&server, "original", &folder, 3);
    let archive = folder.join("mattermost_data_2021-08-05.gz");
    let mut tar = Command::new("tar");
    tar.arg("-zcf").arg(&archive).arg("-C").arg(&original.home).args(["data", "config.json"]);
    assert!(tar.status().unwrap().success());
    let state = original.state();
    // The original itself is what others are copied from, which nobody may be in then.
    server.sql("postgres", &format!("CREATE DATABASE {SOURCE} OWNER {ROLE} TEMPLATE original"));
    let wanted = env::var("LAB_SITUATION").ok();
    let chosen: Vec<(usize, &Situation)> = SITUATIONS
        .iter()
        .enumerate()
        .filter(|(_, it)| wanted.as_ref().is_none_or(|wanted| it.name.contains(wanted)))
        .collect();
    let (next, faults) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for lane in 0..LANES {
            let (server, original, state, archive, chosen, next, faults) =
                (&server, &original, &state, &archive, &chosen, &next, &faults);
            let folder = folder.clone();
            scope.spawn(move || {
                let target = Installation::copy_of(original, &format!("target{lane}"));
                target.sql("DELETE FROM posts");
                let (states, is_touched) = ((state, target.state()), Cell::new(false));
                let playing = Playing { server, original, target, states, is_touched, folder, archive };
                while let Some((index, situation)) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(release) = lacking(situation) {
                        println!("skipped: no PostgreSQL {release} for `{}`", situation.name);
                        assert!(env::var_os("LAB_REQUIRE_POSTGRESQL").is_none(), "PostgreSQL {release} is required");
                        continue;
                    }
                    if let Err(fault) = playing.play(*index, situation) {
                        faults.lock().unwrap().push(format!("{}: {fault}", situation.name));
                    }
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), chosen.len(), faults.join("\n\n"));
}

impl Playing<'_> {
    fn play(&self, index: usize, situation: &Situation) -> Result<(), String> {
        let folder = self.folder.join(format!("row{index}"));
        fs::create_dir(&folder).unwrap();
        let (dump, canary) = (folder.join("mattermost_dbdump_2021-08-05"), folder.join("canary"));
        let whole_server = situation.made.contains("pg_dumpall");
        let shared = || SERVER.read().unwrap_or_else(PoisonError::into_inner);
        let mut played = (!whole_server).then(shared);
        let alone = whole_server.then(|| SERVER.write().unwrap_or_else(PoisonError::into_inner));
        self.make(index, situation, &dump, &canary)?;
        drop(alone);
        let _played = played.take().unwrap_or_else(shared);
        let (original, before) = &self.states;
        if self.is_touched.replace(true) {
            self.target.become_copy_of(self.original);
            self.target.sql("DELETE FROM posts");
        }
        let verified = self.run("verify", &dump);
        let restored = self.run("restore", &dump);
        let told = format!("{}{}", text(&verified.stdout), text(&verified.stderr));
        let restore_told = format!("{}{}", text(&restored.stdout), text(&restored.stderr));
        let said = format!("\n{told}\n{restore_told}");
        let is = |holds: bool, what: &str| if holds { Ok(()) } else { Err(format!("{what}{said}")) };
        let doctor = Command::new(PROGRAM).args(["doctor", "--dump"]).arg(&dump).output().unwrap();
        let diagnosis = format!("{}{}", text(&doctor.stdout), text(&doctor.stderr));
        // Rules that could not be checked are listed, too.
        let found: String = diagnosis.lines().filter(|line| !line.starts_with("not checked")).collect();
        if let Expected::Whole(..) = situation.expected {
            // An archive leaves it to whoever reads it whether a database is made.
            let is_archive = ["-Fc", "-Ft", "-Fd"].iter().any(|it| situation.made.contains(it));
            let goes_elsewhere = !is_archive && [" -C", "pg_dumpall"].iter().any(|it| situation.made.contains(it));
            let is_told = found.contains("\\connect") && found.contains("P24");
            let has_others = ["P22", "P25"].iter().any(|rule| found.contains(rule));
            let is_right = goes_elsewhere == is_told && (goes_elsewhere || !found.contains("P24")) && !has_others;
            is(is_right, &format!("the doctor says\n{diagnosis}"))?;
        }
        is(!canary.exists(), "a program of the dump ran")?;
        let is_untouched = || {
            self.is_touched.set(self.target.state() != *before);
            !self.is_touched.get()
        };
        match &situation.expected {
            Expected::Whole(words, query, answer) => {
                is(verified.status.code() == Some(0), "the check does not pass")?;
                is(restored.status.code() == Some(0), "it is not restored")?;
                is(restore_told.contains(words), "it is not told what is left out")?;
                let rows = self.target.sql("SELECT count(*) FROM posts");
                is(rows.trim() == "400", &format!("posts has {} rows", rows.trim()))?;
                let found = self.target.sql(query);
                is(found.trim_end_matches('\n') == answer.trim_end_matches('\n'), &format!("the answer is {found:?}"))?;
                let state = self.target.state();
                let differences = state.differences(original);
                is(!situation.setup.is_empty() || differences.is_empty(), &format!("{differences:?} differ"))
            }
            Expected::Refused(words) => {
                is(verified.status.code() == Some(1), "the check does not refuse it")?;
                is(told.contains(words), "the check says something else")?;
                is(restored.status.code() == Some(1) && restore_told.contains(words), "it is not refused like that")?;
                is(is_untouched(), "something was changed")
            }
            Expected::NotHere(words) | Expected::NotYet(words) => {
                let code = if let Expected::NotYet(_) = situation.expected { 2 } else { 3 };
                is(verified.status.code() == Some(0), "the check does not pass")?;
                is(
                    restored.status.code() == Some(code) && restore_told.contains(words),
                    "it is not refused like that",
                )?;
                is(is_untouched(), "something was changed")
            }
        }
    }

    /// Makes the dump of a database of its own.
    fn make(&self, index: usize, situation: &Situation, dump: &Path, canary: &Path) -> Result<(), String> {
        // Where nothing has to be set up, and the name shows nowhere, one serves all.
        let is_plain =
            situation.setup.is_empty() && !["pg_dumpall", " -C"].iter().any(|it| situation.made.contains(it));
        let database = if is_plain { SOURCE.to_owned() } else { format!("source{index}") };
        let lock = || DATABASES.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_plain {
            let create = format!("CREATE DATABASE {database} OWNER {ROLE} TEMPLATE original STRATEGY file_copy");
            let _creating = lock();
            self.server.sql("postgres", &create);
        }
        if !situation.setup.is_empty() {
            self.server.sql(&database, situation.setup);
        }
        let held = situation.made.contains("pg_dumpall").then(lock);
        let others = self.server.sql(
            "postgres",
            &format!("SELECT datname FROM pg_database WHERE datname LIKE 'source%' AND datname <> '{database}'"),
        );
        let others: String = others.lines().map(|name| format!(" --exclude-database={name}")).collect();
        let script =
            situation.made.replace(" --exclude-database=original", &format!(" --exclude-database=original{others}"));
        let own = own_programs();
        let mut shell = Command::new("bash");
        shell.args(["-o", "pipefail", "-c", &format!("{WORDS}{script}")]).current_dir(dump.parent().unwrap());
        shell.env("DB", self.server.data_source("gitlab-psql", &database)).env("DUMP", dump).env("CANARY", canary);
        for release in ["16", "18"] {
            shell.env(format!("PG{release}"), programs_of(release).unwrap_or_default());
        }
        let path = env::join_paths([own].into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap()))).unwrap();
        let made = shell.env("PATH", path).output().unwrap();
        drop(held);
        if !is_plain {
            let _dropping = lock();
            self.server.sql("postgres", &format!("DROP DATABASE {database} WITH (FORCE)"));
        }
        // A program whose reader has heard enough is cut off by purpose.
        let is_made = made.status.success() || situation.made.contains("| head -c");
        if is_made { Ok(()) } else { Err(format!("it cannot be made: {}", text(&made.stderr))) }
    }

    fn run(&self, command: &str, dump: &Path) -> Output {
        let mut command = self.target.command(&[command, "--dump"]);
        command.arg(dump).arg("--files").arg(self.archive);
        command.output().unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
