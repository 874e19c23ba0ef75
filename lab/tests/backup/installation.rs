//! A small Mattermost: a database of the stand-in's shape and the folders that belong to it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use gitlab_mattermost_core::mattermost::table_statements;
use gitlab_mattermost_core::version::Version;

use super::server::{PROGRAM, Server};
use super::state::{State, copy};

/// The version whose tables there are, as far as the stand-in keeps something in them.
const VERSION: Version = Version::new(5, 31, 7);
pub const ROLE: &str = "gitlab_mattermost";

/// An installation whose server is a file that is there while it runs.
pub struct Installation<'a> {
    pub server: &'a Server,
    pub database: String,
    pub home: PathBuf,
    /// GitLab's side: the env directory, gitlab.rb, gitlab-secrets.json.
    pub gitlab: PathBuf,
}

impl<'a> Installation<'a> {
    /// One with this many attachments and posts, in a folder of its own.
    pub fn new(server: &'a Server, database: &str, folder: &Path, attachments: u32) -> Self {
        let (home, gitlab) = (folder.join(database), folder.join(format!("{database}-gitlab")));
        fs::create_dir_all(gitlab.join("env")).unwrap();
        write_settings(&gitlab, "first");
        for part in ["data/20211123", "plugins/com.example", "client-plugins/com.example"] {
            fs::create_dir_all(home.join(part)).unwrap();
        }
        fs::write(home.join("config.json"), r#"{"ServiceSettings": {"SiteURL": "http://mattermost.example.com"}}"#)
            .unwrap();
        fs::set_permissions(home.join("config.json"), fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(home.join("plugins/com.example/plugin.json"), "{}").unwrap();
        std::os::unix::fs::symlink("plugin.json", home.join("plugins/com.example/link")).unwrap();
        fs::write(home.join("client-plugins/com.example/main.js"), "1").unwrap();
        fs::write(home.join("running"), "").unwrap();
        server.sql("postgres", &format!("CREATE DATABASE {database} OWNER {ROLE} TEMPLATE template0"));
        server.sql_as(ROLE, database, &table_statements(VERSION, None));
        let installation = Self { server, database: database.to_owned(), home, gitlab };
        let rows = "INSERT INTO systems VALUES ('Version', '5.36.1');
             INSERT INTO posts (id, createat, message) SELECT 'p' || g, g, E'a \\\\ tab\\t, lines\\n\\\\.\\n' || md5(g::text)
             FROM generate_series(1, 400) g;";
        let attached =
            (0..attachments).map(|number| installation.attached(&format!("f{number}"), number as usize * 37));
        installation.sql(&format!("{rows}{}", attached.collect::<String>()));
        installation
    }

    /// A copy of another installation, in a place of its own.
    pub fn copy_of(original: &Installation<'a>, database: &str) -> Self {
        let home = original.home.with_file_name(database);
        let gitlab = original.gitlab.with_file_name(format!("{database}-gitlab"));
        let it = Self { server: original.server, database: database.to_owned(), home, gitlab };
        it.become_copy_of(original);
        it
    }

    /// Makes everything as it is in `original`, whatever happened here.
    pub fn become_copy_of(&self, original: &Installation<'_>) {
        self.copy_database_of(original);
        copy(&original.home, &self.home);
        copy(&original.gitlab, &self.gitlab);
    }

    /// Makes the database as it is in `original`, and forgets every restore.
    pub fn copy_database_of(&self, original: &Installation<'_>) {
        self.notes().iter().for_each(|note| fs::remove_file(note).unwrap());
        let statements = format!(
            "SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database WHERE datname LIKE '{0}%' \\gexec\n\
             CREATE DATABASE {0} OWNER {ROLE} TEMPLATE {1} STRATEGY file_copy;",
            self.database, original.database
        );
        self.server.sql("postgres", &statements);
    }

    /// Somebody attaches a file: the file first, then its row, as Mattermost does it.
    pub fn attach(&self, name: &str, size: usize) {
        let row = self.attached(name, size);
        self.sql(&row);
    }

    /// Writes the file, and gives the statement that makes its row.
    fn attached(&self, name: &str, size: usize) -> String {
        // Without a pattern: it does not compress.
        let mut state = size as u64 + 1;
        let content: Vec<u8> = std::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        })
        .take(size)
        .collect();
        fs::write(self.home.join("data/20211123").join(name), content).unwrap();
        format!("INSERT INTO fileinfo (id, path, size) VALUES (left(md5('{name}'), 26), '20211123/{name}', {size});")
    }

    /// Life goes on after a backup: every part changes.
    pub fn live_on(&self) {
        self.sql("DELETE FROM posts WHERE createat > 300; INSERT INTO posts (id, message) VALUES ('new', 'later')");
        self.sql("CREATE TABLE later (id integer)");
        self.attach("later", 5);
        fs::remove_file(self.home.join("data/20211123/f1")).unwrap();
        fs::write(self.home.join("config.json"), "{}").unwrap();
        fs::write(self.home.join("plugins/later"), "x").unwrap();
    }

