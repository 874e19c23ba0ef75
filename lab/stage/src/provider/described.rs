//! A provider with all that is known of it, whatever it was described by.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use gitlab_mattermost_browser::trust;
use gitlab_mattermost_core::gitlab::Seed;
use gitlab_mattermost_core::secret::Secret;
use gitlab_mattermost_ground::named_input;
use reqwest::Certificate;
use serde_json::Value;
use url::Url;

use super::description::{ABILITY_NAMES, ClientLines, Consent, Description, SignIn};
use super::endpoints::{Endpoints, Known, below};
use super::error::ProviderError;
use super::profile::read;

/// How long the lab waits for an answer of a provider.
const ANSWER_WITHIN: std::time::Duration = std::time::Duration::from_secs(35);

/// A provider in GitLab's place.
#[derive(Debug, Clone)]
pub struct Provider {
    /// What people call it.
    pub name: String,
    /// The profile that it follows, if any.
    pub profile: Option<String>,
    /// Where it is.
    pub base: Url,
    known: Known,
    authority: Option<String>,
    /// The client that Mattermost is.
    pub client: Option<Client>,
    /// Another client.
    pub other_client: Option<Client>,
    /// The scope that Mattermost asks for.
    pub scope: String,
    /// The API that makes clients, as GitLab's, and an administrator's token for it.
    pub applications: Option<(Url, Secret)>,
    /// People with an account.
    pub people: Vec<Person>,
    /// How they sign in.
    pub sign_in: SignIn,
    /// How they are asked for consent.
    pub consent: Consent,
    /// The listener that advances its clock.
    pub control: Option<Url>,
    /// Other servers that a sign-in leads over.
    pub(super) servers: Vec<Url>,
    /// Abilities that it does not offer.
    pub(super) lacks: Vec<String>,
    /// Whether it is the built-in double, which the lab starts itself.
    pub is_double: bool,
}

/// A client that the provider knows.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: Secret,
    /// The redirect URIs that it may use.
    pub redirect_uris: Vec<String>,
}

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct Person {
    /// What they sign in as.
    pub login: String,
    /// Their password.
    pub password: Secret,
    /// Whether the account is blocked.
    pub blocked: bool,
}

/// The redirect URIs of a Mattermost at the address that scenarios use by themselves.
const REDIRECT_URIS: [&str; 2] =
    ["http://mattermost.example.com/signup/gitlab/complete", "http://mattermost.example.com/login/gitlab/complete"];

impl Provider {
    /// The provider that the file at `path` describes.
    ///
    /// # Errors
    /// [`ProviderError`], with what is wrong and where.
    pub fn read(path: &Path) -> Result<Self, ProviderError> {
        let text = named_input::text(path).map_err(|source| ProviderError::Unreadable {
            what: "the description of a provider".to_owned(),
            path: path.to_owned(),
            source,
        })?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Self::parse(&path.display().to_string(), &folder, &text)
    }

    /// The provider that `text` describes, which stands at `place`; files that it names are found from `folder`.
    ///
    /// # Errors
    /// As [`Provider::read`].
    pub fn parse(place: &str, folder: &Path, text: &str) -> Result<Self, ProviderError> {
        Self::of(place, folder, read(place, text)?)
    }

    /// A provider at `base` that is as the profile says and has the people of `seed`; applications are made with an
    /// administrator's token, if there is one.
    ///
    /// # Errors
    /// [`ProviderError::UnknownProfile`], and those of what the profile asks for.
    pub fn at(profile: &str, base: &Url, seed: &Seed, token: Option<&Secret>) -> Result<Self, ProviderError> {
        let mut text = String::new();
        // A string takes every write.
        let _ = writeln!(text, "profile = {}\nbase = {}", toml::Value::from(profile), toml::Value::from(base.as_str()));
        let mut provider = Self::parse(profile, Path::new(""), &text)?;
        provider.people = seed.users.iter().filter(|user| !user.admin).map(Person::of_seed).collect();
        if profile == "gitlab" {
            let api = below(base, "/api/v4/applications").ok();
            provider.applications = api.zip(token.cloned());
        }
        Ok(provider)
    }

