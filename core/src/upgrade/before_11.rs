//! The step from GitLab 10.x to 11.0, after which the package no longer writes `config.json`.
//!
//! Not here: the translation of the settings (`legacy`).
//!
//! # Source
//! The document, "Upgrading GitLab Mattermost from versions prior to 11.0".

use serde::Serialize;
use serde_json::Value as Json;

use super::{Concern, Hop, Release, Severity};
use crate::installation::Installation;
use crate::legacy::{Difference, TranslateError, Translation, Untranslatable, legacy_settings, translate};
use crate::mattermost_config::Catalogue;
use crate::version::Version;

/// The first GitLab that leaves `config.json` alone.
pub(super) const OWN_CONFIG_JSON: Version = Version::new(11, 0, 0);

/// What becomes of the old settings in `gitlab.rb`; their values are left out, as some are secret.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OldSettings {
    /// The variables that must go into `mattermost['env']`.
    pub variables: Vec<String>,
    /// The keys that stay as they are.
    pub keep: Vec<String>,
    /// The keys that no variable can take over.
    pub untranslatable: Vec<Untranslatable>,
    /// The keys for which the document's variable is not the one that works.
    pub differences: Vec<Difference>,
}

impl From<Translation> for OldSettings {
    fn from(translation: Translation) -> Self {
        Self {
            variables: translation.env.into_keys().collect(),
            keep: translation.keep,
            untranslatable: translation.untranslatable,
            differences: translation.differences,
        }
    }
}

/// Whether the hop is that step.
pub(super) fn crossed(hop: &Hop) -> bool {
    hop.from.gitlab < OWN_CONFIG_JSON && OWN_CONFIG_JSON <= hop.to.gitlab
}

/// The settings file in the terms of 11.0, if one was given.
pub(super) fn translation(installation: &Installation<'_>) -> Option<Result<Translation, TranslateError>> {
    installation.gitlab_rb.map(|file| translate(&file.settings))
}

/// What to watch out for on that step.
pub(super) fn concern(hop: &Hop, installation: &Installation<'_>) -> Option<Concern> {
    if !crossed(hop) {
        return None;
    }
    let (severity, why) = match translation(installation) {
        None => (Severity::Action, "gitlab.rb was not given".to_owned()),
        Some(Ok(old)) if old.env.is_empty() && old.untranslatable.is_empty() => {
            (Severity::Note, "gitlab.rb uses none of the others".to_owned())
        }
        Some(Ok(_)) => (Severity::Action, "gitlab.rb uses some of the others, see `old_settings`".to_owned()),
        Some(Err(error)) => (Severity::Action, format!("gitlab.rb cannot be translated: {error}")),
    };
    Some(Concern {
        rule: "settings-before-11.0",
        severity,
        at: hop.to.gitlab,
        what: "from GitLab 11.0 on gitlab.rb has keys for the integration only; the others stop the upgrade".to_owned(),
        why,
        fix: "with 10.8 still installed put what `mattermost-lab translate` makes of them into mattermost['env'], or leave \
              them to config.json, and remove them from gitlab.rb"
            .to_owned(),
        place: None,
        source: "the document, \"Upgrading GitLab Mattermost from versions prior to 11.0\"",
    })
}

/// Settings of `config.json` that certainly did not come from `gitlab.rb`, by path: those that it gives another value,
/// and those that it cannot give but that are not at their default.
///
/// A setting that `gitlab.rb` could give but does not is not judged: what 10.8 writes for it then is not known here.
pub(super) fn set_outside(from: &Release, installation: &Installation<'_>) -> Vec<String> {
    let (Some(file), Some(Ok(translation)), Some(mattermost)) =
        (installation.config_json, translation(installation), from.mattermost.at_least())
    else {
        return Vec::new();
    };
    let catalogue = Catalogue::of(mattermost);
    let outside = catalogue.settings().filter(|setting| {
        let value = setting.json_path(mattermost).try_fold(file, |value, key| value.get(key));
        let Some(value) = value.filter(|_| !setting.is_generated()) else { return false };
        let mut keys = legacy_settings().values().filter(|old| old.path() == Some(setting.path())).peekable();
        if keys.peek().is_none() {
            return value != setting.default_in(mattermost);
        }
        let given = keys.find_map(|old| translation.env.get(old.variable()?));
        given.is_some_and(|given| text(value).as_deref() != Some(given))
    });
    outside.map(|setting| setting.path().to_owned()).collect()
}

/// A value as a variable would carry it; `None` for maps.
fn text(value: &Json) -> Option<String> {
    match value {
        Json::Null => Some(String::new()),
        Json::Bool(flag) => Some(flag.to_string()),
        Json::Number(number) => Some(number.to_string()),
        Json::String(text) => Some(text.clone()),
        Json::Array(items) => Some(items.iter().map(text).collect::<Option<Vec<_>>>()?.join(" ")),
        Json::Object(_) => None,
    }
}
