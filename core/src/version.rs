//! Versions of GitLab and Mattermost as people write them: `14.7`, `14.7.3`, `v6.2.1`, `18.11.0-ee.0`.
//!
//! Not here: which version ships with which; that is `upgrade::releases`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A release number of GitLab or Mattermost.
///
/// # Shape
/// `MAJOR.MINOR[.PATCH]`, with an optional leading `v` and an optional edition or build suffix that is not kept
/// (`14.7.0-ee.0`, `14.7.0+ce.0`). Accepted: `14.7`. Rejected: `14`, `14.x`.
///
/// ```
/// use gitlab_mattermost_core::version::Version;
///
/// assert_eq!("v14.7.0-ee.0".parse(), Ok(Version::new(14, 7, 0)));
/// assert!("14".parse::<Version>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version {
    /// First number: `14` of `14.7.3`.
    pub major: u32,
    /// Second number: `7` of `14.7.3`.
    pub minor: u32,
    /// Third number, 0 where none was written.
    pub patch: u32,
}

/// The GitLab of the document, which is assumed where none is given.
pub const DOCUMENTED: Version = Version::new(14, 7, 0);

/// [`DOCUMENTED`] as it is written where it is a default: the minor alone.
pub const DOCUMENTED_MINOR: &str = "14.7";

/// Text that is no [`Version`].
///
/// # Shape
/// Displayed, one sentence that repeats the text and says what to write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a version; write `MAJOR.MINOR` or `MAJOR.MINOR.PATCH`, for example `14.7` or `14.7.3`")]
pub struct InvalidVersion {
    /// What was given.
    pub text: String,
}

impl Version {
    /// A version from its three numbers.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }

    /// The version without its patch number, as `(major, minor)`.
    pub const fn minor_line(self) -> (u32, u32) {
        (self.major, self.minor)
    }
}

impl FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let invalid = || InvalidVersion { text: text.to_owned() };
        let number = |part: &str| {
            let digits = !part.is_empty() && part.len() <= 6 && part.bytes().all(|b| b.is_ascii_digit());
            if digits { part.parse::<u32>().map_err(|_| invalid()) } else { Err(invalid()) }
        };
        let bare = text.trim();
        let bare = bare.strip_prefix('v').unwrap_or(bare);
        let bare = bare.split(['-', '+']).next().unwrap_or(bare);
        let mut parts = bare.split('.');
        let (Some(major), Some(minor)) = (parts.next(), parts.next()) else { return Err(invalid()) };
        let patch = parts.next().map_or(Ok(0), number)?;
        if parts.next().is_some() {
            return Err(invalid());
        }
        Ok(Self { major: number(major)?, minor: number(minor)?, patch })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl TryFrom<String> for Version {
    type Error = InvalidVersion;

    fn try_from(text: String) -> Result<Self, InvalidVersion> {
        text.parse()
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{DOCUMENTED, DOCUMENTED_MINOR, Version};

    #[test]
    fn reads_what_people_write() {
        for (text, expected) in [
            ("14.7", Version::new(14, 7, 0)),
            ("14.7.3", Version::new(14, 7, 3)),
            ("v6.2.1", Version::new(6, 2, 1)),
            ("18.11.0-ee.0", Version::new(18, 11, 0)),
            ("11.0.0+ce.0", Version::new(11, 0, 0)),
        ] {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn the_documented_minor_is_that_of_the_documented_release() {
        assert_eq!(DOCUMENTED_MINOR.parse(), Ok(DOCUMENTED));
    }

    #[test]
    fn refuses_what_is_no_version_and_names_it() {
        for text in ["", "14", "14.x", "14.7.3.1", "latest", "14.-7", "14.99999999999"] {
            let error = text.parse::<Version>().map_err(|e| e.to_string());
            assert!(error.as_ref().is_err_and(|e| e.starts_with(&format!("`{text}` is not a version"))), "{error:?}");
        }
    }

    #[test]
    fn a_two_digit_minor_is_later_than_a_one_digit_one() {
        assert!(Version::new(14, 10, 0) > Version::new(14, 9, 5));
    }
}
