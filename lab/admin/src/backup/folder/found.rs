//! What is known of a name in a folder without opening it.

use std::path::Path;

use rustix::fs::{FileType, Stat};

use crate::backup::error::BackupError;

/// What a name in a folder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Folder,
    Link,
    /// A device, a pipe or a socket; in words.
    Other(&'static str),
}

/// What is known of something without opening it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) kind: Kind,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// Permissions, with the bits that make a program run as somebody else.
    pub(crate) mode: u32,
    /// Size in bytes.
    pub(crate) size: u64,
    /// When it was changed last, in seconds of Unix time.
    pub(crate) modified: i64,
    /// How many names it has.
    pub(crate) names: u64,
}

impl Found {
    #[allow(clippy::useless_conversion, reason = "how wide the fields are differs between architectures")]
    pub(super) fn of(stat: &Stat) -> Self {
        let kind = match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Folder,
            FileType::Symlink => Kind::Link,
            FileType::Fifo => Kind::Other("a pipe"),
            FileType::Socket => Kind::Other("a socket"),
            _ => Kind::Other("a device"),
        };
        Self {
            kind,
            uid: stat.st_uid,
            gid: stat.st_gid,
            mode: stat.st_mode & 0o7777,
            size: u64::try_from(stat.st_size).unwrap_or_default(),
            modified: stat.st_mtime,
            names: u64::from(stat.st_nlink),
        }
    }

    /// That it is a regular file.
    pub(super) fn require_file(&self, path: &Path) -> Result<(), BackupError> {
        let what = match self.kind {
            Kind::File => return Ok(()),
            Kind::Folder => "a folder",
            Kind::Link => "a link",
            Kind::Other(what) => what,
        };
        Err(BackupError::NotAFile { path: path.to_owned(), what })
    }
}
