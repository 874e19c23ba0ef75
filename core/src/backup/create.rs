//! The plan of a backup: what is done, in which order, and the shell commands it amounts to.
//!
//! DIFFERENCE: erratum 19. The document backs up the database, `data` and `config.json`. Plugins, the env directory,
//! Mattermost's part of gitlab.rb and, on request, its section of gitlab-secrets.json are taken here too.

use std::path::{Path, PathBuf};

use super::{ArtefactKind, CheckId, Installation, Part, SetName, name, shell};
use crate::plan::{Step, StepList};

/// A step of a backup, done as a whole or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupTask {
    /// Removes what interrupted backups left and makes the folder for this one, under a name that no backup has.
    Prepare,
    /// Opens the snapshot and counts the rows in it.
    Snapshot,
    /// Starts the dump of that snapshot, beside which the archives are made.
    StartDump,
    /// Writes one archive. Files are read after the snapshot: every file that a row speaks of is there by then.
    Archive(ArtefactKind),
    /// Waits for the dump and compares its rows with the counts.
    FinishDump,
    /// Writes the manifest.
    Manifest,
    /// Signs the manifest.
    Sign,
    /// Gives the folder its name, when everything in it is on the disk.
    Publish,
}

/// What is to be backed up, from where to where.
///
/// ```
/// use gitlab_mattermost_core::backup::create::BackupPlan;
/// use gitlab_mattermost_core::backup::{Installation, Part, SetName, Stamp};
///
/// let stamp = Stamp::parse("2021-08-05-14-30-00").expect("a stamp");
/// let to = "/var/backups".into();
/// let plan = BackupPlan::new(Installation::of_the_package(), &[Part::Data], false, to, SetName { stamp });
/// let steps = plan.to_steps().steps;
/// assert!(steps.iter().any(|step| step.what.starts_with("dump that snapshot")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupPlan {
    /// The steps.
    pub tasks: Vec<BackupTask>,
    /// The installation.
    pub installation: Installation,
    /// The parts of it that are there.
    pub present: Vec<Part>,
    /// The folder that backups go to.
    pub to: PathBuf,
    /// What this one is called.
    pub set: SetName,
    /// Checks whose findings are accepted.
    pub accepted: Vec<CheckId>,
}

impl BackupPlan {
    /// The plan for this installation; `present` are the parts of it that are there, `with_secrets` whether GitLab's
    /// secrets of Mattermost are taken too.
    pub fn new(installation: Installation, present: &[Part], with_secrets: bool, to: PathBuf, set: SetName) -> Self {
        let mut tasks = vec![
            BackupTask::Prepare,
            BackupTask::Snapshot,
            BackupTask::StartDump,
            BackupTask::Archive(ArtefactKind::Files),
        ];
        if present.iter().any(|part| parts_of(ArtefactKind::Plugins).contains(part)) {
            tasks.push(BackupTask::Archive(ArtefactKind::Plugins));
        }
        if installation.env_directory.is_some() || installation.gitlab_rb.is_some() {
            tasks.push(BackupTask::Archive(ArtefactKind::Settings));
        }
        if with_secrets && installation.secrets.is_some() {
            tasks.push(BackupTask::Archive(ArtefactKind::Secrets));
        }
        tasks.extend([BackupTask::FinishDump, BackupTask::Manifest, BackupTask::Publish]);
        Self { tasks, installation, present: present.to_vec(), to, set, accepted: Vec::new() }
    }

    /// The same, with a signature.
    #[must_use]
    pub fn signed(mut self) -> Self {
        let last = self.tasks.len().saturating_sub(1);
        self.tasks.insert(last, BackupTask::Sign);
        self
    }

    /// The folder while it is written.
    pub fn partial(&self) -> PathBuf {
        self.to.join(self.set.partial())
    }

    /// The folder once the backup is whole.
    pub fn finished(&self) -> PathBuf {
        self.to.join(self.set.finished())
    }

    /// Where a part of the backup is written.
    pub fn file(&self, kind: ArtefactKind) -> PathBuf {
        self.partial().join(name::file_name(kind, &self.set.stamp))
    }

    /// The plan as it is printed.
    pub fn to_steps(&self) -> StepList {
        let mut plan = StepList::default();
        for task in &self.tasks {
            plan.push(self.step(*task));
        }
        plan
    }

