//! Signing in through GitLab, and the plugin's way to it.

use super::super::super::problem::{P01, P02, P03, P04, P05, P06, P07, P08, P09, P10, P31, P32, P33, P34, P35};
use super::super::entry::{NAMES_GITLAB, NO_TOKEN};
use super::super::request::DIFFERS;
use super::super::sign::{CERTIFICATE, MAIL, OTHER_PROTOCOL, Sign, UNREACHABLE, certain, likely};

/// The function that asks for the token and for the user, its ids, and what it says in English.
const CALLBACK: &[&str] = &[
    "AuthorizeOAuthUser",
    "authorize_oauth_user.",
    "Bad response from token request",
    "Bad token type",
    "Token request failed",
    "Token request to gitlab failed",
    "Missing access token",
];
/// The plugin, by its id, and where it asks for a token.
const PLUGIN: &[&str] = &[
    "mattermost-plugin-gitlab",
    "\"plugin_id\":\"gitlab\"",
    "plugin_id=gitlab",
    "can't exchange state",
    "exchange oauth code into token",
];
const EXCHANGE: &[&str] = &["can't exchange state", "exchange oauth code into token"];
/// GitLab's own pages that Mattermost asks for.
const ENDPOINT: &[&str] = &["/oauth/token", "/api/v4/user\"", "/api/v3/user\"", "/api/v4/user:", "/api/v3/user:"];
/// An answer that is an error of OAuth or of GitLab. The entry itself may have a field `error`.
const AN_ERROR: &[&str] = &[
    "error_description",
    "response_body={\"error",
    "response_body={\"message",
    "response_body={'error",
    "response_body={error",
    "response_body=error",
];
/// Functions that find out whether signing in through GitLab is on.
const PROVIDER: &[&str] =
    &["getSSOProvider", "GetAuthorizationCode", "login_by_oauth.not_available", "SSO through OAuth 2.0 not available"];
const REFUSED: &[&str] = &["http_code=400", "http_code=403"];

