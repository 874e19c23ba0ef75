//! What an image is called.

use std::fmt;

/// Where and as what an image lies in the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageName {
    /// `mattermost-lab/…`.
    pub repository: String,
    /// Hash of what it is made from.
    pub tag: String,
}

impl fmt::Display for ImageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.repository, self.tag)
    }
}
