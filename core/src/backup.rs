//! Backing up and restoring Mattermost: what belongs to a backup, when it is whole, and what is done in which order.
//!
//! The formats and names are the document's own, so that its restore reads these backups and this one reads its backups.
//! The [`Manifest`] is an addition. Not here: doing any of it (`gitlab-mattermost-lab`).
//!
//! # Source
//! The document's sections on backing up and restoring; known problems P14 and P22 to P27.

pub mod archive;
pub mod artefact;
pub mod attachment;
pub mod check;
pub mod config_file;
pub mod create;
pub mod dump;
pub mod findings;
pub mod installation;
pub mod journal;
pub mod layout;
pub mod manifest;
pub mod name;
pub mod properties;
pub mod psql;
pub mod restore;
pub mod settings;
pub mod shell;
pub mod sql;
pub mod survey;
pub mod verification;

pub use archive::{Entry, EntryKind, Limits, Part, Refusal, Rules};
pub use artefact::ArtefactKind;
pub use attachment::{Attachment, FileIndex};
pub use check::{Check, CheckId, Outcome, Verification};
pub use config_file::{ConfigFacts, ConfigFault};
pub use dump::ending::Piece;
pub use dump::filter::DumpFilter;
pub use dump::policy::Policy;
pub use dump::{DumpScanner, DumpSummary, TableRows};
pub use installation::{Account, Connection, Installation};
pub use journal::{Journal, Moved, Recovery, Stage};
pub use layout::Layout;
pub use manifest::{Artefact, Manifest};
pub use name::{SetName, Stamp};
pub use survey::Survey;
