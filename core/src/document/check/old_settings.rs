//! Settings that GitLab 11.0 left to Mattermost.

use super::super::facts;
use crate::gitlab_rb::Settings;
use crate::legacy::legacy_settings;

/// Whether a block has any of them.
pub(super) fn is_old(settings: &Settings) -> bool {
    let Some(section) = settings.sections.get("mattermost") else { return false };
    let section = section.borrow();
    let keys = section.entries.keys().map(facts::text_of_key);
    keys.into_iter().any(|key| legacy_settings().get(&key).is_some_and(|setting| !setting.is_kept()))
}
