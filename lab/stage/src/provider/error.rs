//! Why a description of a provider is of no use.

use std::path::PathBuf;

/// Why a provider cannot be used as it is described.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The file, or one that it names, cannot be read.
    #[error("cannot read {what} `{}`", path.display())]
    Unreadable {
        /// What it should hold.
        what: String,
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// It is not TOML, or says something that no description says.
    #[error("`{place}` does not describe a provider: {message}")]
    NotDescribed {
        /// The file, or the flag.
        place: String,
        /// What is wrong, and where.
        message: String,
    },
    /// A profile that nobody knows.
    #[error("no profile is called `{given}`; there are {known}")]
    UnknownProfile {
        /// What was given.
        given: String,
        /// Those there are.
        known: String,
    },
    /// The variable that should hold a secret is not set.
    #[error("{what} is to be in the variable `{variable}`, which is not set")]
    NoVariable {
        /// What it should hold.
        what: String,
        /// Its name.
        variable: String,
    },
    /// What the provider says of itself cannot be had.
    #[error("`{url}` does not say where the endpoints are: {reason}; name them under `[endpoints]`")]
    NoDiscovery {
        /// The document of discovery.
        url: String,
        /// What came in its place.
        reason: String,
    },
    /// The provider does not answer.
    #[error("`{url}` does not answer: {reason}")]
    NoAnswer {
        /// What was asked for.
        url: String,
        /// Why not.
        reason: String,
    },
}
