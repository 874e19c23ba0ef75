//! Dumps that somebody changed, against the real psql: whatever passes, no program runs and no other database is touched.
//!
//! `LAB_MUTATIONS_SECONDS` says for how long, `LAB_MUTATIONS_SEED` where to begin.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use gitlab_mattermost_core::backup::{DumpFilter, DumpScanner, Policy};

use super::server::Server;
use super::situations::dumps::own_programs;

const ROLE: &str = "gitlab_mattermost";

/// A small database with a bit of everything that has quotes.
const SMALL: &str = r"
CREATE TABLE posts (id int PRIMARY KEY, message text DEFAULT 'a;b', CHECK (message <> '--'));
INSERT INTO posts VALUES (1, E'x\ty\\'), (2, '\. '), (3, E'\\! id');
CREATE FUNCTION said() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN /* ' */ NEW.message := 'x'; -- $$
RETURN NEW; END $f$;
CREATE FUNCTION atomic() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;
CREATE VIEW v AS SELECT id, 'it''s; (' AS t FROM posts;
COMMENT ON TABLE posts IS E'a\nb''c';
CREATE INDEX posts_message ON posts (lower(message));";

/// What is put into a dump, `{canary}` being the file that must not appear.
const BITS: [&str; 38] = [
    "\\! touch {canary}\n",
    "\n\\! touch {canary}\n",
    "; \\! touch {canary}\n",
    "COPY posts (message) FROM PROGRAM 'touch {canary}';",
    "\nDROP DATABASE canary WITH (FORCE);\n",
    "ALTER DATABASE canary RENAME TO gone;",
    "\n\\connect canary\nDROP TABLE kept;\n",
    "\n\\copy posts from program 'touch {canary}'\n",
    "\\g |touch {canary}\n",
    "\\o |touch {canary}\n",
    "`touch {canary}`",
    "\\set x `touch {canary}`\n",
    ":'x'",
    ":VERSION",
    "COPY posts (message) FROM stdin;\n",
    "\nCOPY posts (message) FROM stdin;\n\\! touch {canary}\n",
    "\n\\.\n",
    "\\.",
    "'",
    "''",
    "\"",
    "$$",
    "$f$",
    "$",
    "E'",
    "U&'",
    "\\",
    "--",
    "/*",
    "*/",
    "(",
    ")",
    ";",
    "\n",
    "\r",
    "\0",
    "BEGIN ATOMIC ",
    "SET standard_conforming_strings = off;\n",
];

struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap()
    }
}

/// The dump with some bits put in, taken out, or said again.
fn changed(dump: &str, canary: &Path, dice: &mut Dice) -> String {
    let mut text: Vec<char> = dump.chars().collect();
    for _ in 0..=dice.below(4) {
        let at = dice.below(text.len() + 1);
        let to = (at + dice.below(60)).min(text.len());
        match dice.below(5) {
            0 => drop(text.drain(at..to)),
            1 => {
                let again: Vec<char> = text[at..to].to_vec();
                let place = dice.below(text.len() + 1);
                text.splice(place..place, again);
            }
            _ => {
                let bit = BITS[dice.below(BITS.len())].replace("{canary}", &canary.display().to_string());
                text.splice(at..at, bit.chars());
            }
        }
    }
    text.into_iter().collect()
}

#[test]
fn whatever_somebody_changes_in_a_dump_nothing_runs_and_nothing_is_lost() {
    let number = |name: &str, usual: u64| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let (limit, seed) = (Duration::from_secs(number("LAB_MUTATIONS_SECONDS", 8)), number("LAB_MUTATIONS_SEED", 4711));
    let server = Server::start();
    let canary = server.folder("mutations").join("canary");
    server.sql("postgres", &format!("CREATE DATABASE canary OWNER {ROLE}"));
    server.sql_as(ROLE, "canary", "CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)");
    server.sql("postgres", &format!("CREATE DATABASE small OWNER {ROLE}"));
    server.sql_as(ROLE, "small", SMALL);
    let programs = own_programs();
    let dumps = ["--no-owner", "--inserts"].map(|option| {
        let mut pg_dump = Command::new(programs.join("pg_dump"));
        let output = pg_dump.arg(option).arg(server.data_source(ROLE, "small")).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    });
    let names = |query: &str| server.sql("postgres", query).lines().map(str::to_owned).collect();
    let policy = Policy {
        settings: names("SELECT name FROM pg_settings"),
        roles: names("SELECT rolname FROM pg_roles"),
        ..Policy::default()
    };
    let mut dice = Dice(seed | 1);
    let (start, mut played, mut passed_whole) = (Instant::now(), 0, 0);
    while start.elapsed() < limit || played < 20 {
        let before = dice.0;
        let text = match played {
            // The dumps as they are do pass: what is tried is no locked door.
            0 | 1 => dumps[played].clone(),
            _ => changed(&dumps[played % 2], &canary, &mut dice),
        };
        let mut scanner = DumpScanner::default();
        scanner.scan(text.as_bytes(), drop);
        let summary = scanner.finish();
        let mut told = Vec::new();
        let mut filter = DumpFilter::new(&summary, policy.clone(), false, |part: &[u8]| told.extend_from_slice(part));
        let is_whole = filter.pass(text.as_bytes()).is_ok() && filter.finish().is_ok();
        assert!(played > 1 || is_whole, "{:?}", summary.refusals);
        passed_whole += usize::from(is_whole);
        server.sql("postgres", "DROP DATABASE IF EXISTS scratch WITH (FORCE)");
        server.sql("postgres", &format!("CREATE DATABASE scratch OWNER {ROLE} STRATEGY file_copy"));
        let mut psql = Command::new(programs.join("psql"));
        psql.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null"]).arg(server.data_source(ROLE, "scratch"));
        let mut child = psql.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let restrict: &[u8] = if summary.may_hide_commands { b"\\restrict abc\n" } else { b"" };
        // psql may stop early.
        let _ = stdin.write_all(restrict).and_then(|()| stdin.write_all(&told));
        drop(stdin);
        let ended_well = child.wait().unwrap().success();
        assert!(played > 1 || ended_well, "a dump that nobody changed does not load");
        let kept = server.sql("canary", "SELECT count(*) FROM kept");
        assert!(
            !canary.exists() && kept.trim() == "1",
            "seed {before}\n{text}\n==== told ====\n{}",
            String::from_utf8_lossy(&told)
        );
        played += 1;
    }
    println!("{played} dumps, of which {passed_whole} passed as a whole");
}
