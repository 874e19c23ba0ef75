//! The few pages that stand in for the web client.

use gitlab_mattermost_core::http::{Body, Headers, Response};
use gitlab_mattermost_core::mattermost::{Account, error_page, signed_error};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::api;
use super::app::App;
use super::asked::Asked;

/// Where the script lies that signs people out.
const SCRIPT: &str = "/static/sign-out.js";

/// Any page: like the web client, it is there whatever the path.
pub(super) async fn handle(app: &App, asked: &Asked) -> Response {
    if asked.request.method != "GET" && asked.request.method != "HEAD" {
        return not_found(app);
    }
    match asked.path.as_str() {
        SCRIPT => answer("text/javascript; charset=utf-8", include_str!("page/sign_out.js").as_bytes().to_vec()),
        "/error" => {
            let error = signed_error(&app.settings(), &asked.request.query);
            let text = error.unwrap_or_else(|| "An error has occurred.".to_owned());
            let back = html! { p { a href=(below(app, "/")) { "Back to " (app.settings().site_name) } } };
            page(app, &html! { h1 { "Error" } p id="error" { (text) } (back) })
        }
        _ => shown(app, asked).await,
    }
}

/// The page of whoever looks at the site.
async fn shown(app: &App, asked: &Asked) -> Response {
    let has_no_flags = app.configuration().text("ServiceSettings.DeveloperFlags").is_empty();
    if has_no_flags && app.release().warns_of_empty_developer_flags() {
        let flag = ("developer_flag", serde_json::json!(""));
        app.log.warn("Unable to parse developer flag", &[&[flag][..], &asked.about()].concat());
    }
    match api::signed_in(app, asked).await {
        Some(account) => page(app, &home(app, &account)),
        None => page(app, &start(app)),
    }
}

/// What a request without handler is answered.
pub(super) fn not_found(app: &App) -> Response {
    error_page(&app.settings(), 404, "Sorry, we could not find the page.")
}

/// What somebody sees who is not signed in.
fn start(app: &App) -> Markup {
    html! {
        h1 { (app.settings().site_name) }
        @if app.settings().gitlab.enable {
            p { a.button href=(below(app, "/oauth/gitlab/login")) { "Sign in with GitLab" } }
            p { a.button.quiet href=(below(app, "/oauth/gitlab/signup")) { "Create an account with GitLab" } }
        }
    }
}

/// What somebody sees who is.
fn home(app: &App, account: &Account) -> Markup {
    let name = [account.first_name.as_str(), account.last_name.as_str()].join(" ");
    let name = if name.trim().is_empty() { account.username.as_str() } else { name.trim() };
    let service = match account.auth_service.as_str() {
        "" => "a password",
        "gitlab" => "GitLab",
        other => other,
    };
    html! {
        h1 { (app.settings().site_name) }
        section #account {
            h2 { (name) }
            dl {
                dt { "Username" } dd { (account.username) }
                dt { "E-mail" } dd { (account.email) }
                dt { "Signs in with" } dd { (service) }
                dt { "Roles" } dd { (account.roles) }
            }
            button.quiet type="button" id="sign-out" data-api=(below(app, "/api/v4/users/logout")) data-then=(below(app, "/")) { "Sign out" }
        }
        script src=(below(app, SCRIPT)) defer {}
    }
}

/// A path of the site, in the folder where it lies.
fn below(app: &App, path: &str) -> String {
    format!("{}{path}", app.settings().subpath().trim_end_matches('/'))
}

fn page(app: &App, content: &Markup) -> Response {
    let html = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (app.settings().site_name) }
                style { (PreEscaped(include_str!("page/style.css"))) }
            }
            body { main { (content) } }
        }
    };
    answer("text/html; charset=utf-8", html.into_string().into_bytes())
}

fn answer(kind: &str, body: Vec<u8>) -> Response {
    let mut headers = Headers::default();
    headers.push("Content-Type", kind);
    headers.push("X-Frame-Options", "SAMEORIGIN");
    headers.push("Content-Security-Policy", "frame-ancestors 'self'; script-src 'self'");
    Response { status: 200, headers, body: Body::Bytes(body) }
}
