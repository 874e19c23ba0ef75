//! A folder's files with their hashes, read in pieces by a few threads.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use gitlab_mattermost_core::inventory::{File, Folder};
use gitlab_mattermost_ground::named_file;
use sha2::{Digest as _, Sha256};

/// Most threads that read at the same time: the disk is somebody's who works.
const MOST_THREADS: usize = 4;

/// Bytes that are read at once.
const PIECE: usize = 128 * 1024;

/// Something in a folder that cannot be read; an inventory without it would not be one.
#[derive(Debug, thiserror::Error)]
#[error("cannot read `{}`", path.display())]
pub struct Unreadable {
    /// Where.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// Takes the inventory of a folder. A file that is deleted meanwhile is left out.
///
/// # Errors
/// The first file or folder that cannot be read.
pub fn take(folder: &Path) -> Result<Folder, Unreadable> {
    let mut found = Vec::new();
    // The folder itself may be reached by a link; what is in it is told as it is.
    let root = fs::canonicalize(folder).map_err(|source| Unreadable { path: folder.to_owned(), source })?;
    list(&root, &mut found)?;
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    let work = || -> Result<Vec<(String, File)>, Unreadable> {
        let mut files = Vec::new();
        while let Some((path, kind)) = found.get(next.fetch_add(1, Ordering::Relaxed)) {
            match look_at(path, *kind) {
                Ok(file) => files.push((name(&root, path), file)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(source) => {
                    next.store(found.len(), Ordering::Relaxed);
                    return Err(Unreadable { path: path.clone(), source });
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
    Ok(Folder { files })
}

/// Everything below `folder` that is no folder.
fn list(folder: &Path, found: &mut Vec<(PathBuf, FileType)>) -> Result<(), Unreadable> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let unreadable = |source| Unreadable { path: folder.clone(), source };
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let kind = entry.file_type().map_err(|source| Unreadable { path: entry.path(), source })?;
            if kind.is_dir() { folders.push(entry.path()) } else { found.push((entry.path(), kind)) }
        }
    }
    Ok(())
}

fn look_at(path: &Path, kind: FileType) -> io::Result<File> {
    if kind.is_symlink() {
        return Ok(File::Link { link: text(fs::read_link(path)?.as_os_str()) });
    }
    if !kind.is_file() {
        let special = match kind {
            kind if kind.is_socket() => "socket",
            kind if kind.is_fifo() => "pipe",
            _ => "device",
        };
        return Ok(File::Other { special: special.to_owned() });
    }
    let mut file = named_file::open(path)?;
    let (mut hash, mut size, mut piece) = (Sha256::new(), 0_u64, vec![0; PIECE]);
    loop {
        let read = match file.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hash.update(&piece[..read]);
        size += read as u64;
    }
    Ok(File::Plain { size, sha256: format!("{:x}", hash.finalize()) })
}

/// The path below `root`.
fn name(root: &Path, path: &Path) -> String {
    text(path.strip_prefix(root).unwrap_or(path).as_os_str())
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
        assert_eq!(files["link"], File::Link { link: "/nowhere".to_owned() });
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
