//! What the document says about the old settings: its rule, its exceptions, its example; and how accurate each is.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::setting::legacy_settings;

/// One row of the document's table of exceptions.
///
/// # Shape
/// A JSON object with these fields. Unknown fields are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExceptionRow {
    /// The key of the setting, as the document spells it.
    pub key: String,
    /// The variable that the document gives for it.
    pub variable: String,
}

/// One line of the document's example.
///
/// # Shape
/// A JSON object with these fields. Unknown fields are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleRow {
    /// The key of the setting.
    pub key: String,
    /// The value, as Ruby.
    pub literal: String,
    /// The variable that the document translates it to.
    pub variable: String,
    /// The text that the document gives the variable.
    pub text: String,
}

/// Whether a name of the document works.
///
/// # Shape
/// A JSON object whose `verdict` is `right` or `wrong`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "lowercase")]
pub enum Accuracy {
    /// Key and variable are right.
    Right,
    /// They are not.
    Wrong {
        /// The key that GitLab 10.8 reads, if it is another one.
        key: Option<&'static str>,
        /// The variable that Mattermost reads; `None` if there is nothing to set.
        variable: Option<&'static str>,
        /// The number of the erratum, where one speaks of it.
        erratum: Option<u8>,
    },
}

/// The document's section "Upgrading GitLab Mattermost from versions prior to 11.0".
///
/// # Shape
/// `core/data/documented-translation.json`. Unknown fields are refused.
///
/// ```
/// use gitlab_mattermost_core::legacy::{Accuracy, documented};
///
/// let (key, documented) = ("log_console_enable", documented());
/// let variable = documented.variable(key).expect("a variable");
/// assert!(documented.lists(key) && documented.accuracy(key, &variable) == Accuracy::Right);
/// assert!(matches!(documented.accuracy(key, "MM_LOGSETTINGS_CONSOLEENABLE"), Accuracy::Wrong { .. }));
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Documented {
    /// The table of exceptions from the rule, in the document's order.
    pub exceptions: Vec<ExceptionRow>,
    /// The example, in the document's order.
    pub example: Vec<ExampleRow>,
    errata: BTreeMap<String, u8>,
}

impl Documented {
    /// The document's rule: `MM_<CATEGORY>SETTINGS_<ATTRIBUTE>`, the category being the first word of the key.
    ///
    /// `None` for keys of one word, of which the rule says nothing.
    ///
    /// ```
    /// use gitlab_mattermost_core::legacy::Documented;
    /// assert_eq!(Documented::rule("sql_max_idle_conns").as_deref(), Some("MM_SQLSETTINGS_MAXIDLECONNS"));
    /// ```
    pub fn rule(key: &str) -> Option<String> {
        let (category, attribute) = key.split_once('_')?;
        Some(format!("MM_{}SETTINGS_{}", category, attribute.replace('_', "")).to_uppercase())
    }

    /// The variable that somebody following the document sets for `key`.
    ///
    /// DIFFERENCE: for the batching interval example and table contradict each other (erratum 5). The example, being a
    /// finished translation, is what people copy, so it counts as the document's word; the table is right.
    pub fn variable(&self, key: &str) -> Option<String> {
        let example = self.example.iter().find(|row| row.key == key).map(|row| row.variable.clone());
        let table = || self.exceptions.iter().find(|row| row.key == key).map(|row| row.variable.clone());
        example.or_else(table).or_else(|| Self::rule(key))
    }

    /// Whether `key` is in the table of exceptions.
    pub fn lists(&self, key: &str) -> bool {
        self.exceptions.iter().any(|row| row.key == key)
    }

    /// The number of the erratum that speaks of `key`.
    pub fn erratum(&self, key: &str) -> Option<u8> {
        self.errata.get(key).copied()
    }

    /// Whether `variable` is what works for `key`, and if not, what does.
    pub fn accuracy(&self, key: &str, variable: &str) -> Accuracy {
        let settings = legacy_settings();
        let real = settings.get(key).or_else(|| misspelt(key));
        let working = real.and_then(|setting| setting.variable());
        if working == Some(variable) && settings.contains_key(key) {
            return Accuracy::Right;
        }
        let real_key = real.map(|setting| setting.key()).filter(|real| *real != key);
        Accuracy::Wrong { key: real_key, variable: working, erratum: self.erratum(key) }
    }
}

/// The setting of which `key` differs by underscores alone.
fn misspelt(key: &str) -> Option<&'static super::LegacySetting> {
    let bare = key.replace('_', "");
    legacy_settings().values().find(|setting| setting.key().replace('_', "") == bare)
}

