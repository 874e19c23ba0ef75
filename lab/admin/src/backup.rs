//! Backing up an installed Mattermost, proving a backup, putting it back: carries out the plans of
//! `gitlab_mattermost_core::backup`.
//!
//! PostgreSQL is reached through its own programs alone, as the document does it: what is printed as a plan is what is
//! run, and a server that goes by system users is no special case. Not here: which steps there are and what makes a
//! backup whole, which core decides.

mod account;
mod archive;
pub(crate) mod content;
pub mod crash;
mod create;
mod error;
mod file_store;
pub(crate) mod folder;
pub(crate) mod gzip;
mod lanes;
pub(crate) mod links;
mod listing;
pub mod locate;
mod lock;
mod members;
mod moment;
mod mounts;
mod note;
mod package;
mod packed;
mod process;
mod progress;
mod restore;
mod session;
mod set;
mod signature;
mod signature_error;
mod snapshot;
mod sql;
mod tarball;
mod trial;
mod unpack;
mod verify;

pub use create::{BackupPlan, Created, create, plan as plan_backup};
pub use error::BackupError;
pub use listing::Source;
pub(crate) use members::archive_members;
pub use progress::Progress;
pub use restore::{Choices, Forgotten, Prepared, Recovered, Restored, forget, plan as plan_restore, recover, restore};
pub use set::BackupSet;
pub use signature::{SigningKey, VerifyingKey};
pub use signature_error::{KeyError, SignatureError};
pub use trial::trial_restore;
pub use verify::verify;
