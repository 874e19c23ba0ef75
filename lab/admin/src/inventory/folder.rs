//! A folder's files with their hashes, read in pieces by a few threads.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gitlab_mattermost_core::backup::archive::stays_inside;
use gitlab_mattermost_core::hexadecimal;
use gitlab_mattermost_core::inventory::{File, Folder as Listed, Target};
use sha2::{Digest as _, Sha256};

use crate::backup::BackupError;
use crate::backup::folder::{self, Folder, Kind, Place};
use crate::backup::links;

/// Most threads that read at the same time: the disk is somebody's who works.
const MOST_THREADS: usize = 4;

/// Bytes that are read at once.
const PIECE: usize = 128 * 1024;

/// Something in a folder that cannot be read; an inventory without it would not be one.
#[derive(Debug, thiserror::Error)]
#[error("cannot read `{}`", path.display())]
pub struct Unreadable {
    /// What could not be read.
    pub path: PathBuf,
    /// The operating system's reason.
    pub source: io::Error,
}

impl From<BackupError> for Unreadable {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::System { path, source, .. } => Self { path, source },
            BackupError::NotAFile { ref path, .. } | BackupError::NotAFolder { ref path } => {
                Self { path: path.clone(), source: io::Error::other(error) }
            }
            other => Self { path: PathBuf::new(), source: io::Error::other(other) },
        }
    }
}

/// Takes the inventory of a folder. A file that is deleted meanwhile is left out. A link out of it is followed if nobody but
/// root and the caller could have made it; what is in a folder that it leads to is listed below it.
///
/// # Errors
/// The first file or folder that cannot be read.
pub fn take(folder: &Path) -> Result<Listed, Unreadable> {
    // The folder itself may be reached by a link; what is in it is told as it is.
    let root = fs::canonicalize(folder).map_err(|source| Unreadable { path: folder.to_owned(), source })?;
    let root = Arc::new(Folder::open(&root)?);
    let mut found = Vec::new();
    list(&root, Path::new(""), &[root.path().to_owned()], &mut found)?;
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    let work = || -> Result<Vec<(String, File)>, Unreadable> {
        let mut files = Vec::new();
        while let Some(seen) = found.get(next.fetch_add(1, Ordering::Relaxed)) {
            match seen.look() {
                Ok(Some(file)) => files.push((text(seen.path.as_os_str()), file)),
                Ok(None) => {}
                Err(error) => {
                    next.store(found.len(), Ordering::Relaxed);
                    return Err(error);
                }
            }
        }
        Ok(files)
    };
    let parts: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let mut files = BTreeMap::new();
    for part in parts {
        files.extend(part?);
    }
    Ok(Listed { files })
}

/// Something in a folder that is no folder.
struct Seen {
    /// Its path below the root.
    path: PathBuf,
    what: What,
}

