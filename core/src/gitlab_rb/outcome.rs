//! How the evaluation of an expression ends: with a value, or with the reason why it does not go on.

use super::failure::{Failure, Kind};
use super::{Span, Value};

/// Why an evaluation did not go on to the next expression.
#[derive(Debug)]
pub(super) enum Stop {
    Failed(Box<Failure>),
    Next(Value),
    Break(Value),
    Return(Value),
    /// A jump out of a block that a method of the file calls back: to the end of the call that the block stands at, or of
    /// the method that it stands in.
    Leave(Target, Value),
}

/// Where a jump out of a block leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The end of the call at this place.
    Call(Span),
    /// The end of the run of a method that has this number; the file itself has none.
    Method(Option<usize>),
}

pub(super) type Outcome<T = Value> = Result<T, Stop>;

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(Box::new(failure))
    }
}

/// What Ruby would raise.
pub(super) fn raised<T>(kind: Kind, span: Span, message: impl Into<String>) -> Outcome<T> {
    Err(Failure::new(kind, span, message).into())
}
