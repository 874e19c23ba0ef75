//! What every answer of the dashboard is made of.

use std::sync::Arc;

use crate::lab::Lab;

/// What every answer is made of.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    /// What is watched.
    pub lab: Arc<Lab>,
    /// The beginning of every path, with a slash at its end.
    pub base: Arc<str>,
}
