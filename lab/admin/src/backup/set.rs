//! A backup on the disk: which files it has, made by this program, by the document's commands or by anybody else's.
//!
//! Files are told by what they hold. Names decide only which day they are of, and that a file which cannot be read was
//! meant to be one of the backup.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read as _;
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gitlab_mattermost_core::backup::survey::is_dump_name;
use gitlab_mattermost_core::backup::{ArtefactKind, DumpScanner, Limits, Manifest, config_file, name};
use tar::Header;

use super::content::Form;
use super::error::{BackupError, failed};
use super::listing::{Source, explore};
use super::packed::PackedReader;
use super::progress::Progress;
use super::signature::VerifyingKey;
use super::tarball::{Tarball, is_header};
use gitlab_mattermost_ground::named_file;

/// Largest manifest that is read, in bytes; it has a line for every table.
const LARGEST_MANIFEST: u64 = 16 << 20;

/// Larger files hold more than roles, in bytes.
const LARGEST_GLOBALS: u64 = 1 << 20;

/// How much of a file's content tells what it is, in bytes.
const START: usize = 4096;

/// The first member of what `pg_dump -Ft` writes.
const PG_DUMP_TAR: &[u8] = b"toc.dat";

/// The files of one backup.
#[derive(Debug, Clone)]
pub struct BackupSet {
    /// What it is called in messages.
    pub name: PathBuf,
    /// What it says of itself, if this program made it.
    pub manifest: Option<Manifest>,
    /// The key that the manifest was found to be signed with, if that was asked for.
    pub signed_with: Option<String>,
    /// The dump.
    pub dump: PathBuf,
    /// What holds its other parts; the kind is known beforehand of what the manifest lists.
    pub sources: Vec<(Option<ArtefactKind>, Source)>,
    /// The days in the names of dump and files, where they have one.
    pub days: Option<(String, String)>,
    /// Whether each source was named and so has to hold something.
    pub named: bool,
    /// What was seen of it that a reader should know.
    pub notes: Vec<String>,
    /// The dump while it is read, if it was in an archive: it has no name and goes with this.
    held: Option<Arc<File>>,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Dump,
    Archive,
    ConfigJson,
    /// Of another format, or nothing of a backup.
    Other(Option<&'static str>),
}

impl BackupSet {
    /// The backup in a folder, or in one file.
    ///
    /// # Errors
    /// There is none, or it cannot be told which is meant.
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        if path.is_file() {
            return match what(path)? {
                What::Dump => Self::of_files(path, &[]),
                What::Archive => Self::new(path, None, vec![Source::Archive(path.to_owned())], true),
                What::ConfigJson => Err(no_backup(path, "it is a config.json and no dump; name that with `--dump`")),
                What::Other(Some(what)) => Err(BackupError::Format { path: path.to_owned(), what }),
                What::Other(None) => Err(no_backup(path, "it is neither a dump nor an archive")),
            };
        }
        if is_dump_folder(path) {
            return Self::of_files(path, &[]);
        }
        let manifest = path.join(name::MANIFEST);
        if !manifest.exists() {
            return Self::in_folder(path);
        }
        let text = named_file::text(&manifest, LARGEST_MANIFEST).map_err(failed("read", &manifest))?;
        Self::with_manifest(path, &text)
    }

    /// The backup in a folder whose manifest is signed with this key, as it was signed.
    ///
    /// # Errors
    /// Those of [`open`](Self::open); it is not signed, or otherwise.
    pub fn open_signed(path: &Path, key: &VerifyingKey) -> Result<Self, BackupError> {
        let text = key.manifest_in(path, LARGEST_MANIFEST)?;
        Ok(Self { signed_with: Some(key.id()), ..Self::with_manifest(path, &text)? })
    }

    /// The backup made of a dump and whatever files and folders hold the rest, if anything does.
    ///
    /// # Errors
    /// One of them is not there, or is nothing of a backup.
    pub fn of_files(dump: &Path, files: &[PathBuf]) -> Result<Self, BackupError> {
        if let Some(why) = cluster(dump) {
            return Err(no_backup(dump, &why));
        }
        if !is_dump_folder(dump) {
            drop(named_file::open(dump).map_err(failed("open", dump))?);
        }
        let mut sources = Vec::new();
        for path in files {
            sources.push(if path.is_dir() {
                Source::Folder(path.clone())
            } else {
                match what(path)? {
                    What::ConfigJson => Source::ConfigJson(path.clone()),
                    What::Other(Some(what)) => return Err(BackupError::Format { path: path.clone(), what }),
                    What::Dump => return Err(no_backup(path, "it is a dump of a database, not an archive of files")),
                    What::Archive | What::Other(None) => Source::Archive(path.clone()),
                }
            });
        }
        Self::new(dump, Some(dump.to_owned()), sources, true)
    }

