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
