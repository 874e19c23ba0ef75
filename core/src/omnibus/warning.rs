//! What a derivation notices although it stops nothing.

use serde::Serialize;

use crate::gitlab_rb::Span;

/// Something noticed.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// A stable word.
    pub code: &'static str,
    /// A sentence without its full stop.
    pub message: String,
    /// The place in the settings file.
    pub span: Option<Span>,
}
