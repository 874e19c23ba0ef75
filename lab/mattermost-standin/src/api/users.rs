//! `GET /api/v4/users/me` and `POST /api/v4/users`.

use gitlab_mattermost_core::http::Response;
use gitlab_mattermost_core::mattermost::{Account, Clash, Failure, is_accepted_domain};

use crate::answer;
use crate::app::App;
use crate::asked::Asked;
use crate::machine::{SystemRandom, now};
use crate::password;

use super::body::{body_to_keep, text};
use super::new_password::check_password;
use super::{caller, failures};

/// The account of the caller.
pub(super) async fn me(app: &App, asked: &Asked) -> Result<Response, Failure> {
    Ok(answer::json(200, caller::account(app, asked).await?.to_json(app.release())))
}

/// Creates a password account: by anybody, as far as the server is open, or by an administrator.
pub(super) async fn create(app: &App, asked: &Asked) -> Result<Response, Failure> {
    let given = body_to_keep(asked, "user")?;
    let store = |error| failures::store(&error);
    let session = caller::session(app, asked).await?;
    let is_admin = session.is_some_and(|session| session.roles.contains("system_admin"));
    let has_accounts = app.store.has_accounts().await.map_err(store)?;
    if !is_admin {
        may_sign_up(app, has_accounts)?;
    }
    let email = text(&given, "email").to_lowercase();
    if !is_accepted_domain(&email, &app.settings().restrict_creation_to_domains) {
        let text = "The email you provided does not belong to an accepted domain. Please contact your administrator or \
                    sign up with a different email.";
        return Err(Failure::new("CreateUser", 400, "api.user.create_user.accepted_domain.app_error", text));
    }
    let secret = text(&given, "password");
    check_password(app, secret)?;
    let mut account = Account {
        username: text(&given, "username").to_lowercase(),
        email,
        nickname: text(&given, "nickname").to_owned(),
        first_name: text(&given, "first_name").to_owned(),
        last_name: text(&given, "last_name").to_owned(),
        password: password::digest(secret),
        ..Account::new(now(), &mut SystemRandom)
    };
    if !has_accounts {
        account.roles = "system_admin system_user".to_owned();
    }
    account.check()?;
    match app.store.create_account(&account).await.map_err(store)? {
        Ok(()) => Ok(answer::json(201, account.to_json(app.release()))),
        Err(Clash::Username) => {
            let text = "An account with that username already exists.";
            Err(Failure::new("createUser", 400, "app.user.save.username_exists.app_error", text))
        }
        Err(_) => {
            let text = "An account with that email already exists.";
            Err(Failure::new("createUser", 400, "app.user.save.email_exists.app_error", text))
        }
    }
}

/// Whether a stranger may make an account; the first one may, even if the server is not open.
fn may_sign_up(app: &App, has_accounts: bool) -> Result<(), Failure> {
    let on = |path| app.configuration().flag(path);
    if !on("EmailSettings.EnableSignUpWithEmail") || !on("TeamSettings.EnableUserCreation") {
        let id = "api.user.create_user.signup_email_disabled.app_error";
        return Err(Failure::new("CreateUserFromSignup", 501, id, "User sign-up with email is disabled."));
    }
    if has_accounts && !on("TeamSettings.EnableOpenServer") {
        let text = "This server does not allow open signups.  Please speak with your Administrator to receive an \
                    invitation.";
        return Err(Failure::new("CreateUserFromSignup", 403, "api.user.create_user.no_open_server", text));
    }
    Ok(())
}
