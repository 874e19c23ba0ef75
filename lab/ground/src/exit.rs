//! Every exit code of the program.

use std::process::ExitCode;

/// How the program ends. Where several apply the one that ranks highest counts; they are never combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Everything was as expected: 0.
    AsExpected,
    /// Deviations, findings or failed scenarios: 1.
    Deviations,
    /// Nothing was selected, or nothing of it was played: 4.
    NothingSelected,
    /// Wrong usage or unreadable input: 2.
    Usage,
    /// A subject or the lab did not start: 3.
    NotStarted,
    /// What a real server in the place of a built-in one ends with; of `serve` alone.
    OfServer(u8),
    /// A bug of this program: 70.
    OurBug,
}

impl Exit {
    /// The number the operating system sees.
    pub const fn code(self) -> u8 {
        match self {
            Self::AsExpected => 0,
            Self::Deviations => 1,
            Self::Usage => 2,
            Self::NotStarted => 3,
            Self::NothingSelected => 4,
            Self::OfServer(code) => code,
            Self::OurBug => 70,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
