//! Files that a person names: opened without ever waiting, and read up to a limit.
//!
//! A path on a command line may name a pipe nobody writes to, a device without an end, or a folder. Each is an error that
//! says so. Links are followed: whoever names a file means what it leads to. Not here: files in folders that other
//! accounts can change (`backup::folder`).

use std::fs::{File, FileType, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::Path;

use nix::fcntl::OFlag;

/// Opens a regular file for reading.
///
/// # Errors
/// It cannot be opened, or is something else than a file; then its kind is said.
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
    let no_text = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not a text in UTF-8");
    String::from_utf8(read(path, most)?).map_err(no_text)
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
