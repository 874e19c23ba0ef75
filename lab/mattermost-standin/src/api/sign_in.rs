//! Signing in by password, signing out, and changing the way to sign in.

use gitlab_mattermost_core::http::Response;
use gitlab_mattermost_core::mattermost::{
    Account, Cookie, Failure, Flow, OTHER_WAYS, PasswordAttempt, PasswordRules, Session, Timestamps, blank_password,
    session_cookies, told_after_refusal,
};

use crate::answer;
use crate::app::App;
use crate::asked::Asked;
use crate::machine::{SystemRandom, now};
use crate::{password, sign_in};

use super::body::{body, text};
use super::new_password::check_password;
use super::{caller, failures};

/// `POST /api/v4/users/login`.
pub(super) async fn login(app: &App, asked: &Asked) -> Result<Response, Failure> {
    // A body that is no map of texts counts as empty.
    let given = body(asked, "login").unwrap_or_default();
    let account = authenticate(app, text(&given, "login_id"), text(&given, "password")).await;
    let account = account.map_err(|failure| told_after_refusal(failure, password_rules(app)))?;
    let session = Session::new(&app.settings(), &account, false, now(), &mut SystemRandom);
    app.store.open_session(&session).await.map_err(|error| failures::store(&error))?;
    let mut response = answer::json(200, account.to_json(app.release()));
    response.headers.push("Token", session.token.expose());
    if asked.request.headers.get("x-requested-with") == Some("XMLHttpRequest") {
        for cookie in session_cookies(&app.settings(), &session, &asked.request.headers, now()) {
            response.headers.push("Set-Cookie", cookie.to_string());
        }
    }
    Ok(response)
}

async fn authenticate(app: &App, login_id: &str, password: &str) -> Result<Account, Failure> {
    if password.is_empty() {
        return Err(blank_password());
    }
    let rules = password_rules(app);
    let found = app.store.account_by_login(login_id, rules.by_username, rules.by_email).await;
    let account = found.map_err(|error| failures::store(&error))?.ok_or_else(|| {
        let text = "Unable to find an existing account matching your credentials. This team may require an invite from \
                    the team owner to join.";
        Failure::new("GetUserForLogin", 400, "store.sql_user.get_for_login.app_error", text)
    })?;
    if !account.auth_service.is_empty() {
        let text = format!("Please sign in using {}.", account.auth_service);
        return Err(Failure::new("login", 400, "api.user.login.use_auth_service.app_error", text));
    }
    check(app, &account, password).await?;
    Ok(account)
}

/// Has core decide about an account and its password, and keeps the count of failures.
async fn check(app: &App, account: &Account, password: &str) -> Result<(), Failure> {
    let attempt =
        PasswordAttempt::decide(account, password_rules(app), || password::matches(&account.password, password));
    if attempt.failed_attempts != account.failed_attempts {
        let kept = app.store.set_failed_attempts(&account.id, attempt.failed_attempts).await;
        kept.map_err(|error| failures::store(&error))?;
    }
    attempt.result
}

fn password_rules(app: &App) -> PasswordRules {
    let settings = app.configuration();
    PasswordRules {
        maximum_attempts: settings.number("ServiceSettings.MaximumLoginAttempts"),
        needs_verified_email: settings.flag("EmailSettings.RequireEmailVerification"),
        by_username: settings.flag("EmailSettings.EnableSignInWithUsername"),
        by_email: settings.flag("EmailSettings.EnableSignInWithEmail"),
        by_other_ways: OTHER_WAYS.iter().any(|section| settings.flag(&format!("{section}.Enable"))),
    }
}

/// `POST /api/v4/users/logout`.
pub(super) async fn logout(app: &App, asked: &Asked) -> Result<Response, Failure> {
    if let Some(session) = caller::session(app, asked).await? {
        app.store.close_session(&session.id).await.map_err(|error| failures::store(&error))?;
    }
    let mut response = answer::json(200, r#"{"status":"OK"}"#.to_owned());
    let cookie = Cookie::deleted("MMAUTHTOKEN", &app.settings().subpath());
    response.headers.push("Set-Cookie", cookie.to_string());
    Ok(response)
}

/// `POST /api/v4/users/login/switch`: from password to GitLab, and back.
pub(super) async fn switch(app: &App, asked: &Asked) -> Result<Response, Failure> {
    let given = body(asked, "switch_request")?;
    let services = (text(&given, "current_service"), text(&given, "new_service"));
    let email = text(&given, "email");
    match services {
        ("email", "gitlab" | "google" | "office365" | "openid") => {
            check(app, &account_of(app, email).await?, text(&given, "password")).await?;
            let flow = Flow::switch(app.settings().clone(), asked.request.clone(), services.1, email);
            Ok(sign_in::drive(app, asked, flow).await)
        }
        ("gitlab" | "google" | "office365" | "openid", "email") => {
            let session = caller::required(app, asked).await?;
            let account = account_of(app, email).await?;
            if account.id != session.user_id {
                let text = "Update password failed because context user_id did not match provided user's id.";
                let id = "api.user.oauth_to_email.context.app_error";
                return Err(Failure::new("SwitchOAuthToEmail", 403, id, text));
            }
            to_password(app, account, text(&given, "new_password")).await
        }
        _ => Err(failures::invalid_body("switch_request")),
    }
}

async fn account_of(app: &App, email: &str) -> Result<Account, Failure> {
    let found = app.store.account_by_login(email, false, true).await.map_err(|error| failures::store(&error))?;
    let missing = || Failure::new("GetUserByEmail", 404, "app.user.missing_account.const", "Unable to find the user.");
    found.ok_or_else(missing)
}

async fn to_password(app: &App, account: Account, password: &str) -> Result<Response, Failure> {
    check_password(app, password)?;
    let store = |error| failures::store(&error);
    let at = now().millis;
    let account = Account {
        password: password::digest(password),
        auth_service: String::new(),
        auth_data: None,
        failed_attempts: 0,
        times: Timestamps { update_at: at, password_at: at, ..account.times },
        ..account
    };
    // Neither name nor email changes, so there is nothing to clash with.
    let _ = app.store.update_account(&account).await.map_err(store)?;
    app.store.close_sessions(&account.id).await.map_err(store)?;
    Ok(answer::json(200, r#"{"follow_link":"/login?extra=signin_change"}"#.to_owned()))
}

/// `POST /api/v4/users/password/reset/send`; no mail is ever sent.
pub(super) async fn send_reset(app: &App, asked: &Asked) -> Result<Response, Failure> {
    let given = body(asked, "email")?;
    let email = text(&given, "email");
    if email.is_empty() {
        return Err(failures::invalid_body("email"));
    }
    let found = app.store.account_by_login(email, false, true).await.map_err(|error| failures::store(&error))?;
    if found.is_some_and(|account| account.auth_data.is_some_and(|data| !data.is_empty())) {
        let text = "Unable to reset password for SSO accounts.";
        return Err(Failure::new("SendPasswordReset", 400, "api.user.send_password_reset.sso.app_error", text));
    }
    Ok(answer::json(200, r#"{"status":"OK"}"#.to_owned()))
}
