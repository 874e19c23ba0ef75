//! What can be seen of a sign-in from outside, without a look into either server.

/// Where something is, in parts that can be compared.
///
/// # Shape
/// `https://chat.example.com:443/path` in its parts; displayed, without the scheme's own port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// `http` or `https`.
    pub scheme: String,
    /// Name or number of the host, in small letters.
    pub host: String,
    /// Port, the scheme's own where none is written.
    pub port: u16,
    /// Path, `/` where there is none.
    pub path: String,
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let own = matches!((self.scheme.as_str(), self.port), ("http", 80) | ("https", 443));
        let port = if own { String::new() } else { format!(":{}", self.port) };
        write!(f, "{}://{}{port}{}", self.scheme, self.host, self.path)
    }
}

/// Everything seen of one sign-in. What was not reached is absent, and no rule draws conclusions from absence.
///
/// ```
/// use gitlab_mattermost_core::diagnosis::sign_in::{Address, Departure, Evidence, diagnose};
///
/// let address = |host: &str, path: &str| {
///     let (scheme, host, path) = ("https".to_owned(), host.to_owned(), path.to_owned());
///     Address { scheme, host, port: 443, path }
/// };
/// let departure = Departure {
///     authorize: address("gitlab.example.com", "/oauth/authorize"),
///     redirect_uri: Some(address("chat.example.com", "/signup/gitlab/complete")),
///     has_client_id: true,
///     scope: String::new(),
///     cookie_is_secure: Some(true),
/// };
/// let gitlab_refusal = Some("The redirect URI included is not valid.".to_owned());
/// let at = Evidence::at(address("chat.example.com", "/"));
/// let findings = diagnose(&Evidence { departure: Some(departure), gitlab_refusal, ..at });
/// assert_eq!(findings[0].rule, "P01");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The URL under which Mattermost was opened.
    pub mattermost: Address,
    /// What Mattermost tells every client about itself.
    pub client: Option<Client>,
    /// The redirect that sends the browser to GitLab.
    pub departure: Option<Departure>,
    /// The provider, or what Mattermost takes for it, could not be reached by the browser.
    pub unreachable: Option<Unreachable>,
    /// What GitLab said instead of asking for a sign-in or for consent.
    pub gitlab_refusal: Option<String>,
    /// How many characters the state had that Mattermost sent, and how many the other one that came back; absent where it
    /// came back as it went, or not at all.
    pub altered_state: Option<(usize, usize)>,
    /// The answer to an empty POST to what is assumed to be the token endpoint: Mattermost does not tell which it asks.
    pub token_endpoint: Option<Answer>,
    /// The answer to a GET without a token of what is assumed to be the user endpoint.
    pub user_endpoint: Option<Answer>,
    /// What Mattermost said instead of signing the user in: the text or the type of its error page.
    pub mattermost_refusal: Option<String>,
    /// Whether the user was signed in.
    pub is_signed_in: bool,
}

impl Evidence {
    /// Nothing seen yet of a sign-in at `mattermost`.
    pub const fn at(mattermost: Address) -> Self {
        Self {
            mattermost,
            client: None,
            departure: None,
            unreachable: None,
            gitlab_refusal: None,
            altered_state: None,
            token_endpoint: None,
            user_endpoint: None,
            mattermost_refusal: None,
            is_signed_in: false,
        }
    }
}

/// What `GET /api/v4/config/client?format=old` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Client {
    /// The field `Version`.
    pub version: Option<String>,
    /// The field `EnableSignUpWithGitLab`.
    pub gitlab_sign_up: Option<String>,
}

/// The redirect from Mattermost to GitLab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// Where it leads.
    pub authorize: Address,
    /// `redirect_uri`, if it is the URL of a web server.
    pub redirect_uri: Option<Address>,
    /// Whether it has a `client_id` that is not empty.
    pub has_client_id: bool,
    /// `scope`; empty where none is asked for.
    pub scope: String,
    /// Whether the cookie that holds the state may travel by https only; absent where no such cookie is set.
    pub cookie_is_secure: Option<bool>,
}

/// An address at which nobody answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreachable {
    /// The address.
    pub address: Address,
    /// Why not, in the words of the client.
    pub reason: String,
    /// Whether somebody answers, but with a certificate that is not trusted.
    pub certificate: bool,
}

/// An endpoint's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The endpoint.
    pub address: Address,
    /// Its HTTP status.
    pub status: u16,
    /// Where a redirect leads, as far as it may be shown.
    pub location: Option<String>,
    /// Whether the body is a JSON object.
    pub is_json: bool,
}
