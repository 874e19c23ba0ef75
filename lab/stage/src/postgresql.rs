//! The real PostgreSQL of a run: one server, a database of its own for every scenario.
//!
//! The server comes from a container (`container`), from programs installed on this machine (`local`), or runs already
//! (`existing`). Whichever it is, [`Postgres`] is the only door to it. In the first two it is set up as the
//! Linux package does it: superuser `gitlab-psql`, databases owned by `gitlab_mattermost`.
//! Not its job: what is in the databases.

pub mod access;
pub mod choice;
pub(crate) mod container;
pub(crate) mod copy;
pub mod database;
mod error;
mod existing;
mod kept_cluster;
mod local;
mod postgres;

pub use choice::PostgresChoice;
pub use database::Database;
pub use error::{BackendError, PartDown};
pub use postgres::Postgres;

/// The superuser, as in the Linux package.
const SUPERUSER: &str = "gitlab-psql";

/// The role that owns Mattermost's database, as in the Linux package.
const DATABASE_OWNER: &str = "gitlab_mattermost";

/// The database of our servers that is always there to be connected to.
const MAINTENANCE: &str = "postgres";
