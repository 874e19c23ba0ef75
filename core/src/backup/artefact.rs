//! The kinds of files that a backup consists of, on which its names, its manifest and its plans stand.

use serde::{Deserialize, Serialize};

/// The part of Mattermost that a file of the backup holds.
///
/// # Shape
/// In JSON `database`, `files`, `plugins`, `settings` or `secrets`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArtefactKind {
    /// `pg_dump`'s plain SQL, gzip.
    Database,
    /// `data` and `config.json`, tar and gzip.
    Files,
    /// `plugins` and `client-plugins`. DIFFERENCE: the document leaves them out (erratum 19).
    Plugins,
    /// The env directory and gitlab.rb's Mattermost part. DIFFERENCE: the document leaves them out (erratum 19, P14).
    Settings,
    /// The Mattermost section of gitlab-secrets.json; only on request. DIFFERENCE: the document leaves it out (erratum 19).
    Secrets,
}

impl ArtefactKind {
    /// All of them, in the order they are made in.
    pub const ALL: [Self; 5] = [Self::Database, Self::Files, Self::Plugins, Self::Settings, Self::Secrets];
}
