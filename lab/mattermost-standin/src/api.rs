//! The part of the API that sign-in, settings and teams need, one file per subject.

mod body;
mod caller;
mod commands;
mod config;
mod email;
mod failures;
mod new_password;
mod ping;
mod posts;
mod sign_in;
mod teams;
mod users;

use gitlab_mattermost_core::http::Response;
use gitlab_mattermost_core::mattermost::{Account, Cookie, Failure};

use super::answer::{json, refused};
use super::app::App;
use super::asked::Asked;

/// The account that is signed in with this browser, if there is one.
pub(super) async fn signed_in(app: &App, asked: &Asked) -> Option<Account> {
    caller::account(app, asked).await.ok()
}

/// Answers an API request; `path` is what follows `/api/`.
pub(super) async fn handle(app: &App, asked: &Asked, path: &str) -> Response {
    let route = (asked.request.method.as_str(), path.trim_end_matches('/'));
    let answer = match route {
        ("GET", "v4/system/ping") => return ping::ping(app, asked).await,
        ("GET", "v4/config") => config::whole(app, asked).await,
        ("GET", "v4/config/client") => config::client(app, asked).await,
        ("GET", "v4/config/environment") => config::environment(app, asked).await,
        ("PUT", "v4/config/patch") => config::patch(app, asked).await,
        ("POST", "v4/email/test") => email::test(app, asked).await,
        ("GET", "v4/users/me") => users::me(app, asked).await,
        ("POST", "v4/users") => users::create(app, asked).await,
        ("POST", "v4/users/login") => sign_in::login(app, asked).await,
        ("POST", "v4/users/logout") => sign_in::logout(app, asked).await,
        ("POST", "v4/users/login/switch") => sign_in::switch(app, asked).await,
        ("POST", "v4/users/password/reset/send") => sign_in::send_reset(app, asked).await,
        ("POST", "v4/commands") => commands::create(app, asked).await,
        ("POST", "v4/commands/execute") => commands::execute(app, asked).await,
        ("POST", "v4/teams") => teams::create(app, asked).await,
        ("GET", "v4/users/me/teams") => teams::mine(app, asked).await,
        ("POST", "v4/posts") => posts::create(app, asked).await,
        ("POST", "v4/files") => posts::upload(app, asked).await,
        ("GET", path) => match found_by_path(app, asked, path).await {
            Some(answer) => answer,
            None => return not_found(asked),
        },
        _ => return not_found(asked),
    };
    answer.unwrap_or_else(|failure| {
        let mut response = refused(app, asked, &failure);
        if failure.details == caller::STALE {
            let cookie = Cookie::deleted("MMAUTHTOKEN", &app.settings().subpath());
            response.headers.push("Set-Cookie", cookie.to_string());
        }
        response
    })
}

/// The answer of what is named by ids in the path; nothing if there is no such kind of thing.
async fn found_by_path(app: &App, asked: &Asked, path: &str) -> Option<Result<Response, Failure>> {
    let words: Vec<&str> = path.split('/').collect();
    Some(match words.as_slice() {
        ["v4", "teams", team_id, "channels", "name", name] => commands::channel(app, asked, team_id, name).await,
        ["v4", "channels", channel_id, "posts"] => posts::of_channel(app, asked, channel_id).await,
        ["v4", "files", id] => posts::download(app, asked, id).await,
        _ => return None,
    })
}

fn not_found(asked: &Asked) -> Response {
    let text = "Sorry, we could not find the page.";
    let details = format!(
        "There doesn't appear to be an api call for the url='{}'.  Typo? are you missing a team_id or user_id as part \
         of the url?",
        asked.request.path
    );
    let body = serde_json::json!({
        "id": "api.context.404.app_error", "message": text, "detailed_error": details, "status_code": 404,
    });
    json(404, body.to_string())
}
