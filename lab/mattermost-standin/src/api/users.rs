//! `GET /api/v4/users/me` and `POST /api/v4/users`.

use gitlab_mattermost_core::http::Response;
use gitlab_mattermost_core::mattermost::{Account, Clash, Failure, is_accepted_domain};

use crate::app::{App, SystemRandom, now};
use crate::dispatch::{self, Asked};
use crate::password;

use super::{body_to_keep, caller, failures, text};

/// The account of the caller.
pub(super) async fn me(app: &App, asked: &Asked) -> Result<Response, Failure> {
    Ok(dispatch::json(200, caller::account(app, asked).await?.to_json()))
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
        Ok(()) => Ok(dispatch::json(201, account.to_json())),
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

/// Holds a new password against `PasswordSettings`.
pub(super) fn check_password(app: &App, password: &str) -> Result<(), Failure> {
    let on = |path| app.configuration().flag(path);
    let least = usize::try_from(app.configuration().number("PasswordSettings.MinimumLength")).unwrap_or_default();
    let symbol = |c: char| " !\"\\#$%&'()*+,-./:;<=>?@[]^_`|~".contains(c);
    let wanted: [(&str, &str, bool); 4] = [
        ("PasswordSettings.Lowercase", "one lowercase letter", password.contains(|c: char| c.is_ascii_lowercase())),
        ("PasswordSettings.Uppercase", "one uppercase letter", password.contains(|c: char| c.is_ascii_uppercase())),
        ("PasswordSettings.Number", "one number", password.contains(|c: char| c.is_ascii_digit())),
        ("PasswordSettings.Symbol", "one symbol", password.contains(symbol)),
    ];
    let missing = wanted.iter().any(|(path, _, there)| on(path) && !there);
    if !(least..=64).contains(&password.len()) || missing {
        let kinds: Vec<&str> = wanted.iter().filter(|(path, ..)| on(path)).map(|(_, name, _)| *name).collect();
        let made_of = if kinds.is_empty() {
            String::new()
        } else {
            format!(" made up of at least {}", kinds.join(" and at least "))
        };
        let text = format!("Your password must contain at least {least} characters{made_of}.");
        return Err(Failure::new("User.IsPasswordValid", 400, "model.user.is_valid.pwd.app_error", text));
    }
    Ok(())
}
