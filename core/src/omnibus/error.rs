//! What makes a reconfigure abort before it has configured Mattermost.

use crate::gitlab_rb::{HOW_TO_TELL, Span, Unknown, ValueError};
use crate::masking::shown_text;
use crate::version::Version;

/// Why no deployment can be derived.
///
/// # Shape
/// One variant per cause; displayed, one line without secrets. [`ValueError::locate`] adds the place in the file.
///
/// # Source
/// GitLab 14.7, executed; [`ValueError::kind`] names the kinds.
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::{ReadOptions, ValueError, read};
/// use gitlab_mattermost_core::omnibus::{DeriveError, DeriveOptions, derive};
///
/// let text = "mattermost_external_url 'https://example.com/chat'";
/// let settings = read(text, &ReadOptions::default())?;
/// let error = derive(&settings, &DeriveOptions::of("14.7.0".parse()?)).expect_err("a path");
/// assert!(matches!(error, DeriveError::MattermostUrlPath { .. }));
/// assert!(error.locate("gitlab.rb", text).to_string().starts_with("gitlab.rb:1:"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeriveError {
    /// `external_url` names no host.
    #[error("`external_url` is `{}`, in which there is no host", shown_text(url))]
    GitlabUrlWithoutHost {
        /// The URL.
        url: String,
        /// Where it stands.
        span: Option<Span>,
    },
    /// `mattermost_external_url` names no host.
    #[error("`mattermost_external_url` is `{}`, in which there is no host", shown_text(url))]
    MattermostUrlWithoutHost {
        /// The URL.
        url: String,
        /// Where it stands.
        span: Option<Span>,
    },
    /// `mattermost_external_url` has a path.
    #[error(
        "`mattermost_external_url` has the path `{}`, and Mattermost cannot be served below a path",
        shown_text(path)
    )]
    MattermostUrlPath {
        /// The path.
        path: String,
        /// Where it stands.
        span: Option<Span>,
    },
    /// A URL has a scheme other than `http` and `https`.
    #[error("`{setting}` has the scheme `{scheme}`, which is neither `http` nor `https`")]
    UnsupportedScheme {
        /// `external_url` or `mattermost_external_url`.
        setting: String,
        /// The scheme, lower-cased; empty if there is none.
        scheme: String,
        /// Where it stands.
        span: Option<Span>,
    },
    /// A URL is no URI.
    #[error("`{setting}` is `{}`, which is not a valid URI", shown_text(url))]
    InvalidUri {
        /// `external_url` or `mattermost_external_url`.
        setting: String,
        /// The text.
        url: String,
        /// Where it stands.
        span: Option<Span>,
    },
    /// The package appends to a string that the file froze.
    #[error("`{setting}` is a frozen string, to which the package appends the GitLab host")]
    FrozenString {
        /// The setting.
        setting: String,
        /// Where it stands.
        span: Option<Span>,
    },
    /// A value is of a class that the package's operation refuses.
    #[error("`{setting}` is of class {class}, where the package needs {needed}")]
    TypeError {
        /// The setting.
        setting: String,
        /// Ruby's name of the class.
        class: &'static str,
        /// What would do.
        needed: &'static str,
        /// Where it stands.
        span: Option<Span>,
    },
    /// A value has not the method that the package calls.
    #[error("`{setting}` is of class {class}, which has no method `{method}`; the package calls it")]
    NoMethod {
        /// The setting.
        setting: String,
        /// Ruby's name of the class.
        class: &'static str,
        /// The method.
        method: &'static str,
        /// Where it stands.
        span: Option<Span>,
    },
    /// An env value is not text, in a version that does not convert it.
    #[error("`{variable}` is of class {class}; GitLab before 11.7 accepts text only")]
    NotText {
        /// The variable.
        variable: String,
        /// Ruby's name of the class.
        class: &'static str,
        /// Where it stands.
        span: Option<Span>,
    },
    /// A setting that the version refuses.
    #[error("`{setting}` was removed in GitLab 11.0, and this version refuses it")]
    RemovedSetting {
        /// The setting.
        setting: String,
        /// Where it stands.
        span: Option<Span>,
    },
    /// `roles` names a role that does not exist.
    #[error("`roles` names `{role}`, which is no role")]
    InvalidRole {
        /// The role.
        role: String,
        /// Where it stands.
        span: Option<Span>,
    },
    /// The result depends on a value that only Ruby could tell.
    #[error("`{setting}` cannot be known without running Ruby: {reason}")]
    UnknownValue {
        /// The setting.
        setting: String,
        /// Why, as a clause.
        reason: String,
        /// The expression that cannot be evaluated.
        span: Span,
    },
    /// The version bundles no Mattermost that is configured by env.
    #[error("GitLab {version} does not configure a bundled Mattermost by environment; 11.0 to 18.11 do")]
    UnsupportedVersion {
        /// The version.
        version: Version,
    },
}