    /// Somebody changes settings and secrets of Mattermost, in GitLab's files.
    pub fn change_settings(&self) {
        fs::remove_file(self.gitlab.join("env/MM_FIRST")).unwrap();
        write_settings(&self.gitlab, "second");
    }

    pub fn sql(&self, statements: &str) -> String {
        self.server.sql_as(ROLE, &self.database, statements)
    }

    pub fn state(&self) -> State {
        State::of(self.server, &self.database, &self.home, &self.gitlab)
    }

    /// A command of the program on this installation.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_by(PROGRAM, &[], arguments)
    }

    /// A command of the program on this installation, started by another program.
    pub fn command_by(&self, starter: &str, before: &[&str], arguments: &[&str]) -> Command {
        let mut command = Command::new(starter);
        let (subcommand, rest) = arguments.split_first().unwrap();
        command.args(before).arg(subcommand).arg("--home").arg(&self.home).args(rest);
        command.env("MATTERMOST_LAB_DATA_SOURCE", self.server.data_source(ROLE, &self.database));
        command.env("MATTERMOST_LAB_ADMIN_DATA_SOURCE", self.server.data_source("gitlab-psql", "postgres"));
        command.env("MATTERMOST_LAB_STATE_DIR", self.state_folder());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The folder with the notes of restores of all installations beside this one.
    pub fn state_folder(&self) -> PathBuf {
        self.home.with_file_name("state")
    }

    /// The notes of restores of this installation.
    pub fn notes(&self) -> Vec<PathBuf> {
        use gitlab_mattermost_core::backup::Installation as Core;
        let folder = Core::notes_in(&self.state_folder(), &self.home.canonicalize().unwrap_or_default());
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    /// The arguments of a restore that stops and starts the server.
    pub fn restore(&self, backup: &Path) -> Command {
        let marker = self.home.join("running");
        let (stop, start) = (format!("rm -f '{}'", marker.display()), format!("touch '{}'", marker.display()));
        let mut command = self.command(&["restore"]);
        command.arg(backup).args(["--stop", &stop, "--start", &start]);
        command
    }

    /// Adds where GitLab's settings are.
    pub fn with_settings(&self, mut command: Command) -> Command {
        command.arg("--env-dir").arg(self.gitlab.join("env")).arg("--gitlab-rb").arg(self.gitlab.join("gitlab.rb"));
        command.arg("--secrets-file").arg(self.gitlab.join("gitlab-secrets.json"));
        command
    }

    /// A restore that puts back settings and secrets, too.
    pub fn restore_all(&self, backup: &Path) -> Command {
        let mut command = self.with_settings(self.restore(backup));
        command.args(["--settings", "--secrets"]);
        command
    }

    /// Whether the server runs.
    pub fn runs(&self) -> bool {
        self.home.join("running").exists()
    }

    /// Makes a backup into `to` and gives its folder.
    pub fn back_up(&self, to: &Path) -> PathBuf {
        self.backed_up_by(self.command(&["backup", "--to", to.to_str().unwrap()]))
    }

    /// Makes a backup although a file of a row is lost, as after [`live_on`](Self::live_on).
    pub fn back_up_lossy(&self, to: &Path) -> PathBuf {
        self.backed_up_by(self.command(&["backup", "--accept", "attachments", "--to", to.to_str().unwrap()]))
    }

    /// Makes a backup with settings and secrets.
    pub fn back_up_all(&self, to: &Path) -> PathBuf {
        self.backed_up_by(self.with_settings(self.command(&["backup", "--secrets", "--to", to.to_str().unwrap()])))
    }

    fn backed_up_by(&self, mut command: Command) -> PathBuf {
        let text = succeeded(&command.output().unwrap());
        PathBuf::from(text.lines().next().unwrap())
    }
}

/// GitLab's files, in which `word` is all that is Mattermost's.
fn write_settings(gitlab: &Path, word: &str) {
    let settings = format!(
        "external_url 'http://gitlab.example.com'\ngitlab_rails['time_zone'] = 'UTC'\n\
         mattermost_external_url 'http://{word}.example.com'\nmattermost['env'] = {{\n  'MM_WORD' => '{word}'\n}}\n"
    );
    let secrets =
        serde_json::json!({"gitlab_rails": {"db_key_base": "gitlabs-own"}, "mattermost": {"gitlab_id": word}});
    for (name, text, mode) in [
        (format!("env/MM_{}", word.to_uppercase()), word.to_owned(), 0o640),
        ("env/MM_WORD".to_owned(), word.to_owned(), 0o644),
        ("gitlab.rb".to_owned(), settings, 0o600),
        ("gitlab-secrets.json".to_owned(), format!("{secrets:#}\n"), 0o600),
    ] {
        let path = gitlab.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
}

/// What a program that has to succeed printed.
pub fn succeeded(output: &Output) -> String {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{:?}\n{stdout}\n{stderr}", output.status);
    stdout.into_owned()
}

/// What a program that has to end with `status` complained of.
pub fn refused(output: &Output, status: i32) -> String {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(status), "{stdout}\n{stderr}");
    stderr.into_owned()
}
