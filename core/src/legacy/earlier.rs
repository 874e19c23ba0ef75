//! Settings of GitLab 7.14 to 10.7 that 10.8 did not have any more.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A `mattermost[…]` setting that is older than 10.8.
///
/// # Shape
/// A row of `core/data/legacy-settings-before-10.8.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarlierSetting {
    /// Its key.
    pub key: &'static str,
    /// The first minor that had it.
    pub since: &'static str,
    /// The last minor that had it.
    pub until: &'static str,
    /// The variable of the field, if Mattermost 4.10 has it still.
    pub variable: Option<&'static str>,
    /// The key that took its place.
    pub successor: Option<&'static str>,
}

/// The older setting of this key.
///
/// ```
/// use gitlab_mattermost_core::legacy::earlier_setting;
/// assert_eq!(earlier_setting("service_site_name").and_then(|it| it.successor), Some("team_site_name"));
/// assert_eq!(earlier_setting("service_site_nam"), None);
/// ```
pub fn earlier_setting(key: &str) -> Option<EarlierSetting> {
    static SETTINGS: LazyLock<BTreeMap<&'static str, EarlierSetting>> = LazyLock::new(|| {
        let rows = include_str!("../../data/legacy-settings-before-10.8.csv").lines().skip(1).filter_map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let [key, since, until, variable, successor] = fields.as_slice() else { return None };
            let filled = |text: &'static str| Some(text).filter(|text| !text.is_empty());
            let (variable, successor) = (filled(variable), filled(successor));
            Some((*key, EarlierSetting { key, since, until, variable, successor }))
        });
        rows.collect()
    });
    SETTINGS.get(key).copied()
}

impl EarlierSetting {
    /// Why there is no variable for it, as a clause.
    pub fn why_nothing(&self) -> String {
        let successor = self.successor.map(|key| format!("; `{key}` took its place")).unwrap_or_default();
        format!("key until GitLab {}, and Mattermost 4.10 has no such field{successor}", self.until)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MATTERMOST_OF_11_0, legacy_settings};
    use super::earlier_setting;
    use crate::mattermost_config::Catalogue;

    #[test]
    fn older_settings_are_not_those_of_10_8_and_lead_to_what_there_is() {
        let keys: Vec<&str> = include_str!("../../data/legacy-settings-before-10.8.csv")
            .lines()
            .skip(1)
            .filter_map(|line| line.split(',').next())
            .collect();
        assert_eq!(keys.len(), 56);
        let catalogue = Catalogue::of(MATTERMOST_OF_11_0);
        for key in keys {
            let setting = earlier_setting(key).unwrap();
            assert!(!legacy_settings().contains_key(key), "{key}");
            let exists = |key: &str| legacy_settings().contains_key(key) || earlier_setting(key).is_some();
            assert!(setting.successor.is_none_or(exists), "{key}");
            assert!(setting.variable.is_none_or(|it| catalogue.setting_of_variable(it).is_some()), "{key}");
        }
    }
}
