//! A minor release with all of its patches: `14.7`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::version::{InvalidVersion, Version};

/// A minor release of GitLab or Mattermost with all of its patches.
///
/// # Shape
/// `MAJOR.MINOR`. Accepted: `14.7`. Rejected: `14`, `14.7.3`.
///
/// ```
/// use gitlab_mattermost_core::releases::Line;
///
/// assert_eq!("14.7".parse(), Ok(Line::new(14, 7)));
/// assert_eq!(Line::of("14.7.3".parse()?), Line::new(14, 7));
/// assert!("14.7.3".parse::<Line>().is_err());
/// # Ok::<(), gitlab_mattermost_core::version::InvalidVersion>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Line {
    /// First number: `14` of `14.7`.
    pub major: u32,
    /// Second number: `7` of `14.7`.
    pub minor: u32,
}

impl Line {
    /// A line from its two numbers.
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }

    /// The line that `version` belongs to.
    pub const fn of(version: Version) -> Self {
        Self { major: version.major, minor: version.minor }
    }

    /// The line's first version.
    pub const fn first(self) -> Version {
        Version::new(self.major, self.minor, 0)
    }
}

impl FromStr for Line {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let version: Version = text.parse()?;
        let line = Self::of(version);
        if line.to_string() == text { Ok(line) } else { Err(InvalidVersion { text: text.to_owned() }) }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl TryFrom<String> for Line {
    type Error = InvalidVersion;

    fn try_from(text: String) -> Result<Self, InvalidVersion> {
        text.parse()
    }
}

impl From<Line> for String {
    fn from(line: Line) -> Self {
        line.to_string()
    }
}
