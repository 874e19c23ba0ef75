//! What changed since an earlier run.

use maud::{Markup, html};

use crate::report::{Comparison, Verdict};

pub(super) fn section(comparison: &Comparison) -> Markup {
    html! {
        section id="comparison" {
            h2 { "Since the earlier run" }
            p {
                (comparison.count(Verdict::Worse)) " worse, "
                (comparison.count(Verdict::Better)) " better, "
                (comparison.count(Verdict::New)) " new, "
                (comparison.unchanged) " as before"
            }
            @if !comparison.changes.is_empty() {
                table.changes {
                    thead { tr { th { "scenario" } th { "before" } th { "now" } } }
                    tbody {
                        @for change in &comparison.changes {
                            tr class=(class(change.verdict)) {
                                td { code { (change.id) } }
                                td { (change.before.as_deref().unwrap_or("–")) }
                                td { (change.after.as_deref().unwrap_or("gone")) }
                            }
                        }
                    }
                }
            }
        }
    }
}

const fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Worse => "bad",
        Verdict::Better => "good",
        Verdict::New => "open",
    }
}
