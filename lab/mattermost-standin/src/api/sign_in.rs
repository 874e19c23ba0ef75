//! Signing in by password, signing out, and changing the way to sign in.

use gitlab_mattermost_core::oauth::Response;
use gitlab_mattermost_core::oauth::mattermost::{Account, Cookie, Failure, Flow, Session, Timestamps, session_cookies};

use crate::app::{App, SystemRandom, now};
use crate::dispatch::{self, Asked};
use crate::{password, sign_in};

use super::users::check_password;
use super::{body, caller, failures, text};

/// `POST /api/v4/users/login`.
pub(super) async fn login(app: &App, asked: &Asked) -> Result<Response, Failure> {
    // A body that is no map of texts counts as empty.
    let given = body(asked, "login").unwrap_or_default();
    let account = authenticate(app, text(&given, "login_id"), text(&given, "password")).await;
    let account = account.map_err(|failure| shown(app, failure))?;
    let session = Session::new(&app.settings(), &account, false, now(), &mut SystemRandom);
    app.store.open_session(&session).await.map_err(|error| failures::store(&error))?;
    let mut response = dispatch::json(200, account.to_json());
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
        let (id, text) = ("api.user.login.blank_pwd.app_error", "Password field must not be blank");
        return Err(Failure::new("AuthenticateUserForLogin", 400, id, text));
    }
    let by_username = app.configuration().flag("EmailSettings.EnableSignInWithUsername");
    let by_email = app.configuration().flag("EmailSettings.EnableSignInWithEmail");
    let found = app.store.account_by_login(login_id, by_username, by_email).await;
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

/// Checks an account and its password, and counts failures.
async fn check(app: &App, account: &Account, password: &str) -> Result<(), Failure> {
    let refuse =
        |id, text: &str| Err(Failure::new("login", 401, id, text).with_details(format!("user_id={}", account.id)));
    if account.times.delete_at > 0 {
        let text = "Login failed because your account has been deactivated.  Please contact an administrator.";
        return refuse("api.user.login.inactive.app_error", text);
    }
    if i64::from(account.failed_attempts) >= app.configuration().number("ServiceSettings.MaximumLoginAttempts") {
        let text = "Your account is locked because of too many failed password attempts. Please reset your password.";
        return refuse("api.user.check_user_login_attempts.too_many.app_error", text);
    }
    let matches = password::matches(&account.password, password);
    let attempts = if matches { 0 } else { account.failed_attempts.saturating_add(1) };
    if attempts != account.failed_attempts {
        app.store.set_failed_attempts(&account.id, attempts).await.map_err(|error| failures::store(&error))?;
    }
    if !matches {
        return refuse("api.user.check_user_password.invalid.app_error", "Login failed because of invalid password.");
    }
    if !account.email_verified && app.configuration().flag("EmailSettings.RequireEmailVerification") {
        let text = "Login failed because email address has not been verified.";
        return refuse("api.user.login.not_verified.app_error", text);
    }
    Ok(())
}

/// What a failed sign-in is told: most reasons are hidden behind one text, which depends on the ways that are open.
fn shown(app: &App, failure: Failure) -> Failure {
    let told = [
        "api.user.login.blank_pwd.app_error",
        "api.user.login.inactive.app_error",
        "api.user.login.not_verified.app_error",
        "api.user.check_user_login_attempts.too_many.app_error",
    ];
    if failure.status >= 500 || told.contains(&failure.id) {
        return failure;
    }
    let on = |path: &str| app.configuration().flag(path);
    let others = ["GitLabSettings", "GoogleSettings", "Office365Settings", "OpenIdSettings", "SamlSettings"];
    let (id, text) = match (
        others.iter().any(|section| on(&format!("{section}.Enable"))),
        on("EmailSettings.EnableSignInWithUsername"),
        on("EmailSettings.EnableSignInWithEmail"),
    ) {
        (true, ..) => (
            "api.user.login.invalid_credentials_sso",
            "Enter a valid email or username and/or password, or sign in using another method.",
        ),
        (false, true, false) => {
            ("api.user.login.invalid_credentials_username", "Enter a valid username and/or password.")
        }
        (false, false, true) => ("api.user.login.invalid_credentials_email", "Enter a valid email and/or password"),
        (false, ..) => {
            ("api.user.login.invalid_credentials_email_username", "Enter a valid email or username and/or password.")
        }
    };
    Failure::new("login", 401, id, text)
}

/// `POST /api/v4/users/logout`.
pub(super) async fn logout(app: &App, asked: &Asked) -> Result<Response, Failure> {
    if let Some(session) = caller::session(app, asked).await? {
        app.store.close_session(&session.id).await.map_err(|error| failures::store(&error))?;
    }
    let mut response = dispatch::json(200, r#"{"status":"OK"}"#.to_owned());
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
    Ok(dispatch::json(200, r#"{"follow_link":"/login?extra=signin_change"}"#.to_owned()))
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
    Ok(dispatch::json(200, r#"{"status":"OK"}"#.to_owned()))
}
