//! Links within the page.

use maud::{Markup, html};

use crate::scenario::Heading;

/// A link that opens the scenario.
pub(super) fn scenario_link(heading: &Heading) -> Markup {
    html! { a href={ "#" (scenario_anchor(&heading.id)) } { (heading.name) } " " small { code { (heading.id) } } }
}

/// Where the scenario stands in the page.
pub(super) fn scenario_anchor(id: &str) -> String {
    format!("scenario-{id}")
}

/// Where the claim stands in the page.
pub(super) fn claim_anchor(id: &str) -> String {
    format!("claim-{id}")
}
