//! What GitLab holds, and what can be done to it.

use gitlab_double::{Fault, Held, SeedUser};
use maud::{Markup, html};

use super::order::{button, fault_name};
use crate::lab::Lab;
use crate::trial::Trial;

/// Who has an account.
pub(super) fn people(lab: &Lab) -> Markup {
    let row = |user: &SeedUser| {
        let (words, blocked) = if user.blocked { ("let in again", "no") } else { ("block", "yes") };
        html! {
            tr {
                td { (user.username) }
                td { (user.email) }
                td { code { (user.password.expose()) } }
                td {
                    @if user.admin { "administrator " }
                    @if user.blocked { "blocked " }
                    @if !user.confirmed { "address not confirmed" }
                }
                td {
                    (button("sign-in", &[("login", &user.username)], &format!("sign in as {}", user.username)))
                    (button("users/block", &[("login", &user.username), ("blocked", blocked)], words))
                }
            }
        }
    };
    html! {
        section #people {
            h2 { "People" }
            table {
                thead { tr { th { "login" } th { "e-mail" } th { "password" } th {} th {} } }
                tbody { @for user in &lab.gitlab().state().users { (row(user)) } }
            }
        }
    }
}

/// Its applications.
pub(super) fn applications(lab: &Lab) -> Markup {
    let state = lab.gitlab().state();
    html! {
        section #applications {
            h2 { "Applications" }
            @if state.applications.is_empty() { p { "None." } }
            @for application in &state.applications {
                @let id = application.client_id.as_deref().unwrap_or_default();
                p {
                    strong { (application.name) } " " code { (id) } " " (application.scopes) " "
                    (button("applications/delete", &[("id", id)], "delete"))
                }
                ul { @for uri in &application.redirect_uris { li { code { (uri) } } } }
            }
        }
    }
}

/// Its authorization codes.
pub(super) fn codes(lab: &Lab) -> Markup {
    held("codes", "Codes", &lab.gitlab().codes())
}

/// Its access tokens.
pub(super) fn tokens(lab: &Lab) -> Markup {
    held("tokens", "Tokens", &lab.gitlab().access_tokens())
}

fn held(part: &str, title: &str, all: &[Held]) -> Markup {
    html! {
        section id=(part) {
            h2 { (title) }
            @if all.is_empty() { p { "None." } } @else {
                table {
                    thead { tr { th { "no." } th { "for" } th { "of" } th { "scopes" } th { "made" } th {} } }
                    tbody {
                        @for it in all.iter().rev().take(50) {
                            tr {
                                td { code { (it.id) } }
                                td { (it.application.as_deref().unwrap_or("no application")) }
                                td { (it.user.as_deref().unwrap_or("nobody")) }
                                td { (it.scopes) }
                                td { (it.created_at.to_iso8601()) }
                                td {
                                    @if it.is_usable { (button(&format!("{part}/revoke"), &[("id", &it.id)], "revoke")) }
                                    @else { "works no more" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Its clock.
pub(super) fn clock(lab: &Lab) -> Markup {
    // In whole minutes, as the page is sent again whenever something on it has changed.
    let now = lab.gitlab().now().to_iso8601();
    let now = now.get(..16).unwrap_or(&now).replace('T', " ");
    html! {
        section #clock {
            h2 { "Clock" }
            p {
                "It is " (now) " UTC for GitLab. "
                (button("clock", &[("minutes", "10")], "+10 min"))
                (button("clock", &[("minutes", "120")], "+2 h"))
            }
        }
    }
}

/// The mistakes that it can make.
pub(super) fn faults(lab: &Lab) -> Markup {
    let made = lab.gitlab().faults();
    html! {
        section #faults {
            h2 { "Mistakes of GitLab" }
            table {
                tbody {
                    @for fault in Fault::ALL {
                        @let (name, on) = (fault_name(fault), made.contains(&fault));
                        tr class=(if on { "bad" } else { "" }) {
                            td { code { (name) } }
                            td { (fault.sentence()) }
                            td { (button("fault", &[("name", &name), ("on", if on { "no" } else { "yes" })], if on { "switch off" } else { "switch on" })) }
                        }
                    }
                }
            }
        }
    }
}

/// The debugger of authorization requests.
pub(super) fn debugger(lab: &Lab, trial: Option<&Trial>) -> Markup {
    let state = lab.gitlab().state();
    let first = state.applications.first();
    let uri = first.and_then(|application| application.redirect_uris.first()).map(String::as_str).unwrap_or_default();
    let id = first.and_then(|application| application.client_id.as_deref()).unwrap_or_default();
    let text = |label: &str, name: &str, value: &str| html! { label { (label) input name=(name) value=(value); } };
    html! {
        section #debugger {
            h2 { "Try an authorization request" }
            form.fields method="post" action="authorize#debugger" {
                label { "as" select name="login" { @for user in &state.users { option selected[user.username == "alice"] { (user.username) } } } }
                (text("client ID", "client_id", id))
                (text("redirect URI", "redirect_uri", uri))
                (text("response type", "response_type", "code"))
                (text("scope", "scope", ""))
                (text("state", "state", "s1"))
                label.tick { input type="checkbox" name="pkce" value="yes"; " with PKCE" }
                button { "try" }
            }
            @if let Some(Trial { request, steps }) = trial {
                pre { (request) }
                dl #trial { @for (step, answer) in steps { dt { (step) } dd { pre { (answer) } } } }
            }
        }
    }
}
