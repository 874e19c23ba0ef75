//! What changed since an earlier run.

use maud::{Markup, html};

use crate::report::{ChangeKind, Comparison};

pub(super) fn section(comparison: &Comparison) -> Markup {
    html! {
        section id="comparison" {
            h2 { "Since the earlier run" }
            p {
                (comparison.count(ChangeKind::Worse)) " worse, "
                (comparison.count(ChangeKind::Better)) " better, "
                (comparison.count(ChangeKind::New)) " new, "
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

const fn class(verdict: ChangeKind) -> &'static str {
    match verdict {
        ChangeKind::Worse => "bad",
        ChangeKind::Better => "good",
        ChangeKind::New => "open",
    }
}
