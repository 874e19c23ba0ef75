//! An authorization request that was tried out.

/// What a trial came to, step by step.
#[derive(Debug, Default)]
pub(crate) struct Trial {
    /// What was asked for.
    pub request: String,
    /// Each step and what was answered.
    pub steps: Vec<(&'static str, String)>,
}
