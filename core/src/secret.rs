//! Values that must never be printed.

use std::fmt;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// A password, client secret, code or token: prints as `[redacted]` and compares in constant time.
///
/// # Shape
/// Any text. In JSON the text itself; `Debug` prints `[redacted]`.
///
/// ```
/// use gitlab_mattermost_core::secret::Secret;
///
/// let secret = Secret::new("correct horse");
/// assert_eq!(format!("{secret:?}"), "[redacted]");
/// assert!(secret.matches("correct horse"));
/// ```
///
/// It serializes as it is, for the places that hand secrets over on purpose; nothing that logs may serialize one.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps `value`.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the message that has to carry it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether `candidate` is the same value; takes the same time wherever the two differ.
    pub fn matches(&self, candidate: &str) -> bool {
        self.0.as_bytes().ct_eq(candidate.as_bytes()).into()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.matches(&other.0)
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn prints_nothing_of_its_value() {
        assert_eq!(format!("{:?}", Secret::new("correct horse")), "[redacted]");
    }

    #[test]
    fn differs_from_a_longer_and_from_a_shorter_value() {
        let secret = Secret::new("abc");
        assert!(secret.matches("abc") && !secret.matches("abcd") && !secret.matches("ab") && !secret.matches(""));
    }
}
