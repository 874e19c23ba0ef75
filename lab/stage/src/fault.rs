//! Wrong on purpose: mistakes that the built-in parts can be told to make.
//!
//! A check is worth what it can catch. Not here: how a part makes its mistakes; the core does, where the rule stands that a
//! fault breaks.

use std::fmt;
use std::str::FromStr;

use gitlab_mattermost_core::gitlab;
use gitlab_mattermost_core::mattermost;
use serde::de::value::{Error as NoName, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};

/// A mistake of one of the parts.
///
/// # Shape
/// `PART:NAME`, for example `gitlab:any-redirect-uri` or `mattermost:state-ignored`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// One of the mock GitLab.
    GitLab(gitlab::Fault),
    /// One of the stand-in Mattermost.
    Mattermost(mattermost::Fault),
}

/// A fault that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no fault is called `{given}`")]
pub struct UnknownFault {
    /// What was given.
    pub given: String,
}

impl Fault {
    /// Every fault of every part.
    pub fn all() -> impl Iterator<Item = Self> {
        let gitlab = gitlab::Fault::ALL.into_iter().map(Self::GitLab);
        gitlab.chain(mattermost::Fault::ALL.into_iter().map(Self::Mattermost))
    }

    /// The faults of GitLab among `faults`.
    pub fn of_gitlab(faults: &[Self]) -> Vec<gitlab::Fault> {
        let of_gitlab = |fault: &Self| match fault {
            Self::GitLab(fault) => Some(*fault),
            Self::Mattermost(_) => None,
        };
        faults.iter().filter_map(of_gitlab).collect()
    }

    /// The faults of Mattermost among `faults`.
    pub fn of_mattermost(faults: &[Self]) -> Vec<mattermost::Fault> {
        let of_mattermost = |fault: &Self| match fault {
            Self::Mattermost(fault) => Some(*fault),
            Self::GitLab(_) => None,
        };
        faults.iter().filter_map(of_mattermost).collect()
    }

    /// What goes wrong, in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::GitLab(fault) => fault.sentence(),
            Self::Mattermost(fault) => fault.sentence(),
        }
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        match text.split_once(':') {
            Some(("gitlab", name)) => by_name(name).map(Self::GitLab),
            Some(("mattermost", name)) => by_name(name).map(Self::Mattermost),
            _ => Err(UnknownFault { given: text.to_owned() }),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GitLab(fault) => write!(f, "gitlab:{}", name(fault)),
            Self::Mattermost(fault) => write!(f, "mattermost:{}", name(fault)),
        }
    }
}

/// The fault of one part with this name.
///
/// # Errors
/// [`UnknownFault`], if the part has none of that name.
pub fn by_name<F: DeserializeOwned>(name: &str) -> Result<F, UnknownFault> {
    let text: StrDeserializer<'_, NoName> = name.into_deserializer();
    F::deserialize(text).map_err(|_| UnknownFault { given: name.to_owned() })
}

/// The name of a fault of one part, as [`by_name`] takes it.
pub fn name(fault: &impl serde::Serialize) -> String {
    let name = serde_json::to_value(fault).ok();
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Fault;

    #[test]
    fn names_read_back_as_they_are_printed() {
        for fault in Fault::all() {
            assert_eq!(fault.to_string().parse(), Ok(fault));
        }
        for text in ["gitlab:", "gitlab:no-such", "state-ignored", "mattermost:any-redirect-uri"] {
            assert!(text.parse::<Fault>().is_err(), "{text}");
        }
    }
}
