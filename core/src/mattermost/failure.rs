//! Every way a sign-in ends badly, with the real server's id, status and text.

use serde::Serialize;

/// An error of the server, as its pages, its API answers and its log show it.
///
/// # Shape
/// In JSON `id`, `message` and `status_code`: details are for the log alone.
///
/// ```
/// use gitlab_mattermost_core::mattermost::Failure;
///
/// let failure = Failure::new("login", 401, "api.user.login", "Refused").with_details("of the log alone");
/// assert!(!failure.to_json("request").contains("of the log alone"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The server's own name for the error: `api.oauth.invalid_state_token.app_error`.
    pub id: &'static str,
    /// English text, as shown to a person.
    pub message: String,
    /// What the log says on top; never shown to a person.
    #[serde(skip)]
    pub details: String,
    /// HTTP status.
    #[serde(rename = "status_code")]
    pub status: u16,
    /// The step that failed, as the log names it.
    #[serde(skip)]
    pub place: &'static str,
}

impl Failure {
    /// An error with the server's id and text.
    pub fn new(place: &'static str, status: u16, id: &'static str, message: impl Into<String>) -> Self {
        Self { id, message: message.into(), details: String::new(), status, place }
    }

    /// This error with `details` for the log, which no person is shown.
    #[must_use]
    pub fn with_details(mut self, details: impl Into<String>) -> Self {
        self.details = details.into();
        self
    }

    /// The body of an API answer.
    ///
    /// # Shape
    /// `{"id":…,"message":…,"detailed_error":"","request_id":…,"status_code":…}`; details are never shown.
    pub fn to_json(&self, request_id: &str) -> String {
        let body = serde_json::json!({
            "id": self.id,
            "message": self.message,
            "detailed_error": "",
            "request_id": request_id,
            "status_code": self.status,
        });
        super::go::json_escape(&body.to_string())
    }
}

