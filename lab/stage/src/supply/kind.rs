//! How something is looked for, and what comes of it.

use std::fmt;

/// How much is done about something that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// It is only looked whether it could be made.
    Look,
    /// It is made, if it can be.
    Make,
}

/// Something that is there, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Supply {
    /// It is there, and what it is.
    AtHand(String),
    /// The first run that needs it makes it, and how.
    ToBeMade(String),
}

/// Something that is neither there nor to be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Lack {
    /// What is missing and why.
    pub cause: String,
    /// What brings it.
    pub mend: String,
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.cause, self.mend)
    }
}
