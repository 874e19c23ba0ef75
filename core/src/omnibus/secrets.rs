//! `/etc/gitlab/gitlab-secrets.json`: what it gives, and what is generated where it gives nothing.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value as Json};

use super::configuration::{Configuration, setting_name};
use super::kept_secrets::KeptSecrets;
use super::origin::Origin;
use super::tables::ruby_value;
use crate::gitlab_rb::Value;

/// The content of a secrets file; printed redacted.
///
/// # Shape
/// `{"mattermost": {"sql_at_rest_encrypt_key": "…", "gitlab_enable": true, …}, "gitlab_rails": {…}}`: sections as in
/// `gitlab.rb`, each an object. Accepted: `{}`. Rejected: `[]`, `{"mattermost": "text"}`.
///
/// ```
/// use gitlab_mattermost_core::omnibus::{Secrets, SecretsError};
///
/// let secrets = Secrets::read(r#"{"mattermost": {"gitlab_id": "abc"}}"#)?.completed(|| "0".repeat(32));
/// assert_eq!(secrets.to_json()["mattermost"]["gitlab_id"], "abc");
/// assert!(!format!("{secrets:?}").contains("abc"));
/// assert_eq!(Secrets::read("[]"), Err(SecretsError::NotAnObject));
/// # Ok::<(), SecretsError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secrets {
    sections: Map<String, Json>,
}

/// Why a secrets file does not fit.
///
/// # Shape
/// One variant per cause; displayed, one line without the file's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretsError {
    /// The text is no JSON. The parser's place is kept, the text is not: it is secret.
    #[error("it is not JSON: the fault is in line {line}, column {column}")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// The whole is no object.
    #[error("it is not a JSON object of sections")]
    NotAnObject,
    /// A section is no object.
    #[error("its section `{section}` is not an object")]
    SectionNotAnObject {
        /// The section.
        section: String,
    },
}

impl Secrets {
    /// Adds each secret that every version generates, taken from `random` (32 hexadecimal digits) where the
    /// `mattermost` section has none.
    #[must_use]
    pub fn completed(mut self, mut random: impl FnMut() -> String) -> Self {
        let section = self.sections.entry("mattermost").or_insert_with(|| Json::Object(Map::new()));
        if let Json::Object(section) = section {
            for key in GENERATED {
                let missing = section.get(key).is_none_or(|value| matches!(value, Json::Null | Json::Bool(false)));
                if missing {
                    section.insert(key.to_owned(), random().into());
                }
            }
        }
        self
    }

    /// Puts these entries into the `mattermost` section, over those that are there.
    #[must_use]
    pub fn with(mut self, entries: &Map<String, Json>) -> Self {
        let section = self.sections.entry("mattermost").or_insert_with(|| Json::Object(Map::new()));
        if let Json::Object(section) = section {
            section.extend(entries.clone());
        }
        self
    }

    /// The content of the file: every secret in the clear.
    pub fn to_json(&self) -> Json {
        Json::Object(self.sections.clone())
    }

    /// The text of the file, as the package writes it: every secret in the clear.
    pub fn to_text(&self) -> String {
        format!("{:#}\n", Json::Object(self.sections.clone()))
    }

    /// Reads the text of a secrets file.
    ///
    /// # Errors
    /// [`SecretsError`] by what is wrong with it; the real package aborts in all of these cases.
    pub fn read(text: &str) -> Result<Self, SecretsError> {
        let json: Json = serde_json::from_str(text)
            .map_err(|error| SecretsError::NotJson { line: error.line(), column: error.column() })?;
        Self::of(json)
    }

    /// The secrets in the JSON of a secrets file.
    ///
    /// # Errors
    /// [`SecretsError::NotAnObject`] and [`SecretsError::SectionNotAnObject`].
    pub fn of(json: Json) -> Result<Self, SecretsError> {
        let Json::Object(sections) = json else { return Err(SecretsError::NotAnObject) };
        match sections.iter().find(|(_, value)| !value.is_object()) {
            Some((section, _)) => Err(SecretsError::SectionNotAnObject { section: section.clone() }),
            None => Ok(Self { sections }),
        }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Secrets").field(&"redacted").finish()
    }
}

/// The keys of the `mattermost` section that are generated in every version, 32 hexadecimal digits each.
const GENERATED: [&str; 3] = ["email_invite_salt", "file_public_link_salt", "sql_at_rest_encrypt_key"];
/// Those generated besides where Omnibus registers Mattermost itself (from GitLab 15.4): 43 URL-safe characters each.
const GENERATED_FOR_OAUTH: [&str; 2] = ["gitlab_id", "gitlab_secret"];

/// Applies the file, then generates what is missing: a value in `gitlab.rb` wins unless it is `nil` or `false`.
///
/// DIFFERENCE: (erratum 17) a stored `gitlab_enable` of true therefore cannot be undone in `gitlab.rb`.
pub(super) fn apply(configuration: &mut Configuration, file: Option<&Secrets>, generated: &str) {
    for (section, entries) in file.into_iter().flat_map(|it| &it.sections) {
        for (key, value) in entries.as_object().into_iter().flatten() {
            let origin = Origin::SecretsFile { keys: vec![format!("{section}.{key}")] };
            configuration.set_unless_true(section, key, ruby_value(value), origin);
        }
    }
    for key in GENERATED {
        configuration.set_unless_true("mattermost", key, Value::text(generated), Origin::Generated);
    }
    if configuration.table.has_default("register_as_oauth_app") {
        for key in GENERATED_FOR_OAUTH {
            let token = URL_SAFE_NO_PAD.encode(generated);
            configuration.set_unless_true("mattermost", key, Value::text(token), Origin::Generated);
        }
    }
}

/// The secrets that reconfigure writes back to the file's `mattermost` section, with their origins.
pub(super) fn written_back(configuration: &Configuration) -> Vec<(String, Origin)> {
    let origin = |key: &str| configuration.given("mattermost", key).map_or(Origin::Default, |slot| slot.origin);
    keys_written_back(configuration).into_iter().map(|key| (setting_name("mattermost", key), origin(key))).collect()
}

/// The secrets that are written back, in the clear.
pub(super) fn kept(configuration: &Configuration) -> KeptSecrets {
    let value = |key: &'static str| match configuration.value("mattermost", key) {
        Value::Nil => None,
        Value::Bool(flag) => Some((key.to_owned(), Json::Bool(flag))),
        other => Some((key.to_owned(), Json::String(other.to_ruby_text().ok()?))),
    };
    KeptSecrets(keys_written_back(configuration).into_iter().filter_map(value).collect())
}

fn keys_written_back(configuration: &Configuration) -> Vec<&'static str> {
    let registers = configuration.table.has_default("register_as_oauth_app");
    let enabled = configuration.value("mattermost", "gitlab_enable").truthy() == Some(true);
    let mut keys = GENERATED.to_vec();
    if registers {
        keys.push("register_as_oauth_app");
    }
    if enabled {
        keys.extend(["gitlab_enable", "gitlab_secret", "gitlab_id"]);
    }
    keys
}
