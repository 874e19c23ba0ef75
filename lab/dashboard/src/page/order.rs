//! What the page has for giving orders: buttons, and the names in what they send.

use gitlab_double::Fault;
use maud::{Markup, html};

/// The name of a fault in orders.
pub(crate) fn fault_name(fault: Fault) -> String {
    let name = serde_json::to_value(fault).ok();
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A button that gives an order with these fields.
pub(super) fn button(order: &str, fields: &[(&str, &str)], words: &str) -> Markup {
    html! {
        form.order method="post" action=(order) {
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button { (words) }
        }
    }
}
