//! What a server tells its clients of its settings: `GET /api/v4/config/client?format=old`.
//!
//! Not here: what only the running server knows, as its build, its identity and whether it has accounts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use super::Effective;
use crate::version::Version;

/// A key that clients are told.
#[derive(Debug, Deserialize)]
struct Told {
    key: String,
    /// The first version that tells it, where its setting does not decide that.
    #[serde(default)]
    since: Option<Version>,
    /// The first version that no longer does.
    #[serde(default)]
    before: Option<Version>,
    /// Whether only clients with a session are told.
    #[serde(default)]
    signed_in: bool,
    /// The first version in which others are told, too.
    #[serde(default)]
    signed_in_before: Option<Version>,
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

impl Told {
    fn is_told(&self, version: Version, signed_in: bool) -> bool {
        let exists = self.since.is_none_or(|since| since <= version) && self.before.is_none_or(|it| version < it);
        let to_session_alone = self.signed_in || self.signed_in_before.is_some_and(|it| version < it);
        exists && (signed_in || !to_session_alone)
    }
}

/// The section of the flags of features, all of which are told.
const FLAGS: &str = "FeatureFlags.";

/// Every key and value that `settings` decide, for clients with a session or without. All values are texts.
///
/// # Source
/// Measured on 5.36.1, 5.39.3, 6.1.0 and 6.2.1, team edition without a licence: 86 to 98 keys without a session, 189 to 197
/// with one; 8 and 9 of them are the server's own to tell. A key whose setting another version lacks is left out there.
///
/// ```
/// use gitlab_mattermost_core::mattermost_config::{client_config, effective};
///
/// let running = effective("5.36.1".parse()?, &Default::default(), None)?;
/// assert_eq!(client_config(&running, false)["SiteName"], "Mattermost");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn client_config(settings: &Effective, signed_in: bool) -> BTreeMap<String, String> {
    let version = settings.catalogue().version();
    let told = table().iter().filter(|told| told.is_told(version, signed_in));
    let mut config: BTreeMap<String, String> =
        told.filter_map(|told| Some((told.key.clone(), value(settings, &told.source)?))).collect();
    let flags = settings.catalogue().settings().filter_map(|setting| setting.path().strip_prefix(FLAGS));
    config.extend(flags.map(|flag| (format!("FeatureFlag{flag}"), text(settings, &format!("{FLAGS}{flag}")))));
    if signed_in {
        let path = "PluginSettings.MarketplaceUrl";
        let catalogue = settings.catalogue();
        if let Some(marketplace) = catalogue.setting(path) {
            let is_default = settings.get(path) == marketplace.default_in(catalogue.version());
            config.insert("IsDefaultMarketplace".to_owned(), is_default.to_string());
        }
        // Another experiment switches this one on.
        let organizes = config.get_mut("ExperimentalChannelOrganization");
        if let Some(organizes) = organizes
            && settings.text("ServiceSettings.ExperimentalGroupUnreadChannels") != "disabled"
        {
            "true".clone_into(organizes);
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
    Some(text(settings, path))
}

fn text(settings: &Effective, path: &str) -> String {
    match settings.get(path) {
        // Addresses are told without a slash at their end.
        Value::String(text) if matches!(path, "ServiceSettings.SiteURL" | "ServiceSettings.WebsocketURL") => {
            text.trim_end_matches('/').to_owned()
        }
        Value::String(text) => text.clone(),
        Value::Array(_) => settings.list(path).join(","),
        Value::Null => String::new(),
        other => other.to_string(),
    }
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
        for told in table() {
            if let Source::Setting(path) = &told.source {
                let found = ["5.36.1", "6.1.0", "6.7.0"].map(|it| Catalogue::of(it.parse().unwrap()).setting(path));
                let setting = found.into_iter().flatten().next().unwrap_or_else(|| panic!("{path}"));
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
    fn each_version_tells_the_keys_that_a_real_one_told() {
        // What the running server alone knows.
        let own = ["AsymmetricSigningPublicKey", "BuildDate", "BuildHash", "BuildNumber", "DiagnosticId"];
        let own = own.into_iter().chain(["InstallationDate", "NoAccounts", "TelemetryId", "Version"]);
        let own: Vec<&str> = own.collect();
        let measured: BTreeMap<String, BTreeMap<String, Vec<String>>> =
            serde_json::from_str(include_str!("../../tests/data/mattermost-client-config-keys.json")).unwrap();
        assert_eq!(measured.len(), 4);
        for (version, told) in measured {
            let settings = effective(version.parse().unwrap(), &BTreeMap::new(), None).unwrap();
            for (whom, expected) in told {
                let found: Vec<String> = client_config(&settings, whom == "signed_in").into_keys().collect();
                let expected: Vec<String> = expected.into_iter().filter(|key| !own.contains(&key.as_str())).collect();
                assert_eq!(found, expected, "{version}, {whom}");
            }
        }
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
