//! The plan of a restore: what is done, in which order, and the shell commands it amounts to.
//!
//! Everything new is made beside the old; one transaction decides; the old is kept. Not here: what is made of a restore
//! that was interrupted (`journal`).
//!
//! DIFFERENCE: erratum 18. The document drops the database first, makes the new one without an owner, which since
//! PostgreSQL 15 loses every table, and goes on after errors. Here it is Mattermost's role's, and nothing is dropped.
//!
//! DIFFERENCE: erratum 19. The document puts back database, files and `config.json`; here plugins come back too, and
//! settings and secrets if that is wished.

use std::path::PathBuf;

use super::journal::{self, database_name};
use super::properties::Carrying;
use super::settings::Edit;
use super::{Account, ArtefactKind, Installation, Journal, Layout, Moved, Part, Stage, Stamp, shell};

mod printed;
mod statements;

pub use statements::{close_statement, drop_statement, open_statement, swap_statements, terminate_statement};

/// A step of a restore, done as a whole or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestoreTask {
    /// Checks the whole backup and the machine it goes to.
    Check,
    /// Notes down what is going to be made, so that it can be found.
    Begin,
    /// Makes the new database, owned by Mattermost's role.
    CreateDatabase,
    /// Loads the dump into it, as Mattermost's role, stopping at the first error.
    Load,
    /// Compares the rows of every table with the dump's.
    CompareRows,
    /// Gives the new database the settings and rights that belong to it and are in no dump.
    SetUpDatabase,
    /// Unpacks an archive beside the folders it replaces.
    Unpack(ArtefactKind),
    /// Stops the server.
    Stop,
    /// Lets nobody into the old database and sees to it that nobody is in.
    CloseDatabase,
    /// Notes down that the new state is ready.
    Ready,
    /// Lets the databases change names, in one transaction: the moment that decides.
    SwapDatabases,
    /// Lets the folders change places.
    SwapFolders,
    /// Notes down that the new state is in place.
    Finish,
    /// Starts the server.
    Start,
    /// Removes the old state.
    Forget,
}

/// What the user decided beforehand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Choices {
    /// Sessions in the old database are ended instead of the restore.
    pub terminate: bool,
    /// The old state is removed once the new one is in place.
    pub drop_old: bool,
    /// The env directory and Mattermost's part of gitlab.rb are put back too.
    pub settings: bool,
    /// So is the Mattermost section of GitLab's secrets.
    pub secrets: bool,
}

impl Choices {
    /// The parts of a kind that are wanted and have a place here; `found` are those of the backup.
    ///
    /// # Errors
    /// They were asked for, and there is nothing to be put anywhere: why, in words.
    pub fn wanted_parts(
        self,
        kind: ArtefactKind,
        installation: &Installation,
        found: Option<&[Part]>,
    ) -> Result<Vec<Part>, String> {
        let (chosen, flag) = match kind {
            ArtefactKind::Settings => (self.settings, "--settings"),
            ArtefactKind::Secrets => (self.secrets, "--secrets"),
            _ => return Ok(found.unwrap_or_default().to_vec()),
        };
        let Some(found) = found.filter(|_| chosen) else {
            let why = || format!("the backup has nothing that `{flag}` could put back");
            return if chosen { Err(why()) } else { Ok(Vec::new()) };
        };
        let parts: Vec<Part> = found.iter().copied().filter(|part| installation.part(*part).is_some()).collect();
        if parts.is_empty() {
            let names = found.iter().map(|part| part.name()).collect::<Vec<_>>().join("` and `");
            return Err(format!(
                "nobody said where `{names}` of the backup go; give `--gitlab-rb`, `--env-dir` or `--secrets-file`"
            ));
        }
        Ok(parts)
    }
}

/// What a part is taken out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A tar archive.
    Archive,
    /// A folder.
    Folder,
    /// The part itself, a file.
    File,
}

/// What parts are taken out of, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// What they count as.
    pub kind: ArtefactKind,
    /// Where it lies.
    pub path: PathBuf,
    /// What it is.
    pub holder: Holder,
    /// Where the parts are in it.
    pub layout: Layout,
    /// Those that are wanted.
    pub parts: Vec<Part>,
}

/// A backup's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The dump.
    pub dump: PathBuf,
    /// The command that writes its SQL: `zcat`.
    pub reader: String,
    /// What else it has, in the order of its kinds.
    pub taken: Vec<Taken>,
}

impl Source {
    /// The kinds of what it has besides the dump.
    fn kinds(&self) -> Vec<ArtefactKind> {
        let mut kinds: Vec<_> = self.taken.iter().map(|it| it.kind).collect();
        kinds.dedup();
        kinds
    }
}

/// What is to be restored, from where to where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestorePlan {
    /// The steps.
    pub tasks: Vec<RestoreTask>,
    /// The backup.
    pub source: Source,
    /// The installation.
    pub installation: Installation,
    /// What the user decided.
    pub choices: Choices,
    /// What is noted down before anything is made.
    pub journal: Journal,
    /// How the new database is made.
    pub database: NewDatabase,
    /// Whom restored files belong to; whoever restores them if `None`.
    pub account: Option<Account>,
    /// How the present gitlab.rb becomes the new one.
    pub edit: Edit,
}

/// How a database is made: as the one before, or as the one that was backed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDatabase {
    /// The role that owns it.
    pub owner: String,
    /// Encoding, order of texts, classes of characters; the server's own if `None`.
    pub locale: Option<(String, String, String)>,
    /// What it is given after it was filled.
    pub carrying: Carrying,
}

