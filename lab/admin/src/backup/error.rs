//! Why a backup, a check or a restore could not be carried out.

use std::io;
use std::path::{Path, PathBuf};

use gitlab_mattermost_core::backup::archive::Refusal;
use gitlab_mattermost_core::backup::manifest::ManifestError;
use gitlab_mattermost_core::backup::settings::MergeError;

use super::signature_error::{KeyError, SignatureError};
use gitlab_mattermost_ground::exit::Exit;

/// Why it could not be carried out; whose fault it is shows in [`exit`](Self::exit).
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file or folder could not be read, written or moved.
    #[error("failed to {action} `{path}`", path = path.display())]
    System {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program is not there.
    #[error(
        "`{program}` is in none of {looked_in}; install PostgreSQL's client programs or give their folder with `--programs`"
    )]
    NoProgram {
        /// Its name.
        program: &'static str,
        /// Where it was looked for.
        looked_in: String,
    },
    /// A program failed.
    #[error("`{program}` failed ({status}): {said}")]
    Program {
        /// Its name.
        program: String,
        /// How it ended.
        status: String,
        /// The last lines it wrote to stderr.
        said: String,
    },
    /// The answer of the database is not understood.
    #[error("the database answered `{answer}`, which is not what was asked for")]
    Answer {
        /// What it said.
        answer: String,
    },
    /// Connection settings cannot be read.
    #[error("the data source is neither `postgres://…` nor `user=… host=… dbname=…`")]
    DataSource(#[source] Option<tokio_postgres::Error>),
    /// The system knows no such account.
    #[error("there is no account `{name}` on this machine; give the account of Mattermost with `--owner USER:GROUP`")]
    NoAccount {
        /// Its name.
        name: String,
    },
    /// The folder holds no backup, or more than one.
    #[error("`{path}` is not one backup: {why}", path = path.display())]
    NoBackup {
        /// The folder.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The manifest cannot be read.
    #[error("failed to read `{path}`", path = path.display())]
    Manifest {
        /// Where it lies.
        path: PathBuf,
        /// Why not.
        source: ManifestError,
    },
    /// A key cannot be used.
    #[error("cannot use the key `{path}`", path = path.display())]
    Key {
        /// Where it lies.
        path: PathBuf,
        /// Why not.
        source: KeyError,
    },
    /// It is not signed as it has to be.
    #[error("`{path}` is not signed as `--key` asks, nothing else of it was read", path = path.display())]
    Signature {
        /// The backup.
        path: PathBuf,
        /// What is wrong.
        source: SignatureError,
    },
    /// An archive holds what must not be unpacked.
    #[error("refused to unpack `{path}`", path = path.display())]
    Refused {
        /// The archive.
        path: PathBuf,
        /// Why.
        source: Refusal,
    },
    /// A file is of a format that is not read here.
    #[error("`{path}` is {what}, which is not read here; unpack it, and name the folder or the files that come out of it", path = path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// A file changed its size while it was read.
    #[error("`{path}` became shorter while it was read; start the backup again", path = path.display())]
    Shrunk {
        /// The file.
        path: PathBuf,
    },
    /// A link in the installation leads elsewhere: what it stands for would be missing in the backup.
    #[error("`{path}` is a link out of its folder, to `{target}`, and would be missing in the backup; move what it stands for inside, or give `--follow {target}`", path = path.display(), target = target.display())]
    LinkOut {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// Something that has to be a file is something else; nothing is waited for or read without an end.
    #[error("`{path}` is {what}, not a file", path = path.display())]
    NotAFile {
        /// Its name.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// Something that has to be a folder is something else, a link included.
    #[error("`{path}` is no folder, or a link has taken the place of a folder", path = path.display())]
    NotAFolder {
        /// Its name.
        path: PathBuf,
    },
    /// Folders lie in each other deeper than one can follow.
    #[error("`{shown}…` has folders in each other deeper than {deepest}, which Mattermost does not make; remove them, with `rm -r`", shown = path.display().to_string().chars().take(200).collect::<String>())]
    TooDeep {
        /// The path, up to there.
        path: PathBuf,
        /// How deep is followed.
        deepest: usize,
    },
    /// A link that another account made leads to a part of the installation.
    #[error("`{path}` is a link of `{owner}` to `{target}`; if that is what you want, give `--follow {target}`", path = path.display(), target = target.display())]
    ForeignLink {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
        /// Whose it is.
        owner: String,
    },
    /// A file has another name elsewhere, and Mattermost's account may not read it.
    #[error("`{path}` is another name of a file of `{owner}`, which Mattermost may not read; remove it", path = path.display())]
    ForeignFile {
        /// The name.
        path: PathBuf,
        /// Whose the file is.
        owner: String,
    },
    /// Notes of restores lie where others can write.
    #[error("`{path}` can be written by others than its owner, or is not yours: what it says is not believed", path = path.display())]
    Untrusted {
        /// The folder, or the note.
        path: PathBuf,
    },
    /// A note of a restore speaks of what no restore of this installation could have made.
    #[error("`{path}` is no note of a restore of this installation: {why}", path = path.display())]
    ForeignNote {
        /// The note.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A dump in one of `pg_dump`'s own formats cannot be turned into SQL.
    #[error("`{path}` is {form}, which `pg_restore` has to read", path = path.display())]
    DumpForm {
        /// Its name.
        path: PathBuf,
        /// What it is.
        form: &'static str,
        /// Why it cannot.
        source: Box<BackupError>,
    },
    /// A dump is packed in a way that only another program unpacks.
    #[error("`{path}` is {what}, which is not unpacked here; give what `{command}` makes of it", path = path.display())]
    ForeignForm {
        /// Its name.
        path: PathBuf,
        /// What it is.
        what: &'static str,
        /// The command that unpacks it.
        command: &'static str,
    },
    /// There is something in the dump that is none of a dump.
    #[error("stopped in the dump, nothing was changed: {refusal}")]
    Hostile {
        /// Where and what.
        refusal: gitlab_mattermost_core::backup::dump::DumpRefusal,
    },
    /// The dump is not what was counted, or not whole.
    #[error("the dump is not whole: {complaints}")]
    DumpNotWhole {
        /// What is wrong with it.
        complaints: String,
    },
    /// The backup that is to be restored failed a check.
    #[error("the backup is not whole, nothing was changed: {complaints}")]
    NotWhole {
        /// What is wrong with it.
        complaints: String,
    },
    /// The machine or the installation is not fit for it.
    #[error("it cannot begin, nothing was changed: {why}")]
    Target {
        /// What is in the way.
        why: String,
    },
    /// Settings of the backup cannot be put into those that are there.
    #[error("failed to put what the backup has into `{path}`, nothing was changed", path = path.display())]
    Merge {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: Box<MergeError>,
    },
    /// Somebody is in the database.
    #[error("`{database}` is in use by {sessions}; end these sessions, or give `--terminate`")]
    InUse {
        /// The database.
        database: String,
        /// Who, in words.
        sessions: String,
    },
    /// The rows after loading differ from the dump's.
    #[error("the restored database differs from the dump: {differences}")]
    RowsDiffer {
        /// Where.
        differences: String,
    },
    /// An earlier restore was interrupted.
    #[error("a restore of {stamp} was interrupted; bring it to an end first with `mattermost-lab restore --recover`")]
    Unfinished {
        /// When it began.
        stamp: String,
    },
    /// Another backup or restore is at work.
    #[error("another backup or restore is at work in `{path}`", path = path.display())]
    Busy {
        /// Where.
        path: PathBuf,
    },
    /// A thread of ours ended early.
    #[error("a part of this program ended unexpectedly")]
    OurBug,
    /// A step failed after the new state had come to count.
    #[error("the new database is in place already, the folders have yet to follow")]
    Committed,
    /// The restore failed and undoing it did too.
    #[error("{first}; what was begun could not be undone, `mattermost-lab restore --recover` brings it to an end")]
    NotUndone {
        /// Why the restore failed.
        first: String,
        /// Why it was not undone.
        source: Box<BackupError>,
    },
}

impl BackupError {
    /// How the program ends.
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Program { .. } | Self::NoProgram { .. } | Self::Answer { .. } => Exit::NotStarted,
            Self::NotWhole { .. }
            | Self::Refused { .. }
            | Self::Signature { .. }
            | Self::RowsDiffer { .. }
            | Self::DumpNotWhole { .. }
            | Self::Hostile { .. } => Exit::Deviations,
            Self::DumpForm { source, .. } => source.exit(),
            Self::OurBug => Exit::OurBug,
            _ => Exit::Usage,
        }
    }
}

/// For `map_err`: what was tried with what.
pub(crate) fn failed(action: &'static str, path: &Path) -> impl Fn(io::Error) -> BackupError {
    let path = path.to_owned();
    move |source| {
        // Errors of ours travel through readers and writers of the system's kind.
        match source.downcast::<BackupError>() {
            Ok(ours) => ours,
            Err(source) => BackupError::System { action, path: path.clone(), source },
        }
    }
}
