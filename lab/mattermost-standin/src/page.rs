//! The few pages that stand in for the web client.

use gitlab_mattermost_core::http::{Body, Headers, Response};
use gitlab_mattermost_core::mattermost::{error_page, signed_error};
use maud::{DOCTYPE, Markup, html};

use super::app::App;
use super::asked::Asked;

/// Any page: like the web client, it is there whatever the path.
pub(super) fn handle(app: &App, asked: &Asked) -> Response {
    if asked.request.method != "GET" && asked.request.method != "HEAD" {
        return not_found(app);
    }
    let settings = app.settings();
    let site = &settings.site_name;
    match asked.path.as_str() {
        "/error" => {
            let error = signed_error(&app.settings(), &asked.request.query);
            let text = error.unwrap_or_else(|| "An error has occurred.".to_owned());
            page(site, &html! { h1 { "Error" } p id="error" { (text) } p { a href="/" { "Back to " (site) } } })
        }
        _ => page(site, &start(app)),
    }
}

/// What a request without handler is answered.
pub(super) fn not_found(app: &App) -> Response {
    error_page(&app.settings(), 404, "Sorry, we could not find the page.")
}

fn start(app: &App) -> Markup {
    html! {
        h1 { (app.settings().site_name) }
        @if app.settings().gitlab.enable {
            p { a href="/oauth/gitlab/login" { "Sign in with GitLab" } }
            p { a href="/oauth/gitlab/signup" { "Create an account with GitLab" } }
        }
    }
}

fn page(title: &str, content: &Markup) -> Response {
    let html = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { (title) } }
            body { (content) }
        }
    };
    let mut headers = Headers::default();
    headers.push("Content-Type", "text/html; charset=utf-8");
    headers.push("X-Frame-Options", "SAMEORIGIN");
    headers.push("Content-Security-Policy", "frame-ancestors 'self'; script-src 'self'");
    Response { status: 200, headers, body: Body::Bytes(html.into_string().into_bytes()) }
}
