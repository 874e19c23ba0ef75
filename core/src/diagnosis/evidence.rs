//! What an administrator has of an installation, as plain data; any part may be missing.
//!
//! Not here: reading files (`gitlab-mattermost-lab`), and what follows from the parts together (`case`).

use std::fmt;

use serde::Serialize;

use super::{Database, DatabaseKind, Log};
use crate::installation::{EnvDirectory, Installation, JsonFile, SettingsFile, Versions};

/// Everything that was given. Nothing is concluded from absence.
///
/// # Shape
/// Every part may be missing: `Evidence::default()` has none.
///
/// ```
/// use gitlab_mattermost_core::diagnosis::{Evidence, Input, Outcome, TextFile, examine};
///
/// let script = TextFile { name: "backup.sh".to_owned(), text: "pg_dump chat > chat.sql\n".to_owned() };
/// let evidence = Evidence { script: Some(script), ..Evidence::default() };
/// assert!(Input::Script.is_in(&evidence) && !Input::Log.is_in(&evidence));
/// let rule = |number: &str| examine(&evidence).rules.into_iter().find(|it| it.rule == number).expect("a rule");
/// assert!(matches!(rule("P01").outcome, Outcome::NotChecked { .. }));
/// ```
#[derive(Debug, Default)]
pub struct Evidence {
    /// What is installed.
    pub installed: Versions,
    /// What shall be installed.
    pub target: Versions,
    /// `/etc/gitlab/gitlab.rb`.
    pub gitlab_rb: Option<SettingsFile>,
    /// The env directory of Mattermost's service.
    pub environment: Option<EnvDirectory>,
    /// Mattermost's `config.json`.
    pub config_json: Option<JsonFile>,
    /// `/etc/gitlab/gitlab-secrets.json`.
    pub secrets: Option<JsonFile>,
    /// The package's cached node file.
    pub node: Option<JsonFile>,
    /// Logs: Mattermost's, GitLab's, or the output of a command.
    pub logs: Vec<Log>,
    /// Databases: dumps, lists of migrations, a running one.
    pub databases: Vec<Database>,
    /// A folder with a backup.
    pub backup: Option<BackupFolder>,
    /// A shell script that somebody is about to run.
    pub script: Option<TextFile>,
    /// Instructions in Markdown that somebody is about to follow.
    pub document: Option<TextFile>,
}

/// A text file.
///
/// # Shape
/// Any text. `Debug` prints the name alone.
#[derive(Clone)]
pub struct TextFile {
    /// The name to call it by.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A folder with a backup: its files and folders, and those in the archives among them.
///
/// ```
/// use gitlab_mattermost_core::diagnosis::{BackupEntry, BackupFolder, Evidence, examine};
///
/// let (path, archive, modified) = ("data/data/a.png".to_owned(), None, None);
/// let entries = vec![BackupEntry { path, archive, size: 3, modified, is_folder: false }];
/// let backup = Some(BackupFolder { name: "backup".to_owned(), entries });
/// let diagnosis = examine(&Evidence { backup, ..Evidence::default() });
/// let found: Vec<_> = diagnosis.findings.iter().map(|finding| finding.rule).collect();
/// assert!(found.contains(&"P25"), "a folder in itself: {found:?}");
/// ```
#[derive(Debug, Clone, Default)]
pub struct BackupFolder {
    /// The name to call it by.
    pub name: String,
    /// Everything in it.
    pub entries: Vec<BackupEntry>,
}

/// A file or folder of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupEntry {
    /// Path below the folder, or below the root of the archive that it is in.
    pub path: String,
    /// The archive that it is in, if it is in one.
    pub archive: Option<String>,
    /// Size in bytes.
    pub size: u64,
    /// When it was last changed, in seconds since 1970.
    pub modified: Option<u64>,
    /// Whether it is a folder.
    pub is_folder: bool,
}

impl Evidence {
    /// What of it is the installation.
    pub fn installation(&self) -> Installation<'_> {
        Installation {
            versions: self.installed,
            gitlab_rb: self.gitlab_rb.as_ref(),
            environment: self.environment.as_ref(),
            config_json: self.config_json.as_ref().map(|file| &file.json),
            secrets: self.secrets.as_ref().map(|file| &file.json),
            node: self.node.as_ref().map(|file| &file.json),
        }
    }
}

