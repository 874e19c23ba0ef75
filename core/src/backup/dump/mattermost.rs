//! The rows of Mattermost's tables that are looked into: its version and its attachments.

use crate::backup::Attachment;

use super::copy;

/// Where in a row the fields are that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Watch {
    /// Rows of `systems`: name and value.
    Version { name: usize, value: usize },
    /// Rows of `fileinfo`: path and size.
    Attachments { path: usize, size: usize },
}

/// What such a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// What Mattermost calls its version.
    Version(String),
    /// A file that somebody attached.
    Attachment(Attachment),
    /// A row of `fileinfo` that cannot be read as such.
    Unreadable,
    /// Something else.
    Nothing,
}

impl Watch {
    /// What to look at in the rows of this table, if anything.
    pub(super) fn of(table: &str, columns: &[String]) -> Option<Self> {
        let position = |wanted| columns.iter().position(|name| name == wanted);
        match table {
            "systems" => Some(Self::Version { name: position("name")?, value: position("value")? }),
            "fileinfo" => Some(Self::Attachments { path: position("path")?, size: position("size")? }),
            _ => None,
        }
    }

    /// What a row of `COPY` says.
    pub(super) fn read_copy(self, line: &[u8]) -> Said {
        self.read(|index| {
            let field = line.split(|byte| *byte == b'\t').nth(index)?;
            copy::value(field).and_then(|value| String::from_utf8(value).ok())
        })
    }

    /// What a row of `INSERT` says.
    pub(super) fn read_values(self, values: &[Option<String>]) -> Said {
        self.read(|index| values.get(index)?.clone())
    }

    fn read(self, field: impl Fn(usize) -> Option<String>) -> Said {
        match self {
            Self::Version { name, value } => match field(name).as_deref() {
                Some("Version") => field(value).map_or(Said::Nothing, Said::Version),
                _ => Said::Nothing,
            },
            Self::Attachments { path, size } => {
                let size = field(size).and_then(|size| size.parse().ok());
                match field(path).zip(size) {
                    Some((path, size)) => Said::Attachment(Attachment { path, size }),
                    None => Said::Unreadable,
                }
            }
        }
    }
}
