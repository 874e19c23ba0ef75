//! Upgrading GitLab with its bundled Mattermost, and leaving the bundle: what is shipped when, by which stops, what
//! to watch out for on the way.
//!
//! Two versions and, where there are any, the installation's files in; an [`UpgradePlan`] out, as plain data.
//!
//! Not here: reading the files (`gitlab_rb`), what a setting does (`mattermost_config`), and doing any of it.
//!
//! # Source
//! The document's sections "Upgrading GitLab Mattermost" to "Upgrading GitLab Mattermost outside of GitLab", GitLab
//! 7.14 to 19.3; the tables in `core/data`.

mod answer;
mod asked;
mod before_11;
mod breaks;
mod concern;
mod decision;
mod documented;
mod error;
mod gate;
mod leaving;
mod migrations;
mod not_known;
mod notes;
mod passage;
mod path;
mod plan;
mod postgresql;
mod safeguard;
mod settings;
mod steps;
mod stops;

pub use crate::releases::{Bundled, Line, Release};
pub use answer::{Answer, DatabaseChange};
pub use asked::{Asked, release_from, release_to};
pub use before_11::OldSettings;
pub use concern::{Concern, Severity};
pub use decision::{Decision, Route};
pub use documented::{Accuracy, Documented};
pub use error::UpgradeError;
pub use gate::{Gate, Ruling, Stops};
pub(crate) use gate::{WITHOUT_MATTERMOST, gate};
pub use leaving::{EnvironmentOnly, Leaving, Server, UnsafeServers, collides};
pub use migrations::migrations_of;
pub(crate) use migrations::{FIRST_LIST, Has, SHARED_NUMBERS, has, is_known, name_in_10_11};
pub use notes::{Note, NoteKind};
pub use path::{Direction, Hop, path};
pub use plan::{PlannedHop, UpgradePlan, leave, upgrade};
pub use postgresql::Floors;
pub(crate) use postgresql::floor;
pub(crate) use settings::variables;
pub use stops::{Stop, StopKind};

use crate::releases::{self, table};

pub mod tables {
    //! The tables that the plans are made from.

    pub use super::documented::all as documented;
    pub use super::notes::all as notes;
    pub use super::stops::all as stops;
    pub use crate::releases::{all as releases, lines, recorded as recorded_releases};
}

#[cfg(test)]
mod tests;
