//! Where each variable's value comes from, and whether Mattermost reads it.

use serde::Serialize;

use crate::gitlab_rb::Span;
use crate::masking::shown;
use crate::mattermost_config::{Catalogue, EnvEffect, is_read_by_process};
use crate::omnibus::{Deployment, EnvEntry, Origin};
use crate::releases::bundled_mattermost;
use crate::version::Version;

/// One variable, explained.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Its name.
    pub variable: String,
    /// Its value, secrets masked unless they were asked for.
    pub value: String,
    /// What it comes from, in words.
    pub origin: String,
    /// Lines of the settings file that the value comes from.
    pub lines: Vec<usize>,
    /// What the bundled Mattermost makes of it.
    pub reading: Reading,
}

/// Whether the bundled Mattermost reads a variable.
///
/// # Shape
/// A JSON object whose `kind` is the variant's name: `{"kind": "setting", "path": "ServiceSettings.SiteURL"}`.
///
/// ```
/// use gitlab_mattermost_core::installation::Reading;
///
/// let unknown = Reading::Unknown { nearest: Some("MM_SERVICESETTINGS_SITEURL".to_owned()) };
/// assert!(unknown.told().contains("MM_SERVICESETTINGS_SITEURL"));
/// assert_eq!(serde_json::to_value(&unknown)?["kind"], "unknown");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Reading {
    /// It sets this setting.
    Setting {
        /// Its path.
        path: String,
    },
    /// The file is empty, so the variable is not set and `config.json` decides.
    NotSet {
        /// The setting that it would set.
        path: Option<String>,
    },
    /// It names a setting that the server lists but never takes from a variable, or that stops its start.
    WithoutEffect {
        /// Its path.
        path: String,
        /// Why it has no effect.
        why: String,
    },
    /// The server had such a setting once.
    Removed {
        /// Its path while it existed.
        path: String,
        /// The first version without it.
        since: Version,
        /// What took its place.
        successor: Option<String>,
    },
    /// The server knows no such setting.
    Unknown {
        /// The variable that was probably meant.
        nearest: Option<String>,
    },
    /// No setting up to `up_to`, the last version whose settings are all known, which the server is later than.
    NotKnownHere {
        /// The last version whose settings are all known.
        up_to: Version,
    },
    /// Not one of Mattermost's settings: it is there for the process, as `HTTP_PROXY` is.
    Process,
}

/// Explains every variable, in order of name; `gitlab_rb` is the text that the deployment was derived from.
///
/// ```
/// use gitlab_mattermost_core::installation::{DOCUMENTED, Installation, SettingsFile, explain};
///
/// let text = "mattermost_external_url 'https://chat.example.com'";
/// let file = SettingsFile::read("gitlab.rb", text, Default::default(), DOCUMENTED)?;
/// let installation = Installation { gitlab_rb: Some(&file), ..Installation::default() };
/// let deployment = installation.deployment().expect("a settings file")?;
/// let explained = explain(&deployment, &file.text, false);
/// let url = explained.iter().find(|it| it.variable == "MM_SERVICESETTINGS_SITEURL").expect("the address");
/// assert_eq!(url.lines, [1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain(deployment: &Deployment, gitlab_rb: &str, show_secrets: bool) -> Vec<Explanation> {
    let catalogue = bundled_mattermost(deployment.gitlab_version).map(Catalogue::of);
    let explain = |(name, entry): (&String, &EnvEntry)| {
        let (origin, spans) = told(&entry.origin);
        let mut lines: Vec<usize> = spans.iter().map(|span| span.line_and_column(gitlab_rb).0).collect();
        lines.dedup();
        Explanation {
            variable: name.clone(),
            value: if show_secrets { entry.value.clone() } else { shown(name, &entry.value) },
            origin,
            lines,
            reading: reading(name, &entry.value, catalogue.as_ref()),
        }
    };
    deployment.env.iter().map(explain).collect()
}

fn told(origin: &Origin) -> (String, Vec<Span>) {
    match origin {
        Origin::Default => ("package default".to_owned(), Vec::new()),
        Origin::Settings { sources } => {
            let names: Vec<&str> = sources.iter().map(|source| source.setting.as_str()).collect();
            (names.join(", "), sources.iter().filter_map(|source| source.span).collect())
        }
        Origin::Env { span } => ("mattermost['env']".to_owned(), span.iter().copied().collect()),
        Origin::SecretsFile { keys } => (format!("secrets file, {}", keys.join(", ")), Vec::new()),
        Origin::Generated => ("generated (a placeholder here)".to_owned(), Vec::new()),
    }
}

fn reading(name: &str, value: &str, catalogue: Option<&Catalogue>) -> Reading {
    let Some(catalogue) = catalogue.filter(|it| it.looks_up(name) && !is_read_by_process(name)) else {
        return Reading::Process;
    };
    let setting = catalogue.setting_of_variable(name);
    let path = setting.map(|setting| setting.spelt_in(catalogue.version()).to_owned());
    if value.is_empty() {
        return Reading::NotSet { path };
    }
    let Some((setting, path)) = setting.zip(path) else {
        return match catalogue.removed_variable(name) {
            Some(removed) => {
                Reading::Removed { path: removed.path, since: removed.since, successor: removed.successor }
            }
            None => match catalogue.known_up_to() {
                Some(up_to) => Reading::NotKnownHere { up_to },
                None => Reading::Unknown { nearest: catalogue.nearest_variable(name) },
            },
        };
    };
    match catalogue.env_effect(setting) {
        EnvEffect::Effective => Reading::Setting { path },
        EnvEffect::Never => Reading::WithoutEffect { path, why: "the server never applies the variable".to_owned() },
        EnvEffect::StopsTheStart => {
            Reading::WithoutEffect { path, why: "the server does not start with the variable set".to_owned() }
        }
    }
}

impl Reading {
    /// The explanation for people.
    pub fn told(&self) -> String {
        match self {
            Self::Setting { path } => path.clone(),
            Self::NotSet { path: Some(path) } => format!("not set: config.json decides on {path}"),
            Self::NotSet { path: None } => "not set".to_owned(),
            Self::WithoutEffect { path, why } => format!("{path}, but {why}"),
            Self::Removed { path, since, successor: None } => format!("no: {path} is gone since Mattermost {since}"),
            Self::Removed { path, since, successor: Some(successor) } => {
                format!("no: {path} is gone since Mattermost {since}, use {successor}")
            }
            Self::Unknown { nearest: Some(nearest) } => format!("no such setting; did you mean {nearest}?"),
            Self::Unknown { nearest: None } => "no such setting".to_owned(),
            Self::NotKnownHere { up_to } => {
                format!("not known to this program, which knows the settings up to Mattermost {up_to}")
            }
            Self::Process => "the process, not a setting".to_owned(),
        }
    }
}
