//! What makes a settings file untranslatable as a whole.

use crate::gitlab_rb::{HOW_TO_TELL, Span, Unknown, ValueError};

/// A settings file whose translation only Ruby could tell, or that 10.8 itself could not process.
///
/// # Shape
/// One variant per cause; displayed, one line. [`ValueError::locate`] adds the place in the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TranslateError {
    /// The value of a setting is not known.
    #[error("`{setting}` cannot be known without running Ruby: {}", unknown.reason)]
    UnknownValue {
        /// The setting, or the section where it is not known which.
        setting: String,
        /// Where, and why.
        unknown: Unknown,
    },
    /// The package's template aborted over the value.
    #[error("`{setting}` is of class {class}, which has no method `{method}`; the package calls it")]
    NoMethod {
        /// The setting.
        setting: String,
        /// Ruby's name of the class.
        class: &'static str,
        /// The method.
        method: &'static str,
        /// Where the value stands.
        span: Option<Span>,
    },
}

impl TranslateError {
    pub(super) fn unknown(key: &str, unknown: Unknown) -> Self {
        Self::UnknownValue { setting: Self::name(key), unknown }
    }

    /// How the file writes the setting of this key.
    pub(super) fn name(key: &str) -> String {
        format!("mattermost['{key}']")
    }
}

impl ValueError for TranslateError {
    const AREA: &'static str = "legacy";

    fn kind(&self) -> &'static str {
        match self {
            Self::UnknownValue { .. } => "unknown_value",
            Self::NoMethod { .. } => "no_method",
        }
    }

    fn detail(&self) -> Option<&str> {
        match self {
            Self::UnknownValue { setting, .. } | Self::NoMethod { setting, .. } => Some(setting),
        }
    }

    fn span(&self) -> Option<Span> {
        match self {
            Self::UnknownValue { unknown, .. } => Some(unknown.span),
            Self::NoMethod { span, .. } => *span,
        }
    }

    fn fix(&self) -> &'static str {
        match self {
            Self::UnknownValue { .. } => HOW_TO_TELL,
            Self::NoMethod { .. } => "write the value as an array",
        }
    }
}
