//! The settings of `mattermost_nginx`, as given.

use crate::gitlab_rb::Value;
use crate::omnibus::configuration::{Configuration, Slot, known_text, setting_name};

/// Name of the section.
pub(super) const SECTION: &str = "mattermost_nginx";

/// A setting of the section that is not nil.
pub(super) fn setting(configuration: &Configuration, key: &str) -> Option<Slot> {
    configuration.given(SECTION, key).filter(|slot| !matches!(slot.value, Value::Nil))
}

/// A setting of the section as text; one that only Ruby could tell is warned of.
pub(super) fn text(configuration: &mut Configuration, key: &str) -> Option<String> {
    let slot = setting(configuration, key)?;
    known_text(configuration, &slot, &setting_name(SECTION, key))
}