    fn of(place: &str, folder: &Path, description: Description) -> Result<Self, ProviderError> {
        let not_described = |message: String| ProviderError::NotDescribed { place: place.to_owned(), message };
        let base = description.base.as_deref().unwrap_or_default();
        let base = Url::parse(base).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let base = base.ok_or_else(|| not_described("`base` must be a URL by http or https".to_owned()))?;
        if let Some(name) = description.lacks.iter().find(|name| !ABILITY_NAMES.contains(&name.as_str())) {
            let known = ABILITY_NAMES.map(|name| format!("`{name}`")).join(", ");
            return Err(not_described(format!("`lacks` lists `{name}`, which is no ability; there are {known}")));
        }
        let client = |lines: &Option<ClientLines>, what: &str| match lines {
            None => Ok(None),
            Some(lines) => Client::of(lines, what, place, folder).map(Some),
        };
        let applications = match &description.applications {
            None => None,
            Some(lines) => {
                let api = below(&base, &lines.path).map_err(not_described)?;
                let token = lines.token().read("the administrator's token", folder)?;
                let missing =
                    || not_described("`[applications]` names no `token`, `token-file` or `token-env`".to_owned());
                Some((api, token.ok_or_else(missing)?))
            }
        };
        let mut people = Vec::new();
        for user in &description.users {
            if user.login.is_empty() {
                return Err(not_described("a `[[user]]` has no `login`".to_owned()));
            }
            let password = user.password().read(&format!("the password of `{}`", user.login), folder)?;
            let (login, password) = (user.login.clone(), password.unwrap_or_default());
            people.push(Person { login, password, blocked: user.blocked });
        }
        let server = |line: &String| below(&base, line).map_err(not_described);
        let servers = description.servers.iter().map(server).collect::<Result<Vec<_>, _>>()?;
        let control = description.control.as_deref().map(|url| below(&base, url).map_err(not_described)).transpose()?;
        Ok(Self {
            name: description.name.unwrap_or_else(|| base.host_str().unwrap_or_default().to_owned()),
            profile: description.profile,
            known: Known::of(&description.endpoints, &base, place)?,
            base,
            authority: description.ca.map(|path| read_authority(&folder.join(path))).transpose()?,
            client: client(&description.client, "the client")?,
            other_client: client(&description.other_client, "the other client")?,
            scope: description.scope,
            applications,
            people,
            sign_in: description.sign_in,
            consent: description.consent,
            control,
            servers,
            lacks: description.lacks,
            is_double: false,
        })
    }

    /// This provider as the built-in double, which the lab starts itself.
    #[must_use]
    pub fn as_double(self) -> Self {
        Self { is_double: true, ..self }
    }

    /// The URL that a line of the description means: below the base if it begins with `/`.
    ///
    /// # Errors
    /// [`ProviderError::NotDescribed`].
    pub fn url(&self, line: &str) -> Result<Url, ProviderError> {
        let place = self.name.clone();
        below(&self.base, line).map_err(|message| ProviderError::NotDescribed { place, message })
    }

    /// This provider, trusting what the certificate file at `path` (PEM) vouches for.
    ///
    /// # Errors
    /// [`ProviderError::Unreadable`] and [`ProviderError::NotDescribed`].
    pub fn trusting(self, path: &Path) -> Result<Self, ProviderError> {
        Ok(Self { authority: Some(read_authority(path)?), ..self })
    }

    /// Where what is asked, after a look at the document of discovery where that says it.
    ///
    /// # Errors
    /// [`ProviderError::NoDiscovery`].
    pub async fn endpoints(&self) -> Result<Endpoints, ProviderError> {
        self.known.clone().found(&self.http_client()?).await
    }

    /// A client that reaches the provider as programs on this machine do.
    ///
    /// # Errors
    /// [`ProviderError::NoAnswer`], if the library refuses.
    pub fn http_client(&self) -> Result<reqwest::Client, ProviderError> {
        gitlab_mattermost_ground::tls::install_provider();
        let builder = reqwest::Client::builder().no_proxy().timeout(ANSWER_WITHIN);
        let builder = builder.redirect(reqwest::redirect::Policy::none());
        let no_client = |error: reqwest::Error| ProviderError::NoAnswer {
            url: self.base.to_string(),
            reason: gitlab_mattermost_ground::error_chain::innermost(&error),
        };
        if let (Some(lack), None) = (trust::lack(&self.base), self.authority()) {
            return Err(ProviderError::NoAnswer { url: self.base.to_string(), reason: lack.to_owned() });
        }
        trust::trusting(builder, self.authorities()).build().map_err(no_client)
    }