    fn with_manifest(folder: &Path, text: &str) -> Result<Self, BackupError> {
        let unreadable = |source| BackupError::Manifest { path: folder.join(name::MANIFEST), source };
        let manifest = Manifest::read(text).map_err(unreadable)?;
        let file = |kind| manifest.artefact(kind).map(|artefact| folder.join(&artefact.file));
        let others = manifest.artefacts.iter().filter(|it| it.kind != ArtefactKind::Database);
        let sources = others.map(|it| (Some(it.kind), Source::Archive(folder.join(&it.file)))).collect();
        Ok(Self {
            name: folder.to_owned(),
            dump: file(ArtefactKind::Database).ok_or(BackupError::OurBug)?,
            sources,
            manifest: Some(manifest),
            signed_with: None,
            days: None,
            named: false,
            notes: Vec::new(),
            held: None,
        })
    }

    /// What lies in a folder: dumps and archives, and what was copied there as it is.
    fn in_folder(folder: &Path) -> Result<Self, BackupError> {
        if let Some(why) = cluster(folder) {
            return Err(no_backup(folder, &why));
        }
        let entries = fs::read_dir(folder).map_err(failed("list", folder))?;
        let mut names: Vec<OsString> = entries.flatten().map(|entry| entry.file_name()).collect();
        names.retain(|name| !name.as_encoded_bytes().starts_with(b"."));
        names.sort();
        let (mut dumps, mut sources, mut sets, mut others) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut has_folders = false;
        for name in names {
            let path = folder.join(&name);
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("mattermost_backup_") && path.is_dir() {
                sets.push(name);
            } else if is_dump_folder(&path) {
                dumps.push(path);
            } else if path.is_dir() {
                has_folders = true;
            } else {
                match what(&path)? {
                    What::Dump => dumps.push(path),
                    What::Archive => sources.push(Source::Archive(path)),
                    What::ConfigJson if name != "config.json" => sources.push(Source::ConfigJson(path)),
                    // With what else was copied there as it is.
                    What::ConfigJson => has_folders = true,
                    What::Other(what) => others.extend(what.map(|what| format!("`{name}` is {what}"))),
                }
            }
        }
        if has_folders {
            sources.push(Source::Folder(folder.to_owned()));
        }
        if dumps.len() > 1 {
            let is_shared = |path: &PathBuf| is_without_database(path);
            let (shared, others_left): (Vec<PathBuf>, Vec<PathBuf>) = dumps.into_iter().partition(is_shared);
            let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            others.extend(shared.iter().map(|path| format!("`{}` is a dump of roles without a database", name(path))));
            dumps = others_left;
        }
        let dump = match (dumps.as_slice(), sets.as_slice()) {
            ([one], _) => Some(one.clone()),
            ([], []) => None,
            ([], [one]) => return Err(no_backup(folder, &format!("the backup is `{one}` in it; name that"))),
            ([], [.., last]) => {
                return Err(no_backup(folder, &format!("it holds several, the latest is `{last}`; name one")));
            }
            ([first, ..], _) => {
                let name = first.file_name().unwrap_or_default().to_string_lossy();
                let count = dumps.len();
                if let Some(whole) = name::whole_of_part(&name) {
                    let why =
                        format!("`{name}` is a part of a file that was split; put it together: `cat {whole}* > whole`");
                    return Err(no_backup(folder, &why));
                }
                let why = format!("it has {count} dumps, such as `{name}`; choose with `--dump` and `--files`");
                return Err(no_backup(folder, &why));
            }
        };
        let mut set = match Self::new(folder, dump, sources, false) {
            Err(BackupError::NoBackup { path, why }) if !others.is_empty() => {
                return Err(BackupError::NoBackup { path, why: format!("{why}; {}", others.join(", ")) });
            }
            other => other?,
        };
        if set.sources.is_empty() {
            let more = if others.is_empty() { String::new() } else { format!("; {}", others.join(", ")) };
            let why = format!(
                "it has no archive of the files, such as `mattermost_data_2021-08-05.gz`{more}; name the dump with `--dump` \
                 to restore the database alone"
            );
            return Err(no_backup(folder, &why));
        }
        set.notes.extend(others.into_iter().map(|other| format!("{other}, which is not read here, and left out")));
        Ok(set)
    }

    /// A backup whose dump may be in one of its archives.
    fn new(name: &Path, dump: Option<PathBuf>, sources: Vec<Source>, named: bool) -> Result<Self, BackupError> {
        let mut notes = Vec::new();
        let (dump, held) = match dump {
            Some(dump) => (dump, None),
            None => {
                let (dump, held, note) = dump_in(name, &sources)?;
                notes.push(note);
                (dump, held)
            }
        };
        let day = |path: &Path| name::day_in(path.file_name()?.to_str()?);
        let of_files = sources.iter().find_map(|source| day(source.path()));
        let days = day(&dump).zip(of_files);
        let sources = sources.into_iter().map(|source| (None, source)).collect();
        Ok(Self { name: name.to_owned(), manifest: None, signed_with: None, dump, sources, days, named, notes, held })
    }

    /// Whether the dump was taken out of an archive for as long as this lives.
    pub fn holds_dump(&self) -> bool {
        self.held.is_some()
    }
}

