//! Where a value comes from, kept from the settings file to the result.

use serde::Serialize;

use crate::gitlab_rb::Span;

/// Where a value comes from.
///
/// # Shape
/// A JSON object whose `kind` is `default`, `settings`, `env`, `secrets_file` or `generated`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Origin {
    /// The package's default.
    Default,
    /// Taken or derived from settings, all of them named.
    Settings {
        /// The settings, in the order in which they enter the value.
        sources: Vec<Source>,
    },
    /// An entry of `mattermost['env']`.
    Env {
        /// Where it stands.
        span: Option<Span>,
    },
    /// `gitlab-secrets.json`.
    SecretsFile {
        /// The keys in the file, `mattermost.gitlab_id` for example.
        keys: Vec<String>,
    },
    /// Generated, because neither the settings nor the secrets file had it.
    Generated,
}

/// A setting that a value comes from.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// As the file writes it: `external_url`, `mattermost['service_port']`.
    pub setting: String,
    /// Where it stands.
    pub span: Option<Span>,
}

impl Origin {
    pub(super) fn setting(setting: impl Into<String>, span: Option<Span>) -> Self {
        Self::Settings { sources: vec![Source { setting: setting.into(), span }] }
    }

    /// The origin of a value made from two: settings tell more than other origins, anything more than a default.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Settings { mut sources }, Self::Settings { sources: more }) => {
                sources.extend(more);
                Self::Settings { sources }
            }
            (Self::SecretsFile { mut keys }, Self::SecretsFile { keys: more }) => {
                keys.extend(more);
                Self::SecretsFile { keys }
            }
            (Self::Default, other) | (_, other @ Self::Settings { .. }) => other,
            (first, _) => first,
        }
    }

    /// The first place in the settings file, if there is one.
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::Settings { sources } => sources.iter().find_map(|source| source.span),
            Self::Env { span } => *span,
            _ => None,
        }
    }
}