    /// The certificates, as PEM, of who vouches for the provider beside those whom everybody trusts.
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// The authorities that clients trust.
    pub fn authorities(&self) -> Vec<Certificate> {
        let pem = self.authority.as_deref().unwrap_or_default();
        Certificate::from_pem_bundle(pem.as_bytes()).unwrap_or_default()
    }

    /// The people who may sign in, in their order.
    pub fn welcome(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|person| !person.blocked)
    }

    /// The redirect URIs of the client that Mattermost is.
    pub fn redirect_uris(&self) -> Vec<String> {
        let described = self.client.as_ref().map(|client| client.redirect_uris.clone()).unwrap_or_default();
        if described.is_empty() { REDIRECT_URIS.map(str::to_owned).to_vec() } else { described }
    }

    /// The redirect URI that Mattermost uses: of those registered the one that ends as Mattermost's, else the first.
    pub fn redirect_uri(&self) -> String {
        let uris = self.redirect_uris();
        let own = uris.iter().find(|uri| uri.ends_with("/signup/gitlab/complete"));
        own.or(uris.first()).cloned().unwrap_or_default()
    }

    /// Where Mattermost must be for that: the beginning of the redirect URI.
    pub fn mattermost_site(&self) -> Option<String> {
        self.redirect_uri().strip_suffix("/signup/gitlab/complete").map(str::to_owned)
    }
}

impl Client {
    fn of(lines: &ClientLines, what: &str, place: &str, folder: &Path) -> Result<Self, ProviderError> {
        let not_described = |message: String| ProviderError::NotDescribed { place: place.to_owned(), message };
        if lines.id.is_empty() {
            return Err(not_described(format!("{what} has no `id`")));
        }
        for uri in &lines.redirect_uris {
            Url::parse(uri).map_err(|error| not_described(format!("the redirect URI `{uri}` of {what}: {error}")))?;
        }
        let secret = lines.secret().read(&format!("the secret of {what}"), folder)?;
        let missing = || not_described(format!("{what} has no `secret`, `secret-file` or `secret-env`"));
        let secret = secret.ok_or_else(missing)?;
        Ok(Self { id: lines.id.clone(), secret, redirect_uris: lines.redirect_uris.clone() })
    }
}

impl Person {
    /// `text` with the person's login and password in the places that ask for them.
    pub fn filled(&self, text: &str) -> String {
        text.replace("{login}", &self.login).replace("{password}", self.password.expose())
    }

    /// Fills every text of a JSON value.
    pub fn filled_json(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.filled(text).into(),
            Value::Array(values) => values.iter().map(|value| self.filled_json(value)).collect(),
            Value::Object(members) => {
                members.iter().map(|(name, value)| (name.clone(), self.filled_json(value))).collect()
            }
            other => other.clone(),
        }
    }

    /// The person as a header field `Authorization` of Basic authentication names them.
    pub fn basic(&self) -> String {
        use base64::Engine as _;
        let pair = format!("{}:{}", self.login, self.password.expose());
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
    }

    /// This person with another password.
    #[must_use]
    pub fn with_password(&self, password: &str) -> Self {
        Self { password: Secret::new(password), ..self.clone() }
    }

    fn of_seed(user: &gitlab_mattermost_core::gitlab::SeedUser) -> Self {
        Self { login: user.username.clone(), password: user.password.clone(), blocked: user.blocked }
    }
}

/// The certificates in the file at `path`.
///
/// # Errors
/// [`ProviderError::Unreadable`] and [`ProviderError::NotDescribed`].
pub(super) fn authorities_in(path: &Path) -> Result<Vec<Certificate>, ProviderError> {
    Ok(Certificate::from_pem_bundle(read_authority(path)?.as_bytes()).unwrap_or_default())
}

fn read_authority(path: &Path) -> Result<String, ProviderError> {
    let unreadable = |source| ProviderError::Unreadable {
        what: "the provider's authority".to_owned(),
        path: path.to_owned(),
        source,
    };
    let text = named_input::text(path).map_err(unreadable)?;
    match Certificate::from_pem_bundle(text.as_bytes()) {
        Ok(certificates) if !certificates.is_empty() => Ok(text),
        _ => Err(ProviderError::NotDescribed {
            place: PathBuf::from(path).display().to_string(),
            message: "it holds no certificate as PEM".to_owned(),
        }),
    }
}