/// What the document says.
pub fn documented() -> &'static Documented {
    static DOCUMENTED: LazyLock<Documented> = LazyLock::new(read);
    &DOCUMENTED
}

#[expect(clippy::expect_used, reason = "the data is part of the program; reading it is tested")]
fn read() -> Documented {
    serde_json::from_str(include_str!("../../data/documented-translation.json")).expect("the document's translation")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::legacy::MATTERMOST_OF_11_0;
    use crate::mattermost_config::Catalogue;

    fn wrong(key: Option<&'static str>, variable: &'static str, erratum: u8) -> Accuracy {
        Accuracy::Wrong { key, variable: Some(variable), erratum: Some(erratum) }
    }

    #[test]
    fn of_the_sixteen_exceptions_ten_are_right() {
        let document = documented();
        let rows: Vec<(&str, Accuracy)> = document
            .exceptions
            .iter()
            .map(|row| (row.key.as_str(), document.accuracy(&row.key, &row.variable)))
            .collect();
        assert_eq!(rows.len(), 16);
        let wrongs: BTreeMap<&str, Accuracy> = rows.into_iter().filter(|(_, v)| *v != Accuracy::Right).collect();
        let expected = [
            ("email_notification_content_type", wrong(None, "MM_EMAILSETTINGS_EMAILNOTIFICATIONCONTENTSTYPE", 1)),
            (
                "ratelimit_enable_ratelimiter",
                wrong(Some("ratelimit_enable_rate_limiter"), "MM_RATELIMITSETTINGS_ENABLE", 4),
            ),
            ("webrtc_gateway_stun_uri", wrong(None, "MM_WEBRTCSETTINGS_STUNURI", 2)),
            (
                "webrtc_gateway_turn_sharedkey",
                wrong(Some("webrtc_gateway_turn_shared_key"), "MM_WEBRTCSETTINGS_TURNSHAREDKEY", 3),
            ),
            ("webrtc_gateway_turn_uri", wrong(None, "MM_WEBRTCSETTINGS_TURNURI", 2)),
            ("webrtc_gateway_turn_username", wrong(None, "MM_WEBRTCSETTINGS_TURNUSERNAME", 2)),
        ];
        assert_eq!(wrongs, BTreeMap::from(expected));
    }

    #[test]
    fn of_the_example_only_the_batching_interval_is_wrong() {
        let document = documented();
        assert_eq!(document.example.len(), 11);
        for row in &document.example {
            let expected = match row.key.as_str() {
                "email_batching_interval" => wrong(None, "MM_EMAILSETTINGS_EMAILBATCHINGINTERVAL", 5),
                _ => Accuracy::Right,
            };
            assert_eq!(document.accuracy(&row.key, &row.variable), expected, "{}", row.key);
        }
    }

    #[test]
    fn the_old_settings_fall_into_the_counted_classes() {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (key, setting) in legacy_settings() {
            let landing = setting.path().map(|path| format!("MM_{}", path.replace('.', "_").to_uppercase()));
            let listed = documented().exceptions.iter().find(|row| row.key == *key);
            let class = match (landing, listed) {
                (None, _) => "no target",
                (Some(_), Some(row)) if setting.variable() == Some(&row.variable) => "documented exception, right",
                (Some(_), Some(_)) => "documented exception, wrong",
                (Some(landing), None) if Documented::rule(key).as_ref() == Some(&landing) => "rule holds",
                // The document's other exception, given as text.
                (Some(landing), None) if landing == "MM_SERVICESETTINGS_LISTENADDRESS" => "documented exception, right",
                (Some(_), None) => "undocumented exception",
            };
            *counts.entry(class).or_default() += 1;
        }
        let expected = [
            ("documented exception, right", 12),
            ("documented exception, wrong", 4),
            ("no target", 16),
            ("rule holds", 142),
            ("undocumented exception", 7),
        ];
        assert_eq!(counts, BTreeMap::from(expected));
    }

    #[test]
    fn every_variable_is_one_that_mattermost_of_11_0_reads_and_belongs_to_one_setting() {
        let catalogue = Catalogue::of(MATTERMOST_OF_11_0);
        let mut owners: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for setting in legacy_settings().values() {
            let Some(variable) = setting.variable() else { continue };
            assert!(catalogue.setting_of_variable(variable).is_some(), "{}: {variable}", setting.key());
            owners.entry(variable).or_default().push(setting.key());
        }
        owners.retain(|_, keys| keys.len() > 1);
        let shared = ("MM_SERVICESETTINGS_LISTENADDRESS", vec!["service_address", "service_port"]);
        assert_eq!(owners, BTreeMap::from([shared]));
    }
}
