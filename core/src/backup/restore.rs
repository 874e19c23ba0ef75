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

use std::path::{Path, PathBuf};

use super::journal::{self, database_name};
use super::settings::Edit;
use super::{Account, ArtefactKind, Installation, Journal, Moved, Part, Stage, Stamp, shell};
use crate::plan::{Plan, Step};

/// A step of a restore, done as a whole or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
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

/// A backup's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The dump.
    pub dump: PathBuf,
    /// The archives, with the parts that each holds.
    pub archives: Vec<(ArtefactKind, PathBuf, Vec<Part>)>,
}

/// What is to be restored, from where to where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestorePlan {
    /// The steps.
    pub tasks: Vec<Task>,
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
        let mut tasks = vec![Task::Check, Task::Begin];
        let unpack = |settings: bool| {
            let kinds = source.archives.iter().map(|(kind, ..)| *kind);
            kinds.filter(move |kind| is_of_gitlab(*kind) == settings).map(Task::Unpack)
        };
        // Files before rows: forcing them to the disk would force the new database's pages along. Settings, which somebody
        // may be changing, as late as possible.
        tasks.extend(unpack(false));
        tasks.extend([Task::CreateDatabase, Task::Load, Task::CompareRows]);
        tasks.extend(unpack(true));
        if installation.stop.is_some() {
            tasks.push(Task::Stop);
        }
        if replaces {
            tasks.push(Task::CloseDatabase);
        }
        tasks.extend([Task::Ready, Task::SwapDatabases, Task::SwapFolders]);
        if installation.start.is_some() {
            tasks.push(Task::Start);
        }
        tasks.push(Task::Finish);
        if choices.drop_old {
            tasks.push(Task::Forget);
        }
        let name = installation.owner.database.clone();
        let parts = source.archives.iter().flat_map(|(.., parts)| parts.iter().copied());
        let journal = Journal {
            format: journal::FORMAT,
            stage: Stage::Preparing,
            scratch: database_name(&name, "restored", &stamp),
            old: replaces.then(|| database_name(&name, "before", &stamp)),
            database: name,
            moved: parts.filter_map(|part| Some(moved(part, installation.part(part)?, &stamp))).collect(),
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

    /// The archive of this kind.
    pub fn archive(&self, kind: ArtefactKind) -> Option<(&Path, &[Part])> {
        self.source.archives.iter().find(|it| it.0 == kind).map(|(_, path, parts)| (path.as_path(), parts.as_slice()))
    }

    /// The plan as it is printed.
    pub fn to_plan(&self) -> Plan {
        let mut plan = Plan::default();
        for task in &self.tasks {
            plan.push(self.step(*task));
        }
        plan
    }

    fn step(&self, task: Task) -> Step {
        let (installation, journal) = (&self.installation, &self.journal);
        let psql = installation.programs.join("psql");
        let admin = |statements: &[&str]| {
            let words: Vec<&str> =
                ["-v", "ON_ERROR_STOP=1"].into_iter().chain(statements.iter().flat_map(|it| ["-c", it])).collect();
            installation.admin.command(&psql, &words, installation.maintenance())
        };
        let note = shell::word(&installation.home.join(journal.file_name()).display().to_string());
        let step = Step::new(task.id(), task.what());
        match task {
            Task::Check => step.because("nothing is touched until all of it is known to be whole"),
            Task::Begin | Task::Ready | Task::Finish => step.command(format!("echo {} > {note}", task.id())),
            Task::CreateDatabase => step
                .because(
                    "a role that does not own its database can create nothing in it since PostgreSQL 15 (erratum 18)",
                )
                .command(admin(&[&self.create_statement()])),
            Task::Load => step.because("psql goes on after errors unless it is told not to (P23)").command(format!(
                "zcat {} | {}",
                shell::word(&self.source.dump.display().to_string()),
                installation.owner.command(&psql, &["-v", "ON_ERROR_STOP=1", "-q"], &journal.scratch)
            )),
            Task::CompareRows => {
                step.command(installation.owner.command(&psql, &["-c", "SELECT count(*) FROM TABLE"], &journal.scratch))
            }
            Task::Unpack(kind) => self.unpack(step, kind),
            Task::Stop => commanded(step, installation.stop.as_ref()),
            Task::Start => commanded(step, installation.start.as_ref()),
            Task::CloseDatabase => {
                let step = step.command(admin(&[&close_statement(&journal.database)]));
                if self.choices.terminate {
                    step.command(admin(&[&terminate_statement(&journal.database)]))
                } else {
                    step
                }
            }
            Task::SwapDatabases => step.command(admin(&[&self.swap_statements()])),
            Task::SwapFolders => {
                let moves = journal.moved.iter().flat_map(|it| [(&it.place, &it.old), (&it.scratch, &it.place)]);
                moves.fold(step, |step, (from, to)| {
                    step.command(shell::line(["mv", "-T", &from.display().to_string(), &to.display().to_string()]))
                })
            }
            Task::Forget => {
                let drop = journal.old.iter().map(|old| admin(&[&drop_statement(old)]));
                let step = drop.fold(step, Step::command);
                journal
                    .moved
                    .iter()
                    .fold(step, |step, it| step.command(shell::line(["rm", "-r", &it.old.display().to_string()])))
            }
        }
    }

    fn unpack(&self, step: Step, kind: ArtefactKind) -> Step {
        let Some((archive, _)) = self.archive(kind) else { return step };
        let archive = archive.display().to_string();
        let parts = self.journal.moved.iter().filter(|it| super::create::parts_of(kind).contains(&it.part));
        let commands = parts.flat_map(|moved| match moved.part {
            Part::GitlabRb | Part::Secrets => self.merge(moved, &archive),
            _ => self.unpack_part(moved, &archive),
        });
        commands.fold(step, Step::command)
    }

    fn unpack_part(&self, moved: &Moved, archive: &str) -> Vec<String> {
        let (name, scratch) = (moved.part.name(), moved.scratch.display().to_string());
        let above = moved.scratch.parent().unwrap_or(Path::new("/")).display().to_string();
        let own = moved.scratch.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        let transform = format!("--transform=s,^{name},{own},");
        let unpack = shell::line(["tar", "-zxf", archive, &transform, "-C", &above, name]);
        let owner = match &self.account {
            // The package's own, and not Mattermost's.
            _ if moved.part == Part::Env => Some(format!("--reference={}", moved.place.display())),
            account => account.as_ref().map(|it| format!("{}:{}", it.user, it.group)),
        };
        [unpack].into_iter().chain(owner.map(|owner| shell::line(["chown", "-R", &owner, &scratch]))).collect()
    }

    /// Files that are GitLab's, too, keep what is not Mattermost's.
    fn merge(&self, moved: &Moved, archive: &str) -> Vec<String> {
        let shown = |path: &Path| path.display().to_string();
        let (place, scratch) = (shown(&moved.place), shown(&moved.scratch));
        let mut commands = vec![shell::line(["install", "-m", "600", "/dev/null", &scratch])];
        if self.edit.absent.contains(&moved.part) {
            let backed_up = shell::line(["tar", "-zxOf", archive, moved.part.name()]);
            commands.push(format!("{backed_up} > {}", shell::word(&scratch)));
            return commands;
        }
        if moved.part == Part::GitlabRb {
            commands.extend(self.edit.commands(&place, archive, &scratch));
            commands.push(shell::line(["chmod", &format!("--reference={place}"), &scratch]));
        } else {
            commands.push(format!(
                "{} | {} > {}",
                shell::line(["tar", "-zxOf", archive, moved.part.name()]),
                shell::line(["jq", "--slurp", ".[0] + .[1]", &place, "-"]),
                shell::word(&scratch)
            ));
        }
        commands.push(shell::line(["chown", &format!("--reference={place}"), &scratch]));
        commands
    }
}

