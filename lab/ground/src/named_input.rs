//! Inputs that a person names: a file, a pipe that somebody writes to, or `-` for standard input.
//!
//! A pipe is waited for, but not for ever; devices are refused, but for the empty one. Not here: files that must be files
//! (`named_file`).

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal as _, Read};
use std::os::fd::{AsFd as _, AsRawFd as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::{Duration, Instant};

use nix::fcntl::OFlag;

use crate::named_file::{name_of, not_text};

/// How long somebody may take to open a pipe for writing.
const WRITER_WITHIN: Duration = Duration::from_secs(2);
/// How long a writer may be silent.
const NEXT_WITHIN: Duration = Duration::from_secs(30);
/// Texts that a person writes, and records of their own, are not larger, in bytes.
const LARGEST_TEXT: u64 = 64 << 20;
/// Pause between two looks at a pipe.
const PAUSE: Duration = Duration::from_millis(5);

/// An input that is open.
#[derive(Debug)]
pub enum NamedInput {
    /// A file, or standard input.
    File(File),
    /// A pipe.
    Pipe(Pipe),
}

/// A pipe that is read without waiting for ever.
#[derive(Debug)]
pub struct Pipe {
    file: File,
    /// Whether somebody writes to it, or did.
    has_writer: bool,
}

/// Opens an input; `-` is standard input.
///
/// # Errors
/// It cannot be opened, or is a folder, a socket or a device.
pub fn open(name: &str) -> io::Result<NamedInput> {
    if name == "-" { standard().map(NamedInput::File) } else { open_path(Path::new(name)) }
}

/// Opens an input that has a path.
///
/// # Errors
/// Those of [`open`].
pub fn open_path(path: &Path) -> io::Result<NamedInput> {
    // Looked at first: opening a device can already do something to it.
    let metadata = std::fs::metadata(path)?;
    let is_pipe = metadata.file_type().is_fifo();
    if !is_pipe && !is_empty_device(metadata.rdev()) {
        refuse_other(metadata.file_type())?;
    }
    let flags = OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
    let file = OpenOptions::new().read(true).custom_flags(flags.bits()).open(path)?;
    if !is_pipe {
        return Ok(NamedInput::File(file));
    }
    // A pipe without a name, as of `<(…)`, has had its writer.
    let target = std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).unwrap_or_default();
    let has_writer = target.to_string_lossy().starts_with("pipe:");
    Ok(NamedInput::Pipe(Pipe { file, has_writer }))
}

/// All of an input.
///
/// # Errors
/// Those of [`open`]; it has more than `most` bytes, of the kind [`io::ErrorKind::FileTooLarge`]; it cannot be read.
pub fn read(name: &str, most: u64) -> io::Result<Vec<u8>> {
    all_of(open(name)?, most)
}

/// All of an input that has a path.
///
/// # Errors
/// Those of [`open`]; it has more than 64 MiB; it cannot be read.
pub fn read_path(path: &Path) -> io::Result<Vec<u8>> {
    all_of(open_path(path)?, LARGEST_TEXT)
}

/// All of an input that has a path and holds UTF-8.
///
/// # Errors
/// Those of [`read_path`]; it is no UTF-8.
pub fn text(path: &Path) -> io::Result<String> {
    String::from_utf8(read_path(path)?).map_err(|_| not_text())
}

fn all_of(input: NamedInput, most: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    input.take(most.saturating_add(1)).read_to_end(&mut content)?;
    if content.len() as u64 > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {most} bytes")));
    }
    Ok(content)
}

fn standard() -> io::Result<File> {
    let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let metadata = file.metadata()?;
    let kind = metadata.file_type();
    let ends = kind.is_file() || kind.is_fifo() || kind.is_socket() || file.is_terminal();
    if !ends && !is_empty_device(metadata.rdev()) {
        refuse_other(kind)?;
    }
    Ok(file)
}

fn refuse_other(kind: std::fs::FileType) -> io::Result<()> {
    match name_of(kind) {
        None => Ok(()),
        Some(what) => {
            let advice = "give a file, or a pipe that something writes to";
            Err(io::Error::new(io::ErrorKind::InvalidInput, format!("it is {what}; {advice}")))
        }
    }
}

/// Whether it is `/dev/null`.
fn is_empty_device(device: u64) -> bool {
    std::fs::metadata("/dev/null").is_ok_and(|null| null.rdev() != 0 && null.rdev() == device)
}

impl Read for NamedInput {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Pipe(pipe) => pipe.read(buffer),
        }
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let begun = Instant::now();
        loop {
            match self.file.read(buffer) {
                Ok(0) if !self.has_writer => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.has_writer = true,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => {
                    self.has_writer = true;
                    return read;
                }
            }
            let (within, what) =
                if self.has_writer { (NEXT_WITHIN, "wrote to it") } else { (WRITER_WITHIN, "opened it to write") };
            if begun.elapsed() > within {
                let message = format!("it is a pipe, and nobody {what} within {} s", within.as_secs());
                return Err(io::Error::new(io::ErrorKind::TimedOut, message));
            }
            std::thread::sleep(PAUSE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_pipes_are_read_to_their_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(path("file"), "12345").unwrap();
        assert_eq!(read(&path("file"), 5).unwrap(), b"12345");
        assert_eq!(read(&path("file"), 4).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(read("/dev/null", 5).unwrap(), b"");
        nix::unistd::mkfifo(path("pipe").as_str(), nix::sys::stat::Mode::S_IRWXU).unwrap();
        let pipe = path("pipe");
        let writer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            std::fs::write(pipe, "from a pipe").unwrap();
        });
        assert_eq!(read(&path("pipe"), 100).unwrap(), b"from a pipe");
        writer.join().unwrap();
    }

    #[test]
    fn what_has_no_end_and_what_nobody_writes_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe").display().to_string();
        nix::unistd::mkfifo(pipe.as_str(), nix::sys::stat::Mode::S_IRWXU).unwrap();
        let here = folder.path().display().to_string();
        for (name, what) in [(pipe.as_str(), "nobody opened it"), ("/dev/zero", "a device"), (&here, "a folder")] {
            let error = read(name, 10).unwrap_err().to_string();
            assert!(error.contains(what), "{name}: {error}");
        }
    }

    #[test]
    fn a_pipe_without_a_name_ends_with_its_writer() {
        let (reader, writer) = nix::unistd::pipe().unwrap();
        drop(writer);
        assert_eq!(read(&format!("/dev/fd/{}", reader.as_raw_fd()), 10).unwrap(), b"");
    }
}