    fn step(&self, task: BackupTask) -> Step {
        let installation = &self.installation;
        let reader = installation.reader();
        let program = |name: &str| installation.programs.join(name);
        let (partial, finished) = (shown(&self.partial()), shown(&self.finished()));
        let command = |program: &Path, own: &[&str]| reader.command(program, own, &reader.database);
        match task {
            BackupTask::Prepare => Step::new(task.id(), "make the folder, under a name that no backup has")
                .because("what is left of a backup that was interrupted is never taken for one")
                .command(shell::line(["mkdir", "-m", "700", &partial])),
            BackupTask::Snapshot => {
                Step::new(task.id(), "open a snapshot of the database and count every table's rows in it").because(
                    "the counts and the dump are of the same moment, while the server goes on writing; a shell has no hand \
                     to hold it with, and pg_dump takes one of its own",
                )
            }
            BackupTask::StartDump => {
                let dump = command(&program("pg_dump"), &[]);
                let file = shell::word(&shown(&self.file(ArtefactKind::Database)));
                Step::new(task.id(), "dump that snapshot, compressed on all processors")
                    .command(format!("{dump} | gzip > {file}"))
            }
            BackupTask::Archive(kind) => self.archive(kind),
            BackupTask::FinishDump => {
                let end = "PostgreSQL database dump complete";
                let file = shell::word(&shown(&self.file(ArtefactKind::Database)));
                Step::new(task.id(), "compare the rows of the dump with those counted, and its end with a dump's")
                    .because("the exit status of the documented pipeline tells nothing; a shell sees the end alone")
                    .command(format!("zcat {file} | tail -n 12 | grep -q {}", shell::word(end)))
            }
            BackupTask::Manifest => Step::new(task.id(), "write down sizes, sums, rows, versions and owner").because(format!(
                "`{}` is this program's own; a backup of these commands has none, and is checked and restored by `--dump` and \
                 `--files`",
                name::MANIFEST
            )),
            BackupTask::Sign => Step::new(task.id(), "sign the manifest, which has the sums of everything else")
                .because(format!("`minisign -Sm {}` does the same in a shell, where there is a manifest", name::MANIFEST)),
            BackupTask::Publish => Step::new(task.id(), "give the folder its name once everything is on the disk")
                .command(shell::line(["sync", &partial]))
                .command(shell::line(["mv", "--no-clobber", &partial, &finished])),
        }
    }

    fn archive(&self, kind: ArtefactKind) -> Step {
        let installation = &self.installation;
        let file = shown(&self.file(kind));
        let tar = |sources: &[(PathBuf, &str)]| {
            let mut words = vec!["tar".to_owned(), "-zcf".to_owned(), file.clone()];
            for (path, name) in sources {
                // A part with another name than the archive gives it would be renamed on the way.
                let above = path.parent().map_or_else(|| "/".to_owned(), shown);
                let own = path.file_name().map_or_else(|| (*name).to_owned(), |it| it.to_string_lossy().into_owned());
                if own != *name {
                    words.push(format!("--transform=s,^{own},{name},S"));
                }
                words.extend(["-C".to_owned(), above, own]);
            }
            shell::line(words.iter().map(String::as_str))
        };
        let step = Step::new(BackupTask::Archive(kind).id(), what(kind));
        match kind {
            ArtefactKind::Settings => {
                let step = step.because(
                    "settings that come by environment are in no other file (P14); Mattermost's part of gitlab.rb is cut \
                     out by this program, and a shell would take all of it",
                );
                let env = installation.env_directory.as_ref();
                env.into_iter().fold(step, |step, env| step.command(tar(&[(env.clone(), "env")])))
            }
            ArtefactKind::Secrets => step
                .because("Mattermost's section is cut out by this program; a shell would take every secret of GitLab"),
            ArtefactKind::Files | ArtefactKind::Plugins | ArtefactKind::Database => {
                let parts = parts_of(kind).iter().filter(|part| self.present.contains(part));
                let parts = parts.filter_map(|part| Some((installation.part(*part)?.to_owned(), part.name())));
                step.command(tar(&parts.collect::<Vec<_>>()))
            }
        }
    }
}

impl BackupTask {
    /// A slug, unique in a plan.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Prepare => "prepare",
            Self::Snapshot => "snapshot",
            Self::StartDump => "dump",
            Self::Archive(ArtefactKind::Database) => "archive-database",
            Self::Archive(ArtefactKind::Files) => "archive-files",
            Self::Archive(ArtefactKind::Plugins) => "archive-plugins",
            Self::Archive(ArtefactKind::Settings) => "archive-settings",
            Self::Archive(ArtefactKind::Secrets) => "archive-secrets",
            Self::FinishDump => "check-dump",
            Self::Manifest => "manifest",
            Self::Sign => "sign",
            Self::Publish => "publish",
        }
    }
}

/// The parts that an archive of this kind holds.
pub const fn parts_of(kind: ArtefactKind) -> &'static [Part] {
    match kind {
        ArtefactKind::Files => &[Part::Data, Part::ConfigJson],
        ArtefactKind::Plugins => &[Part::Plugins, Part::ClientPlugins],
        ArtefactKind::Settings => &[Part::Env, Part::GitlabRb],
        ArtefactKind::Secrets => &[Part::Secrets],
        ArtefactKind::Database => &[],
    }
}

/// The kind of archive that a part belongs in.
pub const fn kind_of(part: Part) -> ArtefactKind {
    match part {
        Part::Data | Part::ConfigJson => ArtefactKind::Files,
        Part::Plugins | Part::ClientPlugins => ArtefactKind::Plugins,
        Part::Env | Part::GitlabRb => ArtefactKind::Settings,
        Part::Secrets => ArtefactKind::Secrets,
    }
}

const fn what(kind: ArtefactKind) -> &'static str {
    match kind {
        ArtefactKind::Database => "dump the database",
        ArtefactKind::Files => "archive the users' files and config.json",
        ArtefactKind::Plugins => "archive the plugins",
        ArtefactKind::Settings => "archive the env directory and gitlab.rb's Mattermost part",
        ArtefactKind::Secrets => "archive the Mattermost section of GitLab's secrets, readable for their owner alone",
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
