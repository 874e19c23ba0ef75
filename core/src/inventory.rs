//! What an installation of Mattermost holds, and what a move or an upgrade made of it.
//!
//! An [`Inventory`] is plain data without a secret in it; [`diff`] compares two and judges every difference.
//!
//! Not here: looking at databases, folders and files (the lab does that), and what a setting means (`mattermost_config`).

mod attachments;
mod change;
mod contents;
mod diff;
mod fingerprint;
mod removals;
mod restless;
mod server;
mod settings;

pub use change::{Change, Diff, DiffVerdict, Judgement};
pub use contents::{
    Attachments, Column, Database, FORMAT_VERSION, File, Folder, Inventory, Mattermost, Migration, Origin, Schema,
    Table, Target, Users,
};
pub use diff::diff;
pub use fingerprint::{FingerprintKey, Length, Secret, WeakKey};
pub use restless::{Apart, apart};
pub use server::{VersionSources, server};
pub use settings::{Entry, Held, Settings, settings};

#[cfg(test)]
mod tests;