impl RestorePlan {
    /// The plan; `replaces` says whether there is a database to be replaced.
    pub fn new(
        source: Source,
        installation: Installation,
        choices: Choices,
        database: NewDatabase,
        account: Option<Account>,
        replaces: bool,
        stamp: Stamp,
    ) -> Self {
        let mut tasks = vec![RestoreTask::Check, RestoreTask::Begin];
        let unpack = |settings: bool| {
            let kinds = source.kinds().into_iter();
            kinds.filter(move |kind| is_of_gitlab(*kind) == settings).map(RestoreTask::Unpack)
        };
        // Files before rows: forcing them to the disk would force the new database's pages along. Settings, which somebody
        // may be changing, as late as possible.
        tasks.extend(unpack(false));
        tasks.extend([RestoreTask::CreateDatabase, RestoreTask::Load, RestoreTask::CompareRows]);
        if !database.carrying.is_empty() {
            tasks.push(RestoreTask::SetUpDatabase);
        }
        tasks.extend(unpack(true));
        if installation.stop.is_some() {
            tasks.push(RestoreTask::Stop);
        }
        if replaces {
            tasks.push(RestoreTask::CloseDatabase);
        }
        tasks.extend([RestoreTask::Ready, RestoreTask::SwapDatabases, RestoreTask::SwapFolders]);
        if installation.start.is_some() {
            tasks.push(RestoreTask::Start);
        }
        tasks.push(RestoreTask::Finish);
        if choices.drop_old {
            tasks.push(RestoreTask::Forget);
        }
        let name = installation.owner.database.clone();
        let parts = source.taken.iter().flat_map(|taken| taken.parts.iter().copied());
        let journal = Journal {
            format: journal::FORMAT,
            stage: Stage::Preparing,
            scratch: database_name(&name, journal::RESTORED, &stamp),
            old: replaces.then(|| database_name(&name, journal::BEFORE, &stamp)),
            database: name,
            moved: parts
                .filter_map(|part| {
                    let mounted = installation.mounted.contains(&part);
                    Some(Moved::new(part, installation.part(part)?, mounted, &stamp))
                })
                .collect(),
            stopped: false,
            stamp,
        };
        Self { tasks, source, installation, choices, journal, database, account, edit: Edit::default() }
    }

    /// The statement that makes the new database.
    pub fn create_statement(&self) -> String {
        let mut text = format!(
            "CREATE DATABASE {} OWNER {} TEMPLATE template0",
            shell::sql_name(&self.journal.scratch),
            shell::sql_name(&self.database.owner)
        );
        if let Some((encoding, collate, ctype)) = &self.database.locale {
            let values = [("ENCODING", encoding), ("LC_COLLATE", collate), ("LC_CTYPE", ctype)];
            for (name, value) in values {
                text.push_str(&format!(" {name} {}", shell::sql_text(value)));
            }
        }
        text
    }

    /// The statements of the transaction that decides.
    pub fn swap_statements(&self) -> String {
        swap_statements(&self.journal)
    }

    /// What parts of this kind are taken out of.
    pub fn taken(&self, kind: ArtefactKind) -> impl Iterator<Item = &Taken> {
        self.source.taken.iter().filter(move |it| it.kind == kind)
    }
}

impl RestoreTask {
    /// A slug, unique in a plan.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Begin => "begin",
            Self::CreateDatabase => "create-database",
            Self::Load => "load-dump",
            Self::CompareRows => "compare-rows",
            Self::SetUpDatabase => "set-up-database",
            Self::Unpack(ArtefactKind::Plugins) => "unpack-plugins",
            Self::Unpack(ArtefactKind::Settings) => "unpack-settings",
            Self::Unpack(ArtefactKind::Secrets) => "unpack-secrets",
            Self::Unpack(_) => "unpack-files",
            Self::Stop => "stop-server",
            Self::CloseDatabase => "close-database",
            Self::Ready => "ready",
            Self::SwapDatabases => "swap-databases",
            Self::SwapFolders => "swap-folders",
            Self::Start => "start-server",
            Self::Finish => "finish",
            Self::Forget => "forget-old",
        }
    }

    /// What is done; `owner` is the role that the new database belongs to.
    fn what(self, owner: &str) -> String {
        let what = match self {
            Self::CreateDatabase => return format!("make a new database beside the old one, owned by `{owner}`"),
            Self::Load => return format!("load the dump into it as `{owner}`, up to the first error"),
            Self::Check => "check the backup as a whole, and the machine it goes to",
            Self::Begin => "note down what is going to be made",
            Self::CompareRows => "compare every table's rows with the dump's",
            Self::SetUpDatabase => "give the new database the settings and rights that are in no dump",
            Self::Unpack(ArtefactKind::Plugins) => "unpack the plugins beside the old ones",
            Self::Unpack(ArtefactKind::Settings) => {
                "make settings beside the present ones: the env directory, and gitlab.rb with Mattermost's part of the backup"
            }
            Self::Unpack(ArtefactKind::Secrets) => {
                "make GitLab's secrets beside the present ones, with Mattermost's section of the backup"
            }
            Self::Unpack(_) => "unpack files and config.json beside the old ones",
            Self::Stop => "stop Mattermost",
            Self::CloseDatabase => "let nobody into the old database",
            Self::Ready => "note down that the new state is ready",
            Self::SwapDatabases => {
                "let the databases change names in one transaction; from here on the new state counts"
            }
            Self::SwapFolders => "let folders and files change places",
            Self::Start => "start Mattermost",
            Self::Finish => "note down where the old state is kept",
            Self::Forget => "remove the old state",
        };
        what.to_owned()
    }
}

/// Whether an archive of this kind goes to places that are GitLab's.
const fn is_of_gitlab(kind: ArtefactKind) -> bool {
    matches!(kind, ArtefactKind::Settings | ArtefactKind::Secrets)
}
