//! Applications: what a test registers, as the administrator of the instance would.

use gitlab_mattermost_core::gitlab::{SeedApplication, SeedError};
use gitlab_mattermost_core::secret::Secret;

use super::randomness::Randomness;
use super::state::State;

/// An application that is about to be registered.
///
/// # Shape
/// A builder: the redirect URI is needed, everything else has GitLab's own default. Without [`scopes`](Self::scopes) the
/// application may ask for every scope.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let gitlab = gitlab_double::GitLab::start().await;
/// let application = gitlab.application("notes").redirect_uri("https://notes.example.com/cb").scopes("read_user").create();
/// assert_eq!(application.name(), "notes");
/// let refused = gitlab.application("notes").redirect_uri("/cb").try_create();
/// assert_eq!(
///     refused.unwrap_err().to_string(),
///     "application `notes`: GitLab's form would refuse it: Redirect URI must be an absolute URI."
/// );
/// # });
/// ```
#[derive(Debug)]
#[must_use = "nothing is registered before `create`"]
pub struct NewApplication {
    state: State,
    url: String,
    seed: SeedApplication,
}

impl NewApplication {
    pub(super) fn new(state: State, url: String, name: &str) -> Self {
        let seed = SeedApplication {
            reference: None,
            client_id: None,
            client_secret: None,
            name: name.to_owned(),
            redirect_uris: Vec::new(),
            scopes: String::new(),
            trusted: false,
            confidential: true,
            expire_access_tokens: true,
            owner: None,
        };
        Self { state, url, seed }
    }

    /// Adds a redirect URI; the first is the one that [`Application::authorize_url`] asks for.
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.seed.redirect_uris.push(uri.into());
        self
    }

    /// The scopes it may ask for, separated by spaces: `"read_user openid"`.
    pub fn scopes(mut self, scopes: impl Into<String>) -> Self {
        self.seed.scopes = scopes.into();
        self
    }

    /// Nobody is asked for consent.
    pub fn trusted(mut self) -> Self {
        self.seed.trusted = true;
        self
    }

    /// It cannot keep a secret: a program on a phone, a page of scripts.
    pub fn public(mut self) -> Self {
        self.seed.confidential = false;
        self
    }

    /// This client ID in place of a fresh one.
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.seed.client_id = Some(id.into());
        self
    }

    /// This secret in place of a fresh one.
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.seed.client_secret = Some(Secret::new(secret));
        self
    }

    /// Registers it.
    ///
    /// # Panics
    /// If GitLab would refuse it; the message says why. [`try_create`](Self::try_create) gives an error instead.
    #[track_caller]
    #[allow(clippy::panic, reason = "a test that cannot set its GitLab up has failed")]
    pub fn create(self) -> Application {
        match self.try_create() {
            Ok(application) => application,
            Err(error) => panic!("{error}"),
        }
    }

    /// Registers it.
    ///
    /// # Errors
    /// [`SeedError`] if GitLab would refuse it or its client ID is taken.
    pub fn try_create(self) -> Result<Application, SeedError> {
        let Self { state, url, mut seed } = self;
        let inner = &mut *state.lock();
        let client_id = inner.provider.add_application(seed.clone(), &mut Randomness)?;
        let made = inner.provider.to_seed().applications;
        if let Some(made) = made.into_iter().find(|made| made.client_id.as_deref() == Some(client_id.as_str())) {
            seed = made;
        }
        Ok(Application { url, client_id, seed })
    }
}

/// A registered application.
///
/// # Shape
/// What its owner would copy from GitLab's page; printing one shows no secret.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let gitlab = gitlab_double::GitLab::start().await;
/// let application = gitlab.application("notes").redirect_uri("https://notes.example.com/cb").create();
/// assert_eq!(application.client_id().len(), 64);
/// assert_eq!(application.client_secret().len(), 64);
/// assert_eq!(
///     application.authorize_url("s1"),
///     format!(
///         "{}/oauth/authorize?response_type=code&client_id={}&redirect_uri=https%3A%2F%2Fnotes.example.com%2Fcb&state=s1",
///         gitlab.url(),
///         application.client_id()
///     )
/// );
/// # });
/// ```
#[derive(Debug, Clone)]
pub struct Application {
    url: String,
    client_id: String,
    seed: SeedApplication,
}

impl Application {
    /// The name on the consent page.
    pub fn name(&self) -> &str {
        &self.seed.name
    }

    /// "Application ID" of GitLab's page.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// "Secret" of GitLab's page.
    pub fn client_secret(&self) -> &str {
        self.seed.client_secret.as_ref().map_or("", Secret::expose)
    }

    /// The first redirect URI.
    pub fn redirect_uri(&self) -> &str {
        self.seed.redirect_uris.first().map_or("", String::as_str)
    }

    /// Where the program under test would send a browser: a request for a code with the first redirect URI and `state`.
    /// What else is to be asked for can be written behind it: `&scope=openid`.
    pub fn authorize_url(&self, state: &str) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", self.redirect_uri())
            .append_pair("state", state)
            .finish();
        format!("{}/oauth/authorize?{query}", self.url)
    }
}
