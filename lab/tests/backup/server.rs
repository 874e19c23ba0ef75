//! A PostgreSQL server for a test, and its programs.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use gitlab_mattermost_database::programs::installed_versions;
use gitlab_mattermost_stage::cleanup::{Keep, Run};
use gitlab_mattermost_stage::postgresql::{Postgres, PostgresChoice};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_mattermost-lab");

/// Servers and installations are in memory where there is a place for it: disks are slow with PostgreSQL's small files.
static IN_MEMORY: LazyLock<()> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::env::override_temp_dir(memory).unwrap();
    }
});

/// Servers that no test has now, as good as new. What is left here goes with the process, by the reapers.
static IDLE: Mutex<Vec<Running>> = Mutex::new(Vec::new());

/// Numbers the tests.
static TESTS: AtomicU32 = AtomicU32::new(0);

/// What only its own test may have.
const CLEAN: &str = r"
SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database
WHERE datname NOT IN ('postgres', 'template0', 'template1') \gexec
SELECT format('DROP ROLE %I', rolname) FROM pg_roles
WHERE rolname NOT IN ('gitlab-psql', 'gitlab_mattermost') AND rolname !~ '^pg_' \gexec
";

/// A server and the run that it is of.
struct Running {
    runtime: tokio::runtime::Runtime,
    postgres: Option<Postgres>,
    run: Option<Run>,
}

impl Running {
    fn start() -> Self {
        LazyLock::force(&IN_MEMORY);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (run, postgres) = runtime.block_on(async {
            let run = Run::start(Path::new(PROGRAM), Keep::Nothing).await.unwrap();
            let postgres = Postgres::start(&PostgresChoice::Local, run.directory()).await.unwrap();
            (run, postgres)
        });
        Self { runtime, postgres: Some(postgres), run: Some(run) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _inside = self.runtime.enter();
        drop(self.postgres.take());
        drop(self.run.take());
    }
}

/// The server of one test. Another test gets it afterwards, without what this one made.
pub struct Server {
    running: Option<Running>,
    folder: PathBuf,
    socket: String,
    port: String,
    /// Nobody gets it afterwards.
    is_spent: bool,
}

impl Server {
    /// One that is idle, or a new one from the installed programs, which the commands under test need in any case.
    pub fn start() -> Self {
        let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Self::of(idle.unwrap_or_else(Running::start), false)
    }

    /// One that nobody gets afterwards: its rules may be changed, and it may be killed.
    pub fn start_own() -> Self {
        Self::of(Running::start(), true)
    }

    fn of(running: Running, is_spent: bool) -> Self {
        let session = running.postgres.as_ref().unwrap().session_command();
        let words: Vec<&str> = session.split(' ').collect();
        let after = |name: &str| words[words.iter().position(|it| *it == name).unwrap() + 1].to_owned();
        let (socket, port) = (after("-h"), after("-p"));
        let number = TESTS.fetch_add(1, Ordering::Relaxed);
        let folder = running.run.as_ref().unwrap().directory().path().join(format!("test{number}"));
        std::fs::create_dir(&folder).unwrap();
        Self { running: Some(running), folder, socket, port, is_spent }
    }

    /// A folder for the test's own files.
    pub fn folder(&self, name: &str) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::create_dir(&path).unwrap();
        path
    }

    /// How a role reaches a database.
    pub fn data_source(&self, role: &str, database: &str) -> String {
        format!("user={role} host={} port={} dbname={database} sslmode=disable", self.socket, self.port)
    }

    /// A session as that role, to be told statements and to answer them.
    pub fn session(&self, role: &str, database: &str) -> Child {
        let psql = installed_versions().into_iter().map(|it| it.join("psql")).find(|it| it.is_file()).unwrap();
        Command::new(psql)
            .args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-w", "-h", &self.socket, "-p", &self.port, "-U", role, database])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs statements as the superuser, or as another role; gives what they answer.
    pub fn sql_as(&self, role: &str, database: &str, statements: &str) -> String {
        let mut child = self.session(role, database);
        child.stdin.take().unwrap().write_all(statements.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{statements}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs statements as the superuser.
    pub fn sql(&self, database: &str, statements: &str) -> String {
        self.sql_as("gitlab-psql", database, statements)
    }

    /// Ends it as a crash would.
    pub fn kill(&self) {
        let Running { runtime, postgres, .. } = self.running.as_ref().unwrap();
        runtime.block_on(postgres.as_ref().unwrap().kill()).unwrap();
    }

    /// Starts it again after it was killed.
    pub fn restart(&self) {
        let Running { runtime, postgres, .. } = self.running.as_ref().unwrap();
        runtime.block_on(async { drop(postgres.as_ref().unwrap().database("restarted").await.unwrap()) });
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.is_spent || std::thread::panicking() {
            return;
        }
        self.sql("postgres", CLEAN);
        // Something that a test started may still write there; no other test looks.
        let _ = std::fs::remove_dir_all(&self.folder);
        IDLE.lock().unwrap_or_else(PoisonError::into_inner).extend(self.running.take());
    }
}
