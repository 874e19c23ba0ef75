//! What the page tells, and how its sections write a time.

use std::time::Duration;

use crate::event::{Footer, Header, ScenarioResult};
use crate::report::Comparison;

/// All that the page tells.
pub(super) struct Told<'a> {
    pub(super) header: &'a Header,
    pub(super) records: &'a [ScenarioResult],
    pub(super) footer: &'a Footer,
    pub(super) comparison: Option<Comparison>,
}

/// A duration as the page writes it: `1.2 s`.
pub(super) fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