/// Constructors, one an error: the place, the status, the id and the text.
macro_rules! failures {
    ($($(#[$doc:meta])* $name:ident: $place:literal, $status:literal, $id:literal, $text:literal;)*) => {
        $($(#[$doc])* pub(super) fn $name() -> Failure {
            Failure::new($place, $status, $id, $text)
        })*
    };
}

failures! {
    /// GitLab is off, or the service is not known; the text is the real one, with its unfilled place.
    unsupported: "getSSOProvider", 501, "api.user.authorize_oauth_user.unsupported.app_error",
        "<no value> SSO through OAuth 2.0 not available on this server.";
    /// `redirect_to` leads away from the site.
    foreign_redirect: "loginWithOAuth", 400, "api.invalid_redirect_url", "Invalid redirect url has been provided";
    /// `redirect_to` of a mobile log-in leads into no known application.
    foreign_scheme: "mobileLoginWithOAuth", 400, "api.invalid_custom_url_scheme",
        "Invalid custom url scheme has been provided";
    signup_disabled: "signupWithOAuth", 400, "api.oauth.singup_with_oauth.disabled.app_error",
        "User sign-up is disabled.";
    invitation_invalid: "GetTeamIdFromQuery", 400, "api.oauth.singup_with_oauth.invalid_link.app_error",
        "The signup link does not appear to be valid.";
    invitation_expired: "GetTeamIdFromQuery", 400, "api.oauth.singup_with_oauth.expired_link.app_error",
        "The signup link has expired.";
    token_not_saved: "CreateOAuthStateToken", 500, "app.recover.save.app_error", "Unable to save the token.";
    /// The state is not base64, or its cookie or action is not the one it was made for.
    invalid_state: "AuthorizeOAuthUser", 400, "api.user.authorize_oauth_user.invalid_state.app_error", "Invalid state";
    /// The state names no token that is known and unused.
    invalid_state_token: "GetOAuthStateToken", 400, "api.oauth.invalid_state_token.app_error", "Invalid state token.";
    token_request_failed: "AuthorizeOAuthUser", 500, "api.user.authorize_oauth_user.token_failed.app_error",
        "Token request failed.";
    bad_response: "AuthorizeOAuthUser", 500, "api.user.authorize_oauth_user.bad_response.app_error",
        "Bad response from token request.";
    bad_token_type: "AuthorizeOAuthUser", 500, "api.user.authorize_oauth_user.bad_token.app_error", "Bad token type.";
    missing_access_token: "AuthorizeOAuthUser", 500, "api.user.authorize_oauth_user.missing.app_error",
        "Missing access token.";
    user_response: "AuthorizeOAuthUser", 500, "api.user.authorize_oauth_user.response.app_error",
        "Received invalid response from OAuth service provider.";
    terms_of_service: "AuthorizeOAuthUser", 400, "oauth.gitlab.tos.error",
        "GitLab's Terms of Service have updated. Please go to gitlab.com to accept them and then try logging into Mattermost again.";
    creation_disabled: "CreateOAuthUser", 501, "api.user.create_user.disabled.app_error", "User creation is disabled.";
    domain_not_accepted: "CreateUser", 400, "api.user.create_user.accepted_domain.app_error",
        "The email you provided does not belong to an accepted domain. Please contact your administrator or sign up with a different email.";
    email_exists: "createUser", 400, "app.user.save.email_exists.app_error",
        "An account with that email already exists.";
    username_exists: "createUser", 400, "app.user.save.username_exists.app_error",
        "An account with that username already exists.";
    account_not_saved: "createUser", 500, "app.user.save.app_error", "Unable to save the account.";
    account_not_found_to_update: "UpdateOAuthUserAttrs", 400, "app.user.update.find.app_error",
        "Unable to find the existing account to update.";
    account_not_updated: "UpdateOAuthUserAttrs", 500, "app.user.update.finding.app_error",
        "We encountered an error finding the account.";
    account_not_read: "GetUserByAuth", 500, "app.user.get_by_auth.other.app_error",
        "We encountered an error trying to find the account by authentication type.";
    no_such_account: "CompleteSwitchWithOAuth", 500, "app.user.missing_account.const", "Unable to find the user.";
    /// A switch to a GitLab user or email that has an account already; the text is the real one, unfilled.
    switch_clash: "importUser", 400, "app.user.update_auth_data.email_exists.app_error",
        "Unable to switch account to <no value>. An account using the email <no value> already exists.";
    switch_not_saved: "importUser", 500, "app.user.update_auth_data.app_error", "Unable to update the auth data.";
    no_such_team: "AddUserToTeamByTeamId", 404, "app.team.get.find.app_error", "Unable to find the existing team.";
    team_full: "joinUserToTeam", 400, "app.team.join_user_to_team.save_member.max_accounts.app_error",
        "Unable to create the new team membership because the team has reached the limit of members";
    team_domain: "JoinUserToTeam", 400, "api.team.join_user_to_team.allowed_domains.app_error",
        "The user cannot be added as the domain associated with the account is not permitted. Contact your System Administrator for additional details.";
    team_not_joined: "joinUserToTeam", 500, "app.team.join_user_to_team.save_member.app_error",
        "Unable to create the new team membership";
    session_not_saved: "CreateSession", 500, "app.session.save.app_error", "Unable to save the session.";
    sessions_not_closed: "RevokeAllSessions", 500, "app.session.get_sessions.app_error",
        "We encountered an error while finding user sessions.";
    out_of_step: "step", 500, "app.error", "The sign-in was driven out of step.";
}

/// The scope asks for OpenID, for which this edition has no provider.
pub(super) fn not_available(title: &str) -> Failure {
    let text = format!("{title} SSO through OAuth 2.0 not available on this server.");
    Failure::new("getSSOProvider", 501, "api.user.login_by_oauth.not_available.app_error", text)
}

pub(super) fn user_request_failed(service: &str) -> Failure {
    let id = "api.user.authorize_oauth_user.service.app_error";
    Failure::new("AuthorizeOAuthUser", 500, id, format!("Token request to {service} failed."))
}

/// The user object is no use to a sign-up.
pub(super) fn no_user_created(service: &str) -> Failure {
    let text = format!("Could not create user out of {service} user object.");
    Failure::new("CreateOAuthUser", 500, "api.user.create_oauth_user.create.app_error", text)
}

/// The user object is no use to a log-in.
pub(super) fn no_user_read(service: &str) -> Failure {
    let text = format!("Could not parse auth data out of {service} user object.");
    Failure::new("LoginByOAuth", 400, "api.user.login_by_oauth.parse.app_error", text)
}

/// The user object is no use to a switch.
pub(super) fn no_user_switched(service: &str) -> Failure {
    let text = format!("Could not parse auth data out of {service} user object.");
    Failure::new("CompleteSwitchWithOAuth", 400, "api.user.complete_switch_with_oauth.parse.app_error", text)
}

/// The email has an account that signs in by `method`.
pub(super) fn already_attached(service: &str, method: &str) -> Failure {
    let text = format!(
        "There is already an account associated with that email address using a sign in method other than {service}. \
         Please sign in using {method}."
    );
    Failure::new("CreateOAuthUser", 400, "api.user.create_oauth_user.already_attached.app_error", text)
}
