//! Who makes an API call.

use gitlab_mattermost_core::mattermost::{Account, Failure, query_value};

use crate::app::App;
use crate::asked::Asked;
use crate::machine::now;
use crate::store::OpenSession;

use super::failures;

/// What the log says of a token that stands for no session; its cookie is deleted.
pub(super) const STALE: &str = "unknown or expired token";

/// Where a request carries its session token.
enum Token {
    Cookie(String),
    Field(String),
    Query,
    None,
}

fn token(asked: &Asked) -> Token {
    let headers = &asked.request.headers;
    if let Some(cookie) = headers.cookie("MMAUTHTOKEN") {
        return Token::Cookie(cookie.to_owned());
    }
    let field = headers.get("authorization").unwrap_or_default();
    let after = |word: &str| {
        let (kind, rest) = field.split_at_checked(word.len())?;
        kind.eq_ignore_ascii_case(word).then(|| rest.strip_prefix(' ').unwrap_or(rest).to_owned())
    };
    match after("bearer").or_else(|| after("token")) {
        Some(token) if !token.is_empty() => Token::Field(token),
        _ if query_value(&asked.request.query, "access_token").is_some() => Token::Query,
        _ => Token::None,
    }
}

/// The session of the caller, if it has a valid one.
///
/// # Errors
/// The database does not answer; a change by cookie that might be forged; a session token in the query.
pub(super) async fn session(app: &App, asked: &Asked) -> Result<Option<OpenSession>, Failure> {
    let (token, by_cookie) = match token(asked) {
        Token::Cookie(token) if !token.is_empty() => (token, true),
        Token::Field(token) => (token, false),
        Token::Query => {
            let text = "Session is not OAuth but token was provided in the query string.";
            return Err(Failure::new("ServeHTTP", 401, "api.context.token_provided.app_error", text));
        }
        Token::Cookie(_) | Token::None => return Ok(None),
    };
    let session = app.store.session(&token).await.map_err(|error| failures::session_not_read(&error))?;
    let Some(session) = session.filter(|session| session.expires_at > now().millis) else { return Ok(None) };
    let headers = &asked.request.headers;
    let csrf = session.csrf.expose();
    let vouched = headers.get("x-csrf-token").is_some_and(|shown| !csrf.is_empty() && shown == csrf)
        || headers.get("x-requested-with") == Some("XMLHttpRequest");
    if by_cookie && asked.request.method != "GET" && !vouched {
        return Err(failures::session_expired("Appears to be a CSRF attempt"));
    }
    Ok(Some(session))
}

/// The session of a caller who must have one.
///
/// # Errors
/// There is none, and what [`session`] refuses.
pub(super) async fn required(app: &App, asked: &Asked) -> Result<OpenSession, Failure> {
    session(app, asked).await?.ok_or_else(|| {
        failures::session_expired(if matches!(token(asked), Token::None) { "UserRequired" } else { STALE })
    })
}

/// The session of a caller who must be an administrator.
///
/// # Errors
/// As [`required`]; and the caller may be somebody else.
pub(super) async fn administrator(app: &App, asked: &Asked) -> Result<OpenSession, Failure> {
    let session = required(app, asked).await?;
    if session.is_administrator() {
        return Ok(session);
    }
    let text = "You do not have the appropriate permissions.";
    Err(Failure::new("Permissions", 403, "api.context.permissions.app_error", text))
}

/// The account of a caller who must be signed in.
///
/// # Errors
/// As [`required`]; and the account may be gone.
pub(super) async fn account(app: &App, asked: &Asked) -> Result<Account, Failure> {
    let session = required(app, asked).await?;
    let account = app.store.account(&session.user_id).await.map_err(|error| failures::store(&error))?;
    account.ok_or_else(|| Failure::new("GetUser", 404, "app.user.missing_account.const", "Unable to find the user."))
}
