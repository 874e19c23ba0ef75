//! What an administrator sees of the settings over the API, and what becomes of what is saved there.
//!
//! # Source
//! Behaviour of a real server 5.36.1: `GET /api/v4/config`, `PUT /api/v4/config/patch`.

use serde_json::Value;

use crate::mattermost_config::Effective;

/// What stands for a secret that is set.
const MASK: &str = "********************************";

/// Every setting that is in force, in the shape of `config.json`, each secret that is set replaced by one mask.
///
/// ```
/// use gitlab_mattermost_core::mattermost::{saved_settings, shown_settings};
/// use gitlab_mattermost_core::mattermost_config::effective;
///
/// let file = serde_json::json!({"GitLabSettings": {"Secret": "hunter2"}, "TeamSettings": {"SiteName": "Chat"}});
/// let in_force = effective("5.36.1".parse()?, &Default::default(), Some(&file))?;
/// let shown = shown_settings(&in_force);
/// assert_ne!(shown["GitLabSettings"]["Secret"], "hunter2");
/// let saved = saved_settings(&in_force, file.clone(), &shown);
/// assert_eq!(saved["GitLabSettings"]["Secret"], "hunter2", "a mask changes nothing");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn shown_settings(in_force: &Effective) -> Value {
    let mut config = in_force.config();
    let version = in_force.catalogue().version();
    for secret in in_force.catalogue().settings().filter(|setting| setting.is_secret()) {
        let value = secret.json_path(version).try_fold(&mut config, |place, key| place.get_mut(key));
        if let Some(value) = value {
            mask(value);
        }
    }
    config
}

fn mask(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::String(text) if !text.is_empty() => MASK.clone_into(text),
        _ => {}
    }
}

/// `file`, the content of `config.json`, with the settings of `patch` over its own.
///
/// A setting that a variable has locked, a mask that stands for a secret, and what is no setting change nothing.
pub fn saved_settings(in_force: &Effective, mut file: Value, patch: &Value) -> Value {
    let version = in_force.catalogue().version();
    for setting in in_force.catalogue().settings().filter(|setting| !in_force.overridden().contains(setting.path())) {
        let given = setting.json_path(version).try_fold(patch, |place, key| place.get(key));
        let Some(given) = given.filter(|given| !(setting.is_secret() && given.as_str() == Some(MASK))) else {
            continue;
        };
        let place = setting.json_path(version).fold(&mut file, |place, key| &mut place[key]);
        given.clone_into(place);
    }
    file
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::mattermost_config::effective;
    use crate::version::Version;

    fn in_force(variables: &[(&str, &str)], file: &Value) -> Effective {
        let variables: BTreeMap<_, _> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        effective(Version::new(5, 36, 1), &variables, Some(file)).expect("settings that are in force")
    }

    #[test]
    fn secrets_that_are_set_are_masked_and_nothing_else_is() {
        let file = json!({"GitLabSettings": {"Secret": "s3cret", "Id": "id"}, "EmailSettings": {"SMTPPassword": ""}});
        let shown = shown_settings(&in_force(&[], &file));
        assert!(!shown.to_string().contains("s3cret"));
        assert_eq!(shown["GitLabSettings"]["Secret"], MASK);
        assert_eq!(shown["GitLabSettings"]["Id"], "id");
        assert_eq!(shown["EmailSettings"]["SMTPPassword"], "");
    }

    #[test]
    fn a_mask_a_locked_setting_and_an_unknown_one_change_nothing() {
        let file = json!({"GitLabSettings": {"Secret": "s3cret", "Id": "old"}, "TeamSettings": {"SiteName": "old"}});
        let settings = in_force(&[("MM_TEAMSETTINGS_SITENAME", "locked")], &file);
        let patch = json!({
            "GitLabSettings": {"Secret": MASK, "Id": "new", "NoSuchSetting": "x"},
            "TeamSettings": {"SiteName": "new"},
        });
        let saved = saved_settings(&settings, file, &patch);
        let expected =
            json!({"GitLabSettings": {"Secret": "s3cret", "Id": "new"}, "TeamSettings": {"SiteName": "old"}});
        assert_eq!(saved, expected);
        let other = saved_settings(&settings, saved, &json!({"GitLabSettings": {"Secret": "another"}}));
        assert_eq!(other["GitLabSettings"]["Secret"], "another");
    }
}
