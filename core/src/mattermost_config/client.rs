//! What a server tells its clients of its settings: `GET /api/v4/config/client?format=old`.
//!
//! Not here: what only the running server knows, as its build, its identity and whether it has accounts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use super::Effective;

/// A key that clients are told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    key: String,
    /// Whether only clients with a session are told.
    #[serde(default)]
    signed_in: bool,
    #[serde(flatten)]
    source: Source,
}

/// Where a value comes from.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Source {
    /// The setting with this path.
    Setting(String),
    /// This text, always: what a server without a licence says.
    Text(String),
}

/// Every key and value that `settings` decide, for clients with a session or without. All values are texts.
///
/// # Source
/// Measured on 5.36.1, team edition without a licence: 86 keys without a session, 189 with one; 8 and 9 of them are the
/// server's own to tell. A key whose setting another version lacks is left out there.
///
/// ```
/// use gitlab_mattermost_core::mattermost_config::{client_config, effective};
///
/// let running = effective("5.36.1".parse()?, &Default::default(), None)?;
/// assert_eq!(client_config(&running, false)["SiteName"], "Mattermost");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn client_config(settings: &Effective, signed_in: bool) -> BTreeMap<&'static str, String> {
    let told = table().iter().filter(|told| signed_in || !told.signed_in);
    let mut config: BTreeMap<_, _> =
        told.filter_map(|told| Some((told.key.as_str(), value(settings, &told.source)?))).collect();
    if signed_in {
        let path = "PluginSettings.MarketplaceUrl";
        let catalogue = settings.catalogue();
        if let Some(marketplace) = catalogue.setting(path) {
            let is_default = settings.get(path) == marketplace.default_in(catalogue.version());
            config.insert("IsDefaultMarketplace", is_default.to_string());
        }
        // Another experiment switches this one on.
        if settings.text("ServiceSettings.ExperimentalGroupUnreadChannels") != "disabled" {
            config.insert("ExperimentalChannelOrganization", "true".to_owned());
        }
    }
    config
}

fn value(settings: &Effective, source: &Source) -> Option<String> {
    let path = match source {
        Source::Text(text) => return Some(text.clone()),
        Source::Setting(path) => path,
    };
    settings.catalogue().setting(path)?;
    Some(match settings.get(path) {
        // Addresses are told without a slash at their end.
        Value::String(text) if matches!(path.as_str(), "ServiceSettings.SiteURL" | "ServiceSettings.WebsocketURL") => {
            text.trim_end_matches('/').to_owned()
        }
        Value::String(text) => text.clone(),
        Value::Array(_) => settings.list(path).join(","),
        Value::Null => String::new(),
        other => other.to_string(),
    })
}

#[expect(clippy::expect_used, reason = "the table is part of the program; reading it is tested")]
fn table() -> &'static [Told] {
    static TABLE: LazyLock<Vec<Told>> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../../data/mattermost-client-config.json")).expect("a table of keys")
    });
    &TABLE
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use std::collections::BTreeMap;

    use serde_json::json;

    use super::{Source, client_config, table};
    use crate::mattermost_config::{Catalogue, effective};
    use crate::version::Version;

    const MEASURED: Version = Version::new(5, 36, 1);

    #[test]
    fn the_table_is_in_order_and_names_settings_that_exist() {
        assert!(table().windows(2).all(|pair| pair[0].key < pair[1].key));
        let catalogue = Catalogue::of(MEASURED);
        for told in table() {
            if let Source::Setting(path) = &told.source {
                let setting = catalogue.setting(path).unwrap_or_else(|| panic!("{path}"));
                // Keys of services that the client itself calls.
                let of_services = ["GfycatApiKey", "GfycatApiSecret", "GoogleDeveloperKey"];
                assert!(!setting.is_secret() || of_services.contains(&told.key.as_str()), "{path} is a secret");
            }
        }
    }

    #[test]
    fn clients_with_a_session_are_told_more() {
        let settings = effective(MEASURED, &BTreeMap::new(), None).unwrap();
        let (none, session) = (client_config(&settings, false), client_config(&settings, true));
        assert_eq!((none.len(), session.len()), (78, 180));
        assert!(none.iter().all(|(key, value)| session.get(key) == Some(value)));
        assert_eq!(none["EnableSignUpWithEmail"], "true");
        assert_eq!(none.get("SiteURL"), None);
        assert_eq!(session["IsDefaultMarketplace"], "true");
    }

    #[test]
    fn settings_are_told_as_texts() {
        let file = json!({
            "ServiceSettings": { "SiteURL": "http://chat.example.com/", "ExperimentalGroupUnreadChannels": "default_on" },
            "DisplaySettings": { "CustomUrlSchemes": ["steam", "irc"] },
            "PasswordSettings": { "MinimumLength": 7, "Symbol": false },
            "PluginSettings": { "MarketplaceUrl": "http://plugins.example.com" },
        });
        let settings = effective(MEASURED, &BTreeMap::new(), Some(&file)).unwrap();
        let told = client_config(&settings, true);
        for (key, value) in [
            ("SiteURL", "http://chat.example.com"),
            ("CustomUrlSchemes", "steam,irc"),
            ("PasswordMinimumLength", "7"),
            ("PasswordRequireSymbol", "false"),
            ("IsDefaultMarketplace", "false"),
            ("ExperimentalChannelOrganization", "true"),
        ] {
            assert_eq!(told[key], value, "{key}");
        }
    }

    #[test]
    fn an_older_server_does_not_tell_of_settings_it_lacks() {
        let settings = effective(Version::new(5, 0, 0), &BTreeMap::new(), None).unwrap();
        let told = client_config(&settings, true);
        assert_eq!(told.get("FeatureFlagTestFeature"), None);
        assert!(told.contains_key("SiteName"));
        assert_eq!(told.get("IsDefaultMarketplace"), None);
    }
}