enum What {
    /// A file: its path below a folder that is held open.
    File(Arc<Folder>, PathBuf),
    Link {
        link: PathBuf,
        leads_to: LeadsTo,
    },
    Special(&'static str),
}

enum LeadsTo {
    /// What is known without opening it.
    Known(Target),
    /// A file with this path, which has no links in it.
    File(PathBuf),
}

impl Seen {
    fn look(&self) -> Result<Option<File>, Unreadable> {
        match &self.what {
            What::File(root, below) => {
                let (above, name) = (below.parent().unwrap_or(Path::new("")), below.file_name().unwrap_or_default());
                // A folder that is gone has taken its files along.
                let folder = match root.descend(above) {
                    Err(BackupError::System { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                        return Ok(None);
                    }
                    other => other?,
                };
                Ok(sum(&folder, name)?.map(|(size, sha256)| File::Plain { size, sha256 }))
            }
            What::Special(special) => Ok(Some(File::Other { special: (*special).to_owned() })),
            What::Link { link, leads_to } => {
                let leads_to = match leads_to {
                    LeadsTo::Known(target) => target.clone(),
                    LeadsTo::File(path) => {
                        let Place { above, name } = Place::open(path)?;
                        sum(&above, &name)?.map_or(Target::Nothing, |(size, sha256)| Target::File { size, sha256 })
                    }
                };
                Ok(Some(File::Link { link: text(link.as_os_str()), leads_to: Some(leads_to) }))
            }
        }
    }
}

/// Everything below `folder` that is no folder. `within` are the folders that links led out of.
fn list(root: &Arc<Folder>, below: &Path, within: &[PathBuf], found: &mut Vec<Seen>) -> Result<(), Unreadable> {
    let mut folders = vec![PathBuf::new()];
    while let Some(inner) = folders.pop() {
        let folder = match root.descend(&inner) {
            Err(BackupError::System { source, .. }) if source.kind() == io::ErrorKind::NotFound => continue,
            other => other?,
        };
        for name in folder.names()? {
            let Some(seen) = folder.look(&name)? else { continue };
            let path = below.join(&inner).join(&name);
            let what = match seen.kind {
                Kind::Folder => {
                    folders.push(inner.join(&name));
                    continue;
                }
                Kind::File => What::File(Arc::clone(root), inner.join(&name)),
                Kind::Link => link(&folder, &name, (&inner.join(&name), &path), within, found)?,
                Kind::Other(what) => What::Special(what.strip_prefix("a ").unwrap_or(what)),
            };
            found.push(Seen { path, what });
        }
    }
    Ok(())
}

/// A link; what is in a folder outside that it leads to is added to what was found.
fn link(
    folder: &Folder,
    name: &OsStr,
    (inner, path): (&Path, &Path),
    within: &[PathBuf],
    found: &mut Vec<Seen>,
) -> Result<What, Unreadable> {
    let link = folder.target(name)?;
    let told = |target| LeadsTo::Known(target);
    let is_there = || fs::metadata(folder.path().join(name)).is_ok();
    let leads_to = if stays_inside(inner, &link) {
        told(if is_there() { Target::Inside } else { Target::Nothing })
    } else {
        match links::resolve(&folder.path().join(name), &[]) {
            Err(BackupError::ForeignLink { .. }) => told(Target::NotFollowed),
            Err(error) => return Err(error.into()),
            Ok(real) => match folder::look(&real)?.map(|found| found.kind) {
                None => told(Target::Nothing),
                Some(_) if within.iter().any(|root| root.starts_with(&real) || real.starts_with(root)) => {
                    told(Target::Inside)
                }
                Some(Kind::Folder) => {
                    let within: Vec<PathBuf> = within.iter().cloned().chain([real.clone()]).collect();
                    list(&Arc::new(Folder::open(&real)?), path, &within, found)?;
                    told(Target::Folder)
                }
                Some(Kind::File) => LeadsTo::File(real),
                Some(_) => told(Target::NotFollowed),
            },
        }
    };
    Ok(What::Link { link, leads_to })
}

/// Size and SHA-256 of a file; `None` if it is gone.
fn sum(folder: &Folder, name: &OsStr) -> Result<Option<(u64, String)>, Unreadable> {
    let Some((mut file, _)) = folder.file(name)? else { return Ok(None) };
    let unreadable = |source| Unreadable { path: folder.path().join(name), source };
    let (mut hash, mut size, mut piece) = (Sha256::new(), 0_u64, vec![0; PIECE]);
    loop {
        let read = match file.read(&mut piece) {
            Ok(0) => return Ok(Some((size, hexadecimal::digits(&hash.finalize())))),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(unreadable(error)),
        };
        hash.update(&piece[..read]);
        size += read as u64;
    }
}

/// A name as text that no other name has: a backslash is doubled, and bytes that are no UTF-8 are written `\xNN`.
fn text(name: &OsStr) -> String {
    let chunks = name.as_bytes().utf8_chunks();
    let one = |chunk: std::str::Utf8Chunk<'_>| {
        let invalid: String = chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")).collect();
        chunk.valid().replace('\\', "\\\\") + &invalid
    };
    chunks.map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_any_name_are_told_apart_and_links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &[u8]| folder.path().join(OsStr::from_bytes(name));
        fs::create_dir(place(b"in")).unwrap();
        fs::write(place(b"in/a\xff"), "abc").unwrap();
        fs::write(place(b"in/a\\xff"), "").unwrap();
        std::os::unix::fs::symlink("/nowhere", place(b"link")).unwrap();
        let files = take(folder.path()).unwrap().files;
        assert_eq!(files.keys().collect::<Vec<_>>(), ["in/a\\\\xff", "in/a\\xff", "link"]);
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".to_owned();
        assert_eq!(files["in/a\\xff"], File::Plain { size: 3, sha256: abc });
        assert_eq!(files["link"], File::Link { link: "/nowhere".to_owned(), leads_to: Some(Target::Nothing) });
    }

    #[test]
    fn what_a_link_leads_to_is_told_and_a_folder_elsewhere_is_listed_below_it() {
        let (folder, disk) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (place, disk) = (|name: &str| folder.path().join(name), disk.path().canonicalize().unwrap());
        fs::write(disk.join("a"), "abc").unwrap();
        std::os::unix::fs::symlink(folder.path().canonicalize().unwrap(), disk.join("back")).unwrap();
        fs::write(place("own"), "").unwrap();
        for (name, target) in [("disk", disk.as_path()), ("file", &disk.join("a")), ("in", Path::new("own"))] {
            std::os::unix::fs::symlink(target, place(name)).unwrap();
        }
        nix::unistd::mkfifo(&place("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        let files = take(folder.path()).unwrap().files;
        let leads_to = |name: &str| match &files[name] {
            File::Link { leads_to: Some(target), .. } => target.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(leads_to("disk"), Target::Folder);
        assert!(matches!(leads_to("file"), Target::File { size: 3, .. }));
        assert_eq!((leads_to("in"), leads_to("disk/back")), (Target::Inside, Target::Inside));
        assert!(matches!(files["disk/a"], File::Plain { size: 3, .. }));
        assert_eq!(files["pipe"], File::Other { special: "pipe".to_owned() });
    }

    #[test]
    fn a_missing_folder_is_named() {
        assert_eq!(take(Path::new("/nowhere/at/all")).unwrap_err().to_string(), "cannot read `/nowhere/at/all`");
    }

    #[test]
    fn many_files_are_read_by_several_threads_and_none_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..300 {
            fs::write(folder.path().join(format!("{number:03}")), vec![7; number * 1000]).unwrap();
        }
        let files = take(folder.path()).unwrap().files;
        assert_eq!(files.len(), 300);
        assert!(matches!(files["299"], File::Plain { size: 299_000, .. }));
    }
}
