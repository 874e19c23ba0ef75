//! A backup on the disk: which files it has, made by this program or by the document's commands.

use std::fs;
use std::path::{Path, PathBuf};

use gitlab_mattermost_core::backup::{ArtefactKind, Manifest, name};

use super::error::{BackupError, failed};
use gitlab_mattermost_ground::named_file;

/// Largest manifest that is read, in bytes; it has a line for every table.
const LARGEST_MANIFEST: u64 = 16 << 20;

/// The files of one backup.
#[derive(Debug, Clone)]
pub struct BackupSet {
    /// What it is called in messages.
    pub name: PathBuf,
    /// What it says of itself, if this program made it.
    pub manifest: Option<Manifest>,
    /// Its files.
    pub files: Vec<(ArtefactKind, PathBuf)>,
    /// The days in the names of dump and files, where they have one.
    pub days: Option<(String, String)>,
}

impl BackupSet {
    /// The backup in `folder`, or the only one in it.
    ///
    /// # Errors
    /// There is none, or it cannot be told which is meant.
    pub fn open(folder: &Path) -> Result<Self, BackupError> {
        let manifest = folder.join(name::MANIFEST);
        if manifest.exists() { Self::with_manifest(folder, &manifest) } else { Self::documented(folder) }
    }

    /// The backup made of these two files, as the document's commands make them.
    ///
    /// # Errors
    /// One of them is not there.
    pub fn of_files(dump: &Path, files: &Path) -> Result<Self, BackupError> {
        // A dump may be a folder.
        for path in [dump, files].into_iter().filter(|path| !path.is_dir()) {
            drop(named_file::open(path).map_err(failed("open", path))?);
        }
        let day = |path: &Path| {
            let name = path.file_name()?.to_str()?;
            name::read_file_name(name).map(|(_, day)| day.to_owned())
        };
        Ok(Self {
            name: dump.to_owned(),
            manifest: None,
            files: vec![(ArtefactKind::Database, dump.to_owned()), (ArtefactKind::Files, files.to_owned())],
            days: day(dump).zip(day(files)),
        })
    }

    /// The file of this kind.
    pub(super) fn file(&self, kind: ArtefactKind) -> Option<&Path> {
        self.files.iter().find(|(it, _)| *it == kind).map(|(_, path)| path.as_path())
    }

    /// The dump, which every backup has.
    pub(super) fn dump(&self) -> Result<&Path, BackupError> {
        self.file(ArtefactKind::Database).ok_or(BackupError::OurBug)
    }

    fn with_manifest(folder: &Path, path: &Path) -> Result<Self, BackupError> {
        let text = named_file::text(path, LARGEST_MANIFEST).map_err(failed("read", path))?;
        let manifest =
            Manifest::read(&text).map_err(|source| BackupError::Manifest { path: path.to_owned(), source })?;
        let files = manifest.artefacts.iter().map(|artefact| (artefact.kind, folder.join(&artefact.file))).collect();
        Ok(Self { name: folder.to_owned(), manifest: Some(manifest), files, days: None })
    }

    fn documented(folder: &Path) -> Result<Self, BackupError> {
        let no_backup = |why: String| BackupError::NoBackup { path: folder.to_owned(), why };
        let entries = fs::read_dir(folder).map_err(failed("list", folder))?;
        let mut names: Vec<String> =
            entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        let sets: Vec<&String> = names.iter().filter(|it| it.starts_with("mattermost_backup_")).collect();
        let only = |wanted: ArtefactKind, what: &str| {
            let found: Vec<&String> =
                names.iter().filter(|it| name::read_file_name(it).is_some_and(|(kind, _)| kind == wanted)).collect();
            match (found.as_slice(), sets.as_slice()) {
                ([one], _) => Ok(folder.join(one)),
                ([], []) => Err(no_backup(format!("it has no {what}, such as `{}`", example(wanted)))),
                ([], [one]) => Err(no_backup(format!("the backup is `{one}` in it; name that"))),
                ([], sets) => {
                    Err(no_backup(format!("it holds several, the latest is `{}`; name one", sets[sets.len() - 1])))
                }
                (several, _) => Err(no_backup(format!(
                    "it has {} files like `{}`; choose with `--dump` and `--files`",
                    several.len(),
                    several[0]
                ))),
            }
        };
        let dump = only(ArtefactKind::Database, "dump")?;
        let files = only(ArtefactKind::Files, "archive of the files")?;
        let mut set = Self { name: folder.to_owned(), ..Self::of_files(&dump, &files)? };
        // What only this program makes has its place beside them, also if its manifest got lost.
        for kind in [ArtefactKind::Plugins, ArtefactKind::Settings, ArtefactKind::Secrets] {
            let named = |name: &&String| name::read_file_name(name).is_some_and(|(it, _)| it == kind);
            if let [one] = names.iter().filter(named).collect::<Vec<_>>()[..] {
                set.files.push((kind, folder.join(one)));
            }
        }
        Ok(set)
    }
}

const fn example(kind: ArtefactKind) -> &'static str {
    match kind {
        ArtefactKind::Database => "mattermost_dbdump_2021-08-05.sql.gz",
        _ => "mattermost_data_2021-08-05.gz",
    }
}