impl Task {
    /// A slug, unique in a plan.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Begin => "begin",
            Self::CreateDatabase => "create-database",
            Self::Load => "load-dump",
            Self::CompareRows => "compare-rows",
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

    const fn what(self) -> &'static str {
        match self {
            Self::Check => "check the backup as a whole, and the machine it goes to",
            Self::Begin => "note down what is going to be made",
            Self::CreateDatabase => "make a new database beside the old one, owned by Mattermost's role",
            Self::Load => "load the dump into it as Mattermost's role, up to the first error",
            Self::CompareRows => "compare every table's rows with the dump's",
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
        }
    }
}

/// Whether an archive of this kind goes to places that are GitLab's.
const fn is_of_gitlab(kind: ArtefactKind) -> bool {
    matches!(kind, ArtefactKind::Settings | ArtefactKind::Secrets)
}

fn moved(part: Part, place: &Path, stamp: &Stamp) -> Moved {
    let name = place.file_name().map_or_else(|| part.name().to_owned(), |name| name.to_string_lossy().into_owned());
    let beside = |name: String| place.with_file_name(name);
    Moved {
        part,
        place: place.to_owned(),
        scratch: beside(format!(".{name}.restored-{}", stamp.as_str())),
        old: beside(format!("{name}.before-{}", stamp.as_str())),
    }
}

fn commanded(step: Step, command: Option<&String>) -> Step {
    command.into_iter().fold(step, |step, command| step.command(command.clone()))
}

/// The statements of the transaction that decides. The old database opens again under its new name.
///
/// It is on the disk before anything after it is done, whatever the server's settings say of other transactions: a commit
/// that the server forgets in a crash would leave old rows with new files.
pub fn swap_statements(journal: &Journal) -> String {
    let (name, scratch) = (shell::sql_name(&journal.database), shell::sql_name(&journal.scratch));
    let away = journal.old.as_ref().map(|old| {
        let old = shell::sql_name(old);
        format!("ALTER DATABASE {name} RENAME TO {old}; ALTER DATABASE {old} ALLOW_CONNECTIONS true; ")
    });
    format!(
        "BEGIN; SET LOCAL synchronous_commit = on; {}ALTER DATABASE {scratch} RENAME TO {name}; COMMIT",
        away.unwrap_or_default()
    )
}

/// The statement after which nobody gets into a database.
pub fn close_statement(database: &str) -> String {
    format!("ALTER DATABASE {} ALLOW_CONNECTIONS false", shell::sql_name(database))
}

/// The statement that undoes that.
pub fn open_statement(database: &str) -> String {
    format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", shell::sql_name(database))
}

/// The statement that ends all sessions in a database.
pub fn terminate_statement(database: &str) -> String {
    format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}", shell::sql_text(database))
}

/// The statement that removes a database.
pub fn drop_statement(database: &str) -> String {
    format!("DROP DATABASE IF EXISTS {}", shell::sql_name(database))
}
