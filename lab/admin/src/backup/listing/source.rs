//! What parts of Mattermost are read from.

use std::path::{Path, PathBuf};

/// Something that parts of Mattermost are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A tar archive, packed or not.
    Archive(PathBuf),
    /// A folder, as a copy or a file system's snapshot has it.
    Folder(PathBuf),
    /// A `config.json` by itself, under whatever name.
    ConfigJson(PathBuf),
}

impl Source {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        match self {
            Self::Archive(path) | Self::Folder(path) | Self::ConfigJson(path) => path,
        }
    }
}