impl fmt::Debug for TextFile {
    /// Prints the name alone: the content may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextFile").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A kind of evidence, by the option of the command line that gives it.
///
/// # Shape
/// In JSON what [`Input::options`] gives: `--gitlab-rb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "&'static str")]
pub enum Input {
    /// `--gitlab-rb`.
    GitlabRb,
    /// `--env-dir`.
    EnvDirectory,
    /// `--env-dir` or `--gitlab-rb`: Mattermost's variables, found or derived.
    Variables,
    /// `--config-json`, or variables: Mattermost's settings.
    Settings,
    /// `--config-json`.
    ConfigJson,
    /// `--secrets`.
    Secrets,
    /// `--log`.
    Log,
    /// `--dump`.
    Dump,
    /// `--dump`, `--migrations` or `--database`, with the migrations listed.
    Migrations,
    /// `--dump` or `--database`: a database's content.
    Database,
    /// `--backup-dir`.
    Backup,
    /// `--script`.
    Script,
    /// `--document`.
    Document,
    /// `--gitlab-version`.
    GitlabVersion,
    /// `--target-gitlab-version`.
    TargetGitlab,
    /// `--mattermost-version`, or GitLab's that ships it.
    MattermostVersion,
    /// `--target-mattermost-version`, or GitLab's that ships it, or none at all from 19.0 on.
    Target,
}

impl Input {
    /// The options that give it.
    pub const fn options(self) -> &'static str {
        match self {
            Self::GitlabRb => "--gitlab-rb",
            Self::EnvDirectory => "--env-dir",
            Self::Variables => "--env-dir or --gitlab-rb",
            Self::Settings => "--config-json, --env-dir or --gitlab-rb",
            Self::ConfigJson => "--config-json",
            Self::Secrets => "--secrets",
            Self::Log => "--log",
            Self::Dump => "--dump",
            Self::Migrations => "--dump, --migrations or --database",
            Self::Database => "--dump or --database",
            Self::Backup => "--backup-dir",
            Self::Script => "--script",
            Self::Document => "--document",
            Self::GitlabVersion => "--gitlab-version",
            Self::TargetGitlab => "--target-gitlab-version",
            Self::MattermostVersion => "--mattermost-version or --gitlab-version",
            Self::Target => "--target-mattermost-version or --target-gitlab-version",
        }
    }

    /// Whether it is there.
    pub fn is_in(self, evidence: &Evidence) -> bool {
        let Evidence { installed, target, .. } = evidence;
        let database = |wanted: fn(DatabaseKind) -> bool| evidence.databases.iter().any(|it| wanted(it.kind));
        match self {
            Self::GitlabRb => evidence.gitlab_rb.is_some(),
            Self::EnvDirectory => evidence.environment.is_some(),
            Self::Variables => evidence.environment.is_some() || evidence.gitlab_rb.is_some(),
            Self::Settings => evidence.config_json.is_some() || Self::Variables.is_in(evidence),
            Self::ConfigJson => evidence.config_json.is_some(),
            Self::Secrets => evidence.secrets.is_some(),
            Self::Log => !evidence.logs.is_empty(),
            Self::Dump => database(|kind| kind == DatabaseKind::Dump),
            Self::Database => database(|kind| kind != DatabaseKind::MigrationList),
            Self::Migrations => !evidence.databases.is_empty(),
            Self::Backup => evidence.backup.is_some(),
            Self::Script => evidence.script.is_some(),
            Self::Document => evidence.document.is_some(),
            Self::GitlabVersion => installed.gitlab.is_some(),
            Self::TargetGitlab => target.gitlab.is_some(),
            Self::MattermostVersion => installed.mattermost_or_bundled().is_some(),
            Self::Target => target.gitlab.is_some() || target.mattermost.is_some(),
        }
    }
}

impl From<Input> for &'static str {
    fn from(input: Input) -> Self {
        input.options()
    }
}
