//! One PostgreSQL server for a test, and its programs.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

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

/// A server that goes when this is dropped.
pub struct Server {
    postgres: Option<Postgres>,
    runtime: tokio::runtime::Runtime,
    socket: String,
    port: String,
    run: Option<Run>,
}

impl Server {
    /// Starts one from the installed programs, which the commands under test need in any case.
    pub fn start() -> Self {
        LazyLock::force(&IN_MEMORY);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (run, postgres) = runtime.block_on(async {
            let run = Run::start(Path::new(PROGRAM), Keep::Nothing).await.unwrap();
            let postgres = Postgres::start(&PostgresChoice::Local, run.directory()).await.unwrap();
            (run, postgres)
        });
        let session = postgres.session_command();
        let words: Vec<&str> = session.split(' ').collect();
        let after = |name: &str| words[words.iter().position(|it| *it == name).unwrap() + 1].to_owned();
        Self { socket: after("-h"), port: after("-p"), postgres: Some(postgres), runtime, run: Some(run) }
    }

    /// A folder of the run, for the test's own files.
    pub fn folder(&self, name: &str) -> PathBuf {
        let path = self.run.as_ref().unwrap().directory().path().join(name);
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
        self.runtime.block_on(self.postgres.as_ref().unwrap().kill()).unwrap();
    }

    /// Starts it again after it was killed.
    pub fn restart(&self) {
        self.runtime.block_on(async { drop(self.postgres.as_ref().unwrap().database("restarted").await.unwrap()) });
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _inside = self.runtime.enter();
        drop(self.postgres.take());
        drop(self.run.take());
    }
}
