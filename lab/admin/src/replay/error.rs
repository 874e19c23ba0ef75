//! Why a case is not played to its end.

use super::browser::BrowserError;
use super::control::ControlError;

/// Why a case could not be played to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The target lacks something the case needs.
    #[error("{reason}")]
    Skip {
        /// What the target lacks.
        reason: String,
    },
    /// The browser got stuck.
    #[error("the browser cannot go on")]
    Browser {
        /// Where the browser got stuck.
        #[from]
        source: BrowserError,
    },
    /// The control listener failed.
    #[error("the state cannot be set")]
    Control {
        /// What the control listener answered, if anything.
        #[from]
        source: ControlError,
    },
    /// Consenting led to no code.
    #[error("consenting led to no code")]
    NoCode,
    /// A code led to no tokens.
    #[error("a code led to no tokens")]
    NoTokens,
    /// The HTTP library does not start.
    #[error("the HTTP client does not start")]
    Client {
        /// The library's reason.
        source: reqwest::Error,
    },
}

impl ReplayError {
    /// A case that this provider lacks something for.
    pub(super) fn skip(reason: &str) -> Self {
        Self::Skip { reason: reason.to_owned() }
    }

    /// Whether the other cases can be played all the same.
    pub(super) const fn concerns_the_case_alone(&self) -> bool {
        matches!(self, Self::NoCode | Self::NoTokens | Self::Browser { .. })
    }
}
