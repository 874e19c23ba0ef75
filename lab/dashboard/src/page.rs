//! The page, as HTML. The part that changes is rendered apart, to be sent again.

mod exchange;
mod gitlab;
mod mattermost;
mod order;

use axum::response::{Html, IntoResponse as _, Response};
use maud::{DOCTYPE, Markup, PreEscaped, html};

pub(crate) use order::fault_name;

use crate::shared::Shared;
use crate::trial::Trial;

/// The answer that is the whole page, with what a trial of the debugger came to.
pub(crate) fn answer(shared: &Shared, trial: Option<&Trial>) -> Response {
    Html(page(shared, trial).into_string()).into_response()
}

fn page(shared: &Shared, trial: Option<&Trial>) -> Markup {
    let lab = &shared.lab;
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
                        dt { "GitLab" } dd { a href=(lab.gitlab_url()) { (lab.gitlab_url()) } }
                        dt { "Mattermost" } dd { a href=(lab.mattermost_url()) { (lab.mattermost_url()) } }
                        @if let Some(command) = lab.session_command() { dt { "PostgreSQL" } dd { code { (command) } } }
                        @if let Some(proxy) = lab.proxy() { dt { "proxy for the browser" } dd { code { (proxy) } } }
                    }
                    (gitlab::people(lab))
                    div #live { (live(shared)) }
                    (gitlab::faults(lab))
                    (gitlab::debugger(lab, trial))
                    (mattermost::settings(lab))
                }
            }
        }
    }
}

/// The parts that change without a click.
pub(crate) fn live(shared: &Shared) -> Markup {
    let lab = &shared.lab;
    html! {
        (exchange::messages(lab))
        (gitlab::applications(lab))
        (gitlab::codes(lab))
        (gitlab::tokens(lab))
        (gitlab::clock(lab))
        (mattermost::logs(lab))
        (mattermost::mail(lab))
    }
}
