//! Files that a person names: opened without ever waiting, and read up to a limit.
//!
//! A path on a command line may name a pipe nobody writes to, a device without an end, or a folder. Each is an error that
//! says so. Links are followed: a user who names a file means what it leads to. Not here: files in folders that other
//! accounts can change (`backup::folder`).

use std::fs::{File, FileType, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use nix::fcntl::OFlag;

/// Opens a regular file for reading.
///
/// # Errors
/// It cannot be opened, or is not a file; then the error names its kind.
pub fn open(path: &Path) -> io::Result<File> {
    // Looked at first: opening a device can already do something to it.
    regular(std::fs::metadata(path)?.file_type())?;
    let flags = OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
    let file = OpenOptions::new().read(true).custom_flags(flags.bits()).open(path)?;
    regular(file.metadata()?.file_type())?;
    Ok(file)
}

/// All of a regular file.
///
/// # Errors
/// Those of [`open`]; it has more than `most` bytes; it cannot be read.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    read_open(open(path)?, most)
}

/// All of a regular file that holds UTF-8.
///
/// # Errors
/// Those of [`read`]; it is no UTF-8.
pub fn text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?).map_err(|_| not_text())
}

/// Who else may have to do with a file that a person trusts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// Others may read it, and nobody else may write to it.
    Public,
    /// Nobody else may read it.
    Secret,
}

/// All of a regular file that is the caller's, or root's, and that others can do no more with than `own` says.
///
/// # Errors
/// Those of [`text`]; it is somebody else's; others can read it or write to it.
pub fn own_text(path: &Path, own: Own, most: u64) -> io::Result<String> {
    let file = open(path)?;
    let metadata = file.metadata()?;
    let refused = |why: String| Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    if ![0, nix::unistd::geteuid().as_raw()].contains(&metadata.uid()) {
        return refused("it belongs to another account; it has to be yours or root's".to_owned());
    }
    let (bits, what, way) = match own {
        Own::Public => (0o022, "write to it", "go-w"),
        Own::Secret => (0o077, "get at it", "go="),
    };
    if metadata.mode() & bits != 0 {
        return refused(format!("others can {what}; `chmod {way}` takes that away"));
    }
    String::from_utf8(read_open(file, most)?).map_err(|_| not_text())
}

/// All of a file that is open.
///
/// # Errors
/// It has more than `most` bytes; it cannot be read.
pub fn read_open(file: File, most: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut content)?;
    if content.len() as u64 > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {most} bytes")));
    }
    Ok(content)
}

pub(crate) fn not_text() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it is not a text in UTF-8")
}

fn regular(kind: FileType) -> io::Result<()> {
    match name_of(kind) {
        None => Ok(()),
        Some(what) => Err(io::Error::new(io::ErrorKind::InvalidInput, format!("it is {what}, not a file"))),
    }
}

/// What something is that is no regular file, in words.
pub(crate) fn name_of(kind: FileType) -> Option<&'static str> {
    Some(if kind.is_file() {
        return None;
    } else if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_can_get_at_is_not_trusted() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, "key").unwrap();
        let with_mode = |mode, own| {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            own_text(&file, own, 9)
        };
        assert_eq!(with_mode(0o600, Own::Secret).unwrap(), "key");
        assert_eq!(with_mode(0o644, Own::Public).unwrap(), "key");
        for (mode, own, way) in [
            (0o640, Own::Secret, "go="),
            (0o604, Own::Secret, "go="),
            (0o664, Own::Public, "go-w"),
            (0o646, Own::Public, "go-w"),
        ] {
            assert!(with_mode(mode, own).unwrap_err().to_string().contains(&format!("`chmod {way}`")), "{mode:o}");
        }
        if nix::unistd::geteuid().is_root() {
            std::os::unix::fs::chown(&file, Some(65534), None).unwrap();
            assert!(with_mode(0o600, Own::Secret).unwrap_err().to_string().contains("another account"));
        }
    }

    #[test]
    fn only_a_file_is_opened_and_nothing_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let (file, pipe) = (folder.path().join("file"), folder.path().join("pipe"));
        std::fs::write(&file, "12345").unwrap();
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert_eq!(text(&file, 5).unwrap(), "12345");
        assert!(text(&file, 4).unwrap_err().to_string().contains("more than 4 bytes"));
        for (path, what) in
            [(pipe.as_path(), "a pipe"), (Path::new("/dev/zero"), "a device"), (folder.path(), "a folder")]
        {
            assert!(open(path).unwrap_err().to_string().contains(what), "{what}");
        }
    }
}
