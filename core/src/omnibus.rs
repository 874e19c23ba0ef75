//! What the Linux package's `reconfigure` makes of a settings file for its bundled Mattermost, GitLab 11.0 to 18.11.
//!
//! Settings, GitLab version and secrets in, [`Deployment`] out: the env directory, account, directories, `config.json`,
//! run script, OAuth application, nginx virtual host and database. The steps are those of the package, in its order and
//! on shared string objects, because its in-place appends can be seen elsewhere.
//!
//! Not here: reading the file (`gitlab_rb`), what Mattermost makes of the env (`mattermost_config`), and doing any of it.

mod application;
mod configuration;
mod deployment;
mod derivation;
mod env;
mod error;
mod kept_secrets;
mod known;
mod machine;
mod nginx;
mod not_known;
mod options;
mod origin;
mod ports;
mod secrets;
mod section_keys;
mod services;
mod tables;
mod uri;
mod urls;
mod warning;

pub use application::{OauthApplication, Registration};
pub use deployment::{Deployment, GitlabSite, GitlabYml};
pub use derivation::{derive, derive_known};
pub use env::{EnvDirectory, EnvEntry, StaleFiles, chpst_value};
pub use error::DeriveError;
pub use kept_secrets::KeptSecrets;
pub use known::KnownDeployment;
pub use machine::{Account, ConfigJson, Database, Directory, RunScript, VersionFile};
pub use nginx::{Certificate, CertificateReason, Redirect, VirtualHost};
pub use not_known::NotKnown;
pub use options::DeriveOptions;
pub(crate) use options::UNGENERATED;
pub use origin::{Origin, Source};
pub use ports::{TakenPort, taken_ports};
pub use secrets::{Secrets, SecretsError};
pub use services::Services;
pub use tables::supports;
pub use warning::Warning;

#[cfg(test)]
mod tests;