fn no_backup(path: &Path, why: &str) -> BackupError {
    BackupError::NoBackup { path: path.to_owned(), why: why.to_owned() }
}

/// What is to be said of a folder with the files of a PostgreSQL server.
fn cluster(folder: &Path) -> Option<String> {
    let release = named_file::text(&folder.join("PG_VERSION"), 64).ok()?;
    folder.join("global").is_dir().then(|| {
        format!(
            "it is the data folder of a PostgreSQL server, release {}; start such a server on a copy of it, and take a dump \
             with `pg_dump`",
            release.trim()
        )
    })
}

/// Whether it is a dump of what all databases share, as `pg_dumpall --globals-only` makes it.
fn is_without_database(path: &Path) -> bool {
    let mut text = Vec::new();
    let read = PackedReader::open(path).map(|reader| reader.take(LARGEST_GLOBALS + 1).read_to_end(&mut text));
    if !matches!(read, Ok(Ok(_))) || text.len() as u64 > LARGEST_GLOBALS {
        return false;
    }
    let mut scanner = DumpScanner::default();
    scanner.scan(&text, drop);
    scanner.finish().is_without_database
}

/// Whether it is a dump in directory format.
fn is_dump_folder(path: &Path) -> bool {
    path.is_dir() && Form::at(path).is_ok()
}

/// What a file is, by its content. What cannot be read is what it is called.
fn what(path: &Path) -> Result<What, BackupError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut start = Vec::new();
    match PackedReader::open(path) {
        Ok(reader) => {
            // What is damaged so early is said by whoever reads it.
            let _ = reader.take(START as u64).read_to_end(&mut start);
        }
        Err(BackupError::Format { what, .. }) => return Ok(What::Other(Some(what))),
        Err(error) => return Err(error),
    }
    if start.starts_with(b"PGDMP") || memchr::memmem::find(&start, b"PostgreSQL database").is_some() {
        return Ok(What::Dump);
    }
    if let Some(block) = start.get(..512) {
        let header = Header::from_byte_slice(block);
        if is_header(header) {
            return Ok(if header.path_bytes().as_ref() == PG_DUMP_TAR { What::Dump } else { What::Archive });
        }
    }
    let is_json = name.ends_with(".json") && name != name::MANIFEST;
    if is_json && named_file::read(path, config_file::LARGEST).is_ok_and(|text| config_file::read(&text).is_ok()) {
        return Ok(What::ConfigJson);
    }
    Ok(match name::read_file_name(&name) {
        Some((ArtefactKind::Database, _)) => What::Dump,
        Some(_) => What::Archive,
        None if name::is_archive_name(&name) => What::Archive,
        None if is_dump_name(&name) => What::Dump,
        None if name == "config.json" => What::ConfigJson,
        None => What::Other(None),
    })
}

/// The only dump in archives and folders, and what is to be said of it.
fn dump_in(name: &Path, sources: &[Source]) -> Result<(PathBuf, Option<Arc<File>>, String), BackupError> {
    let mut found = Vec::new();
    for source in sources {
        let listing = explore(source, Limits::default(), &Progress::new(false))?;
        found.extend(listing.dumps.into_iter().map(|dump| (source, dump)));
    }
    match found.as_slice() {
        [(Source::Folder(folder), dump)] => {
            let path = folder.join(dump);
            Ok((path.clone(), None, format!("the dump is `{}`", path.display())))
        }
        [(source, dump)] => {
            let file = taken_out(source.path(), dump)?;
            let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
            let note = format!("the dump is `{}` in `{}`", dump.display(), source.path().display());
            Ok((path, Some(Arc::new(file)), note))
        }
        [] => {
            let why = "it has no dump, such as `mattermost_dbdump_2021-08-05.sql.gz`";
            Err(no_backup(name, why))
        }
        [(_, first), ..] => {
            let why = format!(
                "it has {} dumps, such as `{}`; choose with `--dump` and `--files`",
                found.len(),
                first.display()
            );
            Err(no_backup(name, &why))
        }
    }
}

/// A file of an archive, in a file without a name that goes when it is closed.
fn taken_out(archive: &Path, wanted: &Path) -> Result<File, BackupError> {
    use gitlab_mattermost_core::backup::layout::normal;
    let mut tarball = Tarball::new(PackedReader::open(archive)?);
    let mut file = tempfile::tempfile().map_err(failed("create a file in", &std::env::temp_dir()))?;
    let mut is_found = false;
    while let Some(member) = tarball.next().map_err(failed("read", archive))? {
        if normal(&member.path) == wanted {
            is_found = true;
            file.set_len(0).map_err(failed("write into", &std::env::temp_dir()))?;
            std::io::Seek::rewind(&mut file).map_err(failed("write into", &std::env::temp_dir()))?;
            std::io::copy(&mut tarball.content(), &mut file).map_err(failed("take the dump out of", archive))?;
        }
    }
    if is_found { Ok(file) } else { Err(BackupError::OurBug) }
}
