//! What no plan can be made without.

/// Why no plan can be made.
///
/// # Shape
/// Displayed, one sentence that names the setting and says what to write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} cannot be known without running Ruby; write it out in gitlab.rb")]
pub struct Undecided {
    /// What is not known.
    pub what: &'static str,
}

/// The value, if it is known.
pub(super) fn known<'a>(value: Option<&'a String>, what: &'static str) -> Result<&'a str, Undecided> {
    value.map(String::as_str).ok_or(Undecided { what })
}
