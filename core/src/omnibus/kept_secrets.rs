//! The secrets that a reconfigure keeps for the next one.

/// The secrets of the `mattermost` section, by key; printed redacted.
///
/// # Shape
/// The JSON object of the section; `Debug` prints no value.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct KeptSecrets(pub serde_json::Map<String, serde_json::Value>);

impl std::fmt::Debug for KeptSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("KeptSecrets").field(&"redacted").finish()
    }
}
