//! What stands in the file that describes a provider. Schema: `provider.schema.json`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use gitlab_mattermost_core::secret::Secret;
use serde::Deserialize;

use super::given::Given;

/// The names of the abilities, which `lacks` may list.
pub(super) const ABILITY_NAMES: [&str; 12] = [
    "client",
    "user",
    "two-users",
    "password",
    "two-clients",
    "two-redirect-uris",
    "consent",
    "consent-once",
    "denial",
    "scope",
    "blocked-user",
    "clock",
];

/// The file as it is read, a profile's lines below its own.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Description {
    /// The profile whose lines hold where the file has none.
    pub profile: Option<String>,
    /// What people call it.
    pub name: Option<String>,
    /// Where it is; endpoints that begin with `/` are below it.
    pub base: Option<String>,
    /// The authority that signed its certificate, as PEM.
    pub ca: Option<PathBuf>,
    /// Other servers that a sign-in leads over.
    pub servers: Vec<String>,
    /// Where what is asked.
    pub endpoints: EndpointLines,
    /// The client that Mattermost is.
    pub client: Option<ClientLines>,
    /// Another client, in whose name a code must be worth nothing.
    pub other_client: Option<ClientLines>,
    /// The scope that Mattermost asks for.
    pub scope: String,
    /// The API that makes clients.
    pub applications: Option<ApplicationLines>,
    /// People with an account.
    #[serde(rename = "user")]
    pub users: Vec<UserLines>,
    /// How they sign in.
    pub sign_in: SignIn,
    /// How they are asked for consent.
    pub consent: Consent,
    /// A listener that puts the provider's clock forward, as that of `serve gitlab --control` does.
    pub control: Option<String>,
    /// Abilities that it does not offer, whatever else is described.
    pub lacks: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct EndpointLines {
    pub discovery: Option<String>,
    pub authorize: Option<String>,
    pub token: Option<String>,
    pub user: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct ClientLines {
    pub id: String,
    pub secret: Option<Secret>,
    pub secret_file: Option<PathBuf>,
    pub secret_env: Option<String>,
    /// The redirect URIs that the provider has for it.
    pub redirect_uris: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct ApplicationLines {
    /// Path of the API, which behaves as GitLab's.
    pub path: String,
    pub token: Option<Secret>,
    pub token_file: Option<PathBuf>,
    pub token_env: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct UserLines {
    pub login: String,
    pub password: Option<Secret>,
    pub password_file: Option<PathBuf>,
    pub password_env: Option<String>,
    /// Whether the account is blocked.
    pub blocked: bool,
}

impl ClientLines {
    pub(super) fn secret(&self) -> Given {
        Given { plain: self.secret.clone(), file: self.secret_file.clone(), variable: self.secret_env.clone() }
    }
}

impl ApplicationLines {
    pub(super) fn token(&self) -> Given {
        Given { plain: self.token.clone(), file: self.token_file.clone(), variable: self.token_env.clone() }
    }
}

impl UserLines {
    pub(super) fn password(&self) -> Given {
        Given { plain: self.password.clone(), file: self.password_file.clone(), variable: self.password_env.clone() }
    }
}

/// How a person shows who they are.
///
/// In all texts `{login}` and `{password}` stand for the person's.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct SignIn {
    /// By what.
    pub way: Way,
    /// The field for the login, by its name or its label; the text field before the password if none is named.
    pub login: Option<String>,
    /// The field for the password, by its name or its label; the one that hides what is typed if none is named.
    pub password: Option<String>,
    /// The words on the button; the form's first if none is named.
    pub button: Option<String>,
    /// Pages that may come after it and are filled in as well.
    pub page: Vec<SignInPage>,
    /// The header field that names the person: `Remote-User: {login}`.
    pub header: Option<String>,
    /// The command that signs a person in.
    pub command: Option<String>,
    /// What is sent instead of a form.
    pub request: Vec<SignInRequest>,
    /// What is done in the real browser.
    pub step: Vec<SignInStep>,
}

/// By what a person shows who they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// A form on a page.
    #[default]
    Form,
    /// Basic authentication.
    Basic,
    /// A header field that a proxy before the provider would set.
    Header,
    /// A program, which prints the cookies that make somebody signed in.
    Command,
    /// Requests, as a page's script would send them.
    Requests,
    /// Chromium, step by step.
    Browser,
}

/// A further page on the way in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct SignInPage {
    /// What is typed into which field, by name; the page is known by having them all.
    pub fields: BTreeMap<String, String>,
    /// The words on its button; the form's first if none is named.
    pub button: Option<String>,
}

/// A request that a page's script would send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct SignInRequest {
    /// Where to, from the base.
    pub url: String,
    /// What is sent, as JSON; without it and without a form the URL is only asked for.
    pub json: Option<serde_json::Value>,
    /// What is sent, as a form.
    pub form: Option<BTreeMap<String, String>>,
}

/// A step in the real browser: one of the two.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct SignInStep {
    /// The field to type into, by its label or its name.
    pub fill: Option<String>,
    /// What is typed.
    pub with: String,
    /// The button or link to click, by the words on it.
    pub click: Option<String>,
}

/// When people are asked whether Mattermost may know who they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// The first time.
    Once,
    /// Every time.
    Always,
    /// Never; the administrator has decided.
    Never,
    /// Nobody said; a page that asks is answered.
    #[default]
    Unknown,
}

/// How people are asked for consent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Consent {
    /// When it is asked.
    pub asked: Asked,
    /// The button that consents: the words on it, or its name.
    pub button: Option<String>,
    /// The button that denies.
    pub deny: Option<String>,
}
