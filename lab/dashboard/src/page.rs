//! The page, as HTML. The part that changes is rendered apart, to be sent again.

mod exchange;
mod gitlab;
mod mattermost;

use gitlab_double::Fault;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::dashboard::Shared;
use crate::debugger::Trial;

/// The whole page, with what a trial of the debugger came to.
pub(crate) fn page(shared: &Shared, trial: Option<&Trial>) -> Markup {
    let standing = &shared.standing;
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                base href=(shared.base);
                title { "GitLab Mattermost Lab" }
                style { (PreEscaped(include_str!("page/style.css"))) }
                script src="live.js" defer {}
            }
            body {
                header { "GitLab Mattermost Lab" }
                nav {
                    @for part in ["people", "messages", "applications", "codes", "tokens", "faults", "clock", "debugger", "settings", "logs", "mail"] {
                        a href={ (shared.base) "#" (part) } { (part) } " "
                    }
                }
                main {
                    dl.places {
                        dt { "GitLab" } dd { a href=(standing.gitlab_url()) { (standing.gitlab_url()) } }
                        dt { "Mattermost" } dd { a href=(standing.mattermost_url()) { (standing.mattermost_url()) } }
                        @if let Some(command) = standing.session_command() { dt { "PostgreSQL" } dd { code { (command) } } }
                        @if let Some(proxy) = standing.proxy() { dt { "proxy for the browser" } dd { code { (proxy) } } }
                    }
                    (gitlab::people(standing))
                    div #live { (live(shared)) }
                    (gitlab::faults(standing))
                    (gitlab::debugger(standing, trial))
                    (mattermost::settings(standing))
                }
            }
        }
    }
}

/// What changes by itself.
pub(crate) fn live(shared: &Shared) -> Markup {
    let standing = &shared.standing;
    html! {
        (exchange::messages(standing))
        (gitlab::applications(standing))
        (gitlab::codes(standing))
        (gitlab::tokens(standing))
        (gitlab::clock(standing))
        (mattermost::logs(standing))
        (mattermost::mail(standing))
    }
}

/// The name of a fault in orders.
pub(crate) fn fault_name(fault: Fault) -> String {
    let name = serde_json::to_value(fault).ok();
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A button that gives an order with these fields.
fn button(order: &str, fields: &[(&str, &str)], words: &str) -> Markup {
    html! {
        form.order method="post" action=(order) {
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button { (words) }
        }
    }
}