impl DeriveError {
    pub(super) fn unknown(setting: String, unknown: Unknown) -> Self {
        Self::UnknownValue { setting, reason: unknown.reason, span: unknown.span }
    }
}

impl ValueError for DeriveError {
    const AREA: &'static str = "omnibus";

    fn kind(&self) -> &'static str {
        match self {
            Self::GitlabUrlWithoutHost { .. } => "gitlab_url_without_host",
            Self::MattermostUrlWithoutHost { .. } => "mattermost_url_without_host",
            Self::MattermostUrlPath { .. } => "mattermost_url_path",
            Self::UnsupportedScheme { .. } => "unsupported_scheme",
            Self::InvalidUri { .. } => "invalid_uri",
            Self::FrozenString { .. } => "frozen_string",
            Self::TypeError { .. } => "type_error",
            Self::NoMethod { .. } => "no_method",
            Self::NotText { .. } => "not_text",
            Self::RemovedSetting { .. } => "removed_setting",
            Self::InvalidRole { .. } => "invalid_role",
            Self::UnknownValue { .. } => "unknown_value",
            Self::UnsupportedVersion { .. } => "unsupported_version",
        }
    }

    fn detail(&self) -> Option<&str> {
        match self {
            Self::MattermostUrlPath { path, .. } => Some(path),
            Self::UnsupportedScheme { scheme, .. } => Some(scheme.as_str()).filter(|it| !it.is_empty()),
            Self::NotText { variable, .. } => Some(variable),
            Self::RemovedSetting { setting, .. } | Self::UnknownValue { setting, .. } => Some(setting),
            Self::InvalidRole { role, .. } => Some(role),
            _ => None,
        }
    }

    fn span(&self) -> Option<Span> {
        match self {
            Self::GitlabUrlWithoutHost { span, .. }
            | Self::MattermostUrlWithoutHost { span, .. }
            | Self::MattermostUrlPath { span, .. }
            | Self::UnsupportedScheme { span, .. }
            | Self::InvalidUri { span, .. }
            | Self::FrozenString { span, .. }
            | Self::TypeError { span, .. }
            | Self::NoMethod { span, .. }
            | Self::NotText { span, .. }
            | Self::RemovedSetting { span, .. }
            | Self::InvalidRole { span, .. } => *span,
            Self::UnknownValue { span, .. } => Some(*span),
            Self::UnsupportedVersion { .. } => None,
        }
    }

    fn fix(&self) -> &'static str {
        match self {
            Self::GitlabUrlWithoutHost { .. } | Self::MattermostUrlWithoutHost { .. } => {
                "write the URL with its scheme and host, for example `https://chat.example.com`"
            }
            // DIFFERENCE: the package's own message speaks of the CI URL here.
            Self::MattermostUrlPath { .. } => "give Mattermost a host name of its own, without a path",
            Self::UnsupportedScheme { .. } => "write an `http://` or `https://` URL",
            Self::InvalidUri { .. } => {
                "use ASCII without spaces only; write a host of other letters in its `xn--` form"
            }
            Self::FrozenString { .. } => "remove `.freeze`, or write `.dup` after it",
            Self::TypeError { .. } => "write a value of the class that is needed, or remove the line for the default",
            Self::NoMethod { .. } => "write the value as the package's template shows it, texts in quotes",
            Self::NotText { .. } => "put the value in quotes",
            Self::RemovedSetting { .. } => "write it as a variable in `mattermost['env']` instead",
            Self::InvalidRole { .. } => "see the list of roles of your GitLab version",
            Self::UnknownValue { .. } => HOW_TO_TELL,
            Self::UnsupportedVersion { .. } => "choose a version from 11.0 to 18.11",
        }
    }
}