pub(super) static SIGNS: &[Sign] = &[
    certain(&P31, CALLBACK).with(&[&["illegal base64 data"]]),
    certain(&P31, &["GetOAuthStateToken"]).with(&[&[NO_TOKEN]]),
    certain(&P04, CALLBACK).with(&[CERTIFICATE]),
    certain(&P04, PLUGIN).with(&[CERTIFICATE]),
    certain(&P04, ENDPOINT).with(&[CERTIFICATE]).without(&[MAIL]),
    certain(&P04, &["certificate relies on legacy Common Name field"]).without(&[MAIL]),
    // What GitLab's nginx says of a client that does not trust it, or that speaks HTTP to a port for HTTPS.
    likely(&P04, &["alert unknown ca", "alert bad certificate", "alert certificate unknown"]),
    likely(&P03, &["plain HTTP request was sent to HTTPS port"]),
    certain(&P03, CALLBACK).with(&[OTHER_PROTOCOL]),
    certain(&P03, PLUGIN).with(&[OTHER_PROTOCOL]),
    certain(&P05, CALLBACK).with(&[UNREACHABLE]),
    certain(&P05, PLUGIN).with(&[UNREACHABLE]),
    likely(&P05, CALLBACK).with(&[&["status_code=502", "status_code=503", "status_code=504"]]),
    likely(&P05, PLUGIN).with(&[&["cannot fetch token: 50"]]),
    certain(&P06, &["invalid_scope", "The requested scope is invalid, unknown, or malformed", "Scopes can't be blank"]),
    certain(&P06, &["insufficient_scope"]).without(&[&["\"ua\":", "user_agent"]]),
    certain(&P06, &["insufficient_scope"]).with(&[&["mattermost"]]),
    certain(&P07, &["invalid_client", "Client authentication failed due to unknown client"]),
    likely(&P02, &["redirect_uri_mismatch"]).with(&[CALLBACK]),
    certain(&P01, &["redirect_uri_mismatch", "Invalid parameter: redirect_uri", "invalid_redirect_uri"]),
    certain(&P01, &["Redirect URI must be an HTTPS/SSL URI", "Redirect URI must be an absolute URI"]),
    certain(&P01, &["The redirect URI included is not valid", "The requested redirect URI is malformed"]),
    certain(&P02, &["redirect_uri"]).with(&[&[DIFFERS]]),
    likely(&P02, &["invalid_grant"]).with(&[CALLBACK]),
    likely(&P02, &["invalid_grant"]).with(&[EXCHANGE]),
    certain(&P35, PLUGIN).with(&[&[
        "invalid_token",
        "Token was revoked",
        "Token is expired",
        "revoked authorization token",
        "invalid_grant",
        "{error: invalid_token}",
    ]]),
    likely(&P07, CALLBACK).with(&[&["unauthorized_client", "status_code=401"]]),
    likely(&P07, PLUGIN).with(&[&["unauthorized_client", "cannot fetch token: 401"]]),
    likely(&P03, CALLBACK).with(&[&["invalid_request", "unsupported_grant_type"]]),
    certain(&P03, PLUGIN).with(&[&[
        "cannot fetch token: 30",
        "cannot fetch token: 404",
        "cannot fetch token: 405",
        "server response missing access_token",
    ]]),
    certain(&P10, &["Terms of Service have updated", "oauth.gitlab.tos.error"]),
    likely(&P10, CALLBACK).with(&[REFUSED, &[NAMES_GITLAB]]),
    certain(
        &P10,
        &[
            "Error getting OAuth user",
            "Received invalid response from OAuth service provider",
            "authorize_oauth_user.response",
        ],
    ),
    likely(&P10, CALLBACK).with(&[&["response_body="], &["\"message\":", "invalid_token"]]),
    certain(&P03, CALLBACK)
        .with(&[&["response_body=", "token_type=", "Bad token type", "user.bad_token", "user.bad_response"]])
        .without(&[AN_ERROR]),
    certain(&P33, PROVIDER)
        .with(&[&["http_code=501", "not available", "unsupported"], &["service=gitlab", "<no value> SSO"]])
        .without(&[&[NAMES_GITLAB]]),
    likely(&P06, PROVIDER).with(&[&["http_code=501", "Gitlab SSO through OAuth 2.0 not available"]]),
    certain(
        &P32,
        &[
            "create_user.disabled.app_error",
            "create_user.accepted_domain.app_error",
            "User creation is disabled",
            "User sign-up is disabled",
            "does not belong to an accepted domain",
        ],
    ),
    certain(&P32, &["CreateOAuthUser", "signupWithOAuth"]).with(&[&["http_code=501"]]),
    certain(&P32, &["signupWithOAuth"]).with(&[REFUSED]),
    likely(&P32, &["createUserOrGuest", "\"CreateUser\"", "err_where=CreateUser ", ":CreateUser code="])
        .with(&[&["gitlab/complete"], REFUSED]),
    certain(&P34, &["auth_data_pwd", "auth_data_type.app_error", "password and auth data cannot both be set"]),
    likely(&P34, &["User.IsValid", "UpdateOAuthUserAttrs"])
        .with(&[&["gitlab/complete"], &["http_code=4", "http_code=5"]]),
    certain(
        &P09,
        &[
            "There is already an account associated with that email address",
            "An existing user is already attached to your",
            "create_oauth_user.already_",
        ],
    ),
    certain(
        &P10,
        &[
            "GitLabUser",
            "Could not create user out of",
            "Could not parse auth data out of",
            "login_by_oauth.parse",
            "create_oauth_user.create",
        ],
    ),
    certain(&P09, &["CreateOAuthUser"]).with(&[&["http_code=400", "email="]]),
    certain(&P10, &["CreateOAuthUser"]).with(&[&["http_code=500"]]),
    certain(&P10, &["LoginByOAuth", "CompleteSwitchWithOAuth"]).with(&[REFUSED]),
    certain(&P08, &["invalid_state.app_error", "invalid_state_token"]),
    certain(&P08, &["Invalid state"]).without(&[&["plugin_id"]]),
    certain(&P08, &["AuthorizeOAuthUser", "GetOAuthStateToken"]).with(&[&["http_code=400"]]),
    likely(&P03, &["/oauth/token"]).with(&[&[
        "/oauth/token => 301",
        "/oauth/token => 302",
        "/oauth/token => 307",
        "/oauth/token => 308",
        "/oauth/token => 404",
        "/oauth/token => 405",
    ]]),
    likely(&P03, &["/oauth/token"]).with(&[&["asked by GET:"], &["/oauth/token => "]]),
    likely(&P07, &["/oauth/token"]).with(&[&["/oauth/token => 401"]]),
    likely(&P05, &["/oauth/token"]).with(&[&["/oauth/token => 502", "/oauth/token => 503", "/oauth/token => 504"]]),
    likely(&P10, &["/api/v4/user\"", "/api/v3/user\"", "/api/v4/user HTTP", "/api/v3/user HTTP"])
        .with(&[&["/user => 401", "/user => 403", "/user => 404"], &["mattermost"]]),
];
