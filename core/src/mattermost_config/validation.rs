//! The rules that the merged settings must keep, or the server does not start.
//!
//! Not checked, since they need more than the configuration: whether certificate files exist, whether an export starts
//! in the future, and whether an LDAP filter compiles.

mod address;
mod check;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use super::StartRefused;
use super::catalogue::Catalogue;
use super::values::Values;
use crate::version::Version;

use check::Check;

/// From this version on the server reports the key of a message, before that its English text.
const REPORTS_KEYS: Version = Version::new(5, 10, 0);

/// One rule, as it lies in `core/data`. It holds for the versions that have its setting, unless it says less.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    message: String,
    #[serde(default)]
    before_5_10: Option<String>,
    path: String,
    must: Check,
    #[serde(default)]
    unless_empty: bool,
    #[serde(default)]
    when: BTreeMap<String, Value>,
    #[serde(default)]
    since: Option<Version>,
    #[serde(default)]
    until: Option<Version>,
}

/// Checks `values` in the server's order.
///
/// # Errors
/// [`StartRefused::Invalid`] with the first rule that is broken.
pub(super) fn validate(catalogue: &Catalogue, values: &Values) -> Result<(), StartRefused> {
    let version = catalogue.version();
    match rules().iter().find(|rule| rule.holds_in(version) && rule.is_broken_by(values)) {
        None => Ok(()),
        Some(rule) => {
            Err(StartRefused::Invalid { path: rule.path.clone(), message: rule.message_in(version).to_owned() })
        }
    }
}

impl Rule {
    fn holds_in(&self, version: Version) -> bool {
        self.since.is_none_or(|since| version >= since)
            && self.until.is_none_or(|until| version.minor_line() <= until.minor_line())
    }

    fn is_broken_by(&self, values: &Values) -> bool {
        let Some(value) = values.get(self.path.as_str()).filter(|value| !value.is_null()) else { return false };
        let concerned = self.when.iter().all(|(path, wanted)| values.get(path.as_str()) == Some(wanted));
        let excused = self.unless_empty && value.as_str() == Some("");
        concerned && !excused && !self.must.is_met(value, values)
    }

    /// The server's message. Only two of the English texts are known; elsewhere the key stands for the text.
    fn message_in(&self, version: Version) -> &str {
        self.before_5_10.as_deref().filter(|_| version < REPORTS_KEYS).unwrap_or(&self.message)
    }
}

fn rules() -> &'static [Rule] {
    static RULES: LazyLock<Vec<Rule>> = LazyLock::new(read);
    &RULES
}

#[expect(clippy::expect_used, reason = "the table is part of the program; reading it is tested")]
fn read() -> Vec<Rule> {
    serde_json::from_str(include_str!("../../data/mattermost-validation.json")).expect("a table of rules")
}
