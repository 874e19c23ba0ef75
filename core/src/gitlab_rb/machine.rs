//! What an evaluation knows of the machine that runs the file.

use indexmap::IndexMap;

use super::{Surroundings, Value};

/// What is made of code that cannot be seen: `from_file`, `eval` and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unseen {
    /// It may set anything.
    SetsAnything,
    /// It is taken to set nothing.
    SetsNothing,
}

/// What an evaluation knows of the machine.
pub(super) struct Machine<'a> {
    pub(super) surroundings: &'a Surroundings,
    pub(super) unseen: Unseen,
    /// Variables of the environment that the file itself has set.
    pub(super) variables: IndexMap<String, Value>,
}

impl<'a> Machine<'a> {
    pub(super) fn of(surroundings: &'a Surroundings, unseen: Unseen) -> Self {
        Self { surroundings, unseen, variables: IndexMap::new() }
    }
}
