//! The reference of the control listener, as a page.

use gitlab_mattermost_core::gitlab::{Fault, Seed};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::order::{ORDERS, Order};
use crate::page::STYLE;

/// The page: orders with examples, who can sign in, which mistakes there are. It shows no secret.
pub(super) fn reference(url: &str, seed: &Seed) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "A GitLab for tests" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { "A GitLab for tests" }
                main {
                    p { "It answers at " a href=(url) { (url) } ". Orders are given here, in JSON; a refusal says why in plain text." }
                    h3 { "Orders" }
                    table {
                        thead { tr { th { "Order" } th { "Does" } } }
                        tbody { @for order in &ORDERS { (row(order)) } }
                    }
                    p { "Requests with an " code { "Origin" } ", as pages in a browser send them, are refused." }
                    (people(seed))
                    (applications(seed))
                    h3 { "Mistakes" }
                    table { tbody { @for fault in Fault::ALL { tr { td { code { (name(fault)) } } td { (fault.sentence()) } } } } }
                }
            }
        }
    }
}

fn row(order: &Order) -> Markup {
    html! {
        tr {
            td {
                code { (order.method) " " (order.path) }
                @if !order.body.is_empty() { br; span.value { (order.body) } }
            }
            td { (order.does) }
        }
    }
}

fn people(seed: &Seed) -> Markup {
    html! {
        h3 { "People" }
        table {
            thead { tr { th { "Login" } th { "E-mail" } th { } } }
            tbody {
                @for user in &seed.users {
                    tr {
                        td { (user.username) }
                        td { (user.email) }
                        td {
                            @if user.admin { "administrator " }
                            @if user.blocked { "blocked " }
                            @if !user.confirmed { "address not confirmed" }
                        }
                    }
                }
            }
        }
        p { "Passwords and secrets are in the answer to " code { "GET /state" } "." }
    }
}

fn applications(seed: &Seed) -> Markup {
    html! {
        h3 { "Applications" }
        @if seed.applications.is_empty() { p { "None yet." } }
        @else {
            table {
                thead { tr { th { "Name" } th { "Client ID" } th { "Redirect URIs" } } }
                tbody {
                    @for application in &seed.applications {
                        tr {
                            td { (application.name) }
                            td { span.value { (application.client_id.as_deref().unwrap_or_default()) } }
                            td { @for uri in &application.redirect_uris { span.value { (uri) } } }
                        }
                    }
                }
            }
        }
    }
}

/// The name of a fault in orders.
fn name(fault: Fault) -> String {
    let name = serde_json::to_value(fault).ok();
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}
