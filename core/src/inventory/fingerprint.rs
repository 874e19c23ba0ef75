//! Secrets in an inventory: whether there is one, how long it roughly is, and, with a key, a fingerprint.
//!
//! A plain hash of a short secret can be guessed, so a fingerprint needs a key that only the person who compares has.

use std::fmt;

use crate::hexadecimal;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// The least length of a key in bytes: 32 hexadecimal digits are still 128 random bits.
const LEAST: usize = 32;

/// How many hexadecimal digits of a fingerprint are kept.
const DIGITS: usize = 32;

/// What an inventory reveals of a secret.
///
/// # Shape
/// In JSON `{"length": "16-31", "fingerprint": …}`; both are left out where there is none.
///
/// ```
/// use gitlab_mattermost_core::inventory::{FingerprintKey, Length, Secret};
///
/// let key = FingerprintKey::new(&[200; 32])?;
/// let secret = Secret::mask(Some(&key), "GitLabSettings.Secret", "0123456789abcdef");
/// assert_eq!(secret.length, Some(Length::Medium));
/// assert_ne!(secret, Secret::mask(Some(&key), "EmailSettings.SMTPPassword", "0123456789abcdef"));
/// assert!(!Secret::mask(Some(&key), "GitLabSettings.Secret", "").is_set());
/// # Ok::<(), gitlab_mattermost_core::inventory::WeakKey>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// Its length, in classes; absent if it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<Length>,
    /// HMAC-SHA-256 of place and value; absent without a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

impl Secret {
    /// Masks `value`, found at `place`. Equal secrets at different places get different fingerprints.
    pub fn mask(key: Option<&FingerprintKey>, place: &str, value: &str) -> Self {
        let fingerprint = key.filter(|_| !value.is_empty()).map(|key| key.digest(&["value", place, value]));
        Self { length: Length::of(value), fingerprint }
    }

    /// Whether there is one.
    pub fn is_set(&self) -> bool {
        self.length.is_some()
    }
}

/// Roughly how long a text is, in bytes.
///
/// # Shape
/// In JSON `1-15`, `16-31`, `32-63` or `64-`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Length {
    /// 1 to 15.
    #[serde(rename = "1-15")]
    Short,
    /// 16 to 31.
    #[serde(rename = "16-31")]
    Medium,
    /// 32 to 63.
    #[serde(rename = "32-63")]
    Long,
    /// 64 and more.
    #[serde(rename = "64-")]
    VeryLong,
}

impl Length {
    fn of(value: &str) -> Option<Self> {
        match value.len() {
            0 => None,
            1..16 => Some(Self::Short),
            16..32 => Some(Self::Medium),
            32..64 => Some(Self::Long),
            _ => Some(Self::VeryLong),
        }
    }
}

/// The key of fingerprints. Never printed.
///
/// # Shape
/// At least 32 bytes. `Debug` prints none of them.
///
/// ```
/// use gitlab_mattermost_core::inventory::{FingerprintKey, WeakKey};
///
/// assert_eq!(FingerprintKey::new(b"hunter2\n").err(), Some(WeakKey { length: 7 }));
/// let [one, other] = [[1; 32], [2; 32]].map(|bytes| FingerprintKey::new(&bytes).expect("a key of 32 bytes"));
/// assert_ne!(one.id(), other.id());
/// ```
#[derive(Clone)]
pub struct FingerprintKey(Vec<u8>);

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey(redacted)")
    }
}

/// A key that could be guessed, and with it the secrets.
///
/// # Shape
/// Displayed, one sentence with the length and a command that makes a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the key has {length} bytes; it needs at least {LEAST} random ones, such as `openssl rand 32` makes")]
pub struct WeakKey {
    /// Its length in bytes.
    pub length: usize,
}

impl FingerprintKey {
    /// A key from the content of its file: random bytes, every one of which counts, or a text, around which blanks and line
    /// breaks do not count.
    ///
    /// # Errors
    /// [`WeakKey`] if it is shorter than 32 bytes.
    pub fn new(content: &[u8]) -> Result<Self, WeakKey> {
        let is_text = content.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
        let key = if is_text { content.trim_ascii() } else { content };
        if key.len() < LEAST { Err(WeakKey { length: key.len() }) } else { Ok(Self(key.to_vec())) }
    }

    /// What tells this key from others and nothing of the key itself.
    pub fn id(&self) -> String {
        self.digest(&["key"])
    }

    fn digest(&self, parts: &[&str]) -> String {
        // A key of any length will do.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        let mut digits = hexadecimal::digits(&mac.finalize().into_bytes());
        digits.truncate(DIGITS);
        digits
    }
}
