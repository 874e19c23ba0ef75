//! A person's web browser, as far as a sign-in needs one: cookies, redirects, forms, and the one kind of script that
//! these pages use to go elsewhere (`window.location = …`).
//!
//! Not here: what a page means; steps say what they expect of it.
#![forbid(unsafe_code)]

mod call;
mod error;
mod form;
mod page;
mod presented;
pub mod refusal;
pub mod sequence;
pub mod trust;
mod watch;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

pub use call::Call;
pub use error::BrowserError;
use error::{MOST_REDIRECTS, parse};
pub use form::Form;
pub use page::{Page, script_target, visible_text};
use reqwest::cookie::{CookieStore as _, Jar};
use url::Url;
pub use watch::Watch;

/// A person gives up after this.
const ANSWER_WITHIN: Duration = Duration::from_secs(45);

/// A browser with its own cookies; it knows the names of the lab through the proxy it was given.
#[derive(Debug)]
pub struct Browser {
    client: reqwest::Client,
    cookies: Arc<Jar>,
    page: Option<Page>,
    watch: Option<Arc<dyn Watch>>,
    /// What it tells one site with every request.
    presented: Option<presented::Presented>,
}

/// How a browser of the lab reaches others.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The proxy that knows them.
    pub proxy: SocketAddr,
    /// Who is trusted to vouch for them.
    pub authorities: Vec<reqwest::Certificate>,
    /// Whether those are trusted, too, whom everybody trusts.
    pub public: bool,
    /// What notes the HTTPS that the proxy cannot read.
    pub watch: Arc<dyn Watch>,
}

impl Browser {
    /// A new browser without cookies that reaches everybody through `connection`.
    ///
    /// # Errors
    /// [`BrowserError::SetUp`], if the client library refuses.
    pub fn new(connection: Connection) -> Result<Self, BrowserError> {
        let browser = Self::with_cookies(through(&connection)?, Arc::default())?;
        Ok(Self { watch: Some(connection.watch), ..browser })
    }

    /// A new browser without cookies that reaches everybody as programs on this machine do: by their real names, and
    /// through the proxy of the environment if there is one. It trusts `authorities` besides those that they trust, and
    /// asks for pages in English, which can be compared.
    ///
    /// # Errors
    /// [`BrowserError::SetUp`], if the client library refuses.
    pub fn direct(authorities: &[reqwest::Certificate]) -> Result<Self, BrowserError> {
        gitlab_mattermost_ground::tls::install_provider();
        let language = (reqwest::header::ACCEPT_LANGUAGE, reqwest::header::HeaderValue::from_static("en"));
        let builder = trust::trusting(reqwest::Client::builder(), authorities.iter().cloned());
        Self::with_cookies(builder.default_headers([language].into_iter().collect()), Arc::default())
    }

    /// A browser of its own that shows the same page and has the cookies that this one has now for `sites`.
    ///
    /// # Errors
    /// [`BrowserError::SetUp`] and [`BrowserError::InvalidUrl`].
    pub fn copy(&self, connection: Connection, sites: &[&str]) -> Result<Self, BrowserError> {
        let jar = Jar::default();
        for site in sites {
            let url = parse(site)?;
            let field = self.cookies.cookies(&url);
            let pairs = field.as_ref().and_then(|field| field.to_str().ok()).unwrap_or_default();
            pairs.split("; ").for_each(|pair| jar.add_cookie_str(&format!("{pair}; Path=/"), &url));
        }
        let browser = Self::with_cookies(through(&connection)?, Arc::new(jar))?;
        let presented = self.presented.clone();
        Ok(Self { page: self.page.clone(), watch: Some(connection.watch), presented, ..browser })
    }

    fn with_cookies(builder: reqwest::ClientBuilder, cookies: Arc<Jar>) -> Result<Self, BrowserError> {
        let builder = builder.redirect(reqwest::redirect::Policy::none()).timeout(ANSWER_WITHIN);
        let client = builder.cookie_provider(Arc::clone(&cookies)).build();
        let client = client.map_err(|source| BrowserError::SetUp { source })?;
        Ok(Self { client, cookies, page: None, watch: None, presented: None })
    }

    /// The page on show.
    ///
    /// # Errors
    /// [`BrowserError::NoPage`], if none was opened.
    pub fn page(&self) -> Result<&Page, BrowserError> {
        self.page.as_ref().ok_or(BrowserError::NoPage)
    }

    /// Opens `url` and follows where it leads, as typing it into the address bar does.
    ///
    /// # Errors
    /// Any [`BrowserError`] but those of buttons.
    pub async fn open(&mut self, url: &str) -> Result<&Page, BrowserError> {
        self.open_only(url).await?;
        self.follow().await
    }

    /// Opens `url` and stays there, whatever it answers.
    ///
    /// # Errors
    /// [`BrowserError::InvalidUrl`] and [`BrowserError::NoAnswer`].
    pub async fn open_only(&mut self, url: &str) -> Result<&Page, BrowserError> {
        let url = parse(url)?;
        self.send(self.client.get(url.clone()).header("Accept", "text/html"), &url).await
    }

    /// Follows redirects until a page stays.
    ///
    /// # Errors
    /// As [`Browser::open`].
    pub async fn follow(&mut self) -> Result<&Page, BrowserError> {
        for _ in 0..MOST_REDIRECTS {
            let Some(next) = self.page()?.leads_to() else { return self.page() };
            self.open_only(next.as_str()).await?;
        }
        Err(BrowserError::TooManyRedirects { url: self.page()?.place() })
    }

    /// Presses the button `button` after filling in `fields`, and stays at the answer.
    ///
    /// # Errors
    /// [`BrowserError::NoButton`], and as [`Browser::open_only`].
    pub async fn press(&mut self, button: &str, fields: &[(&str, &str)]) -> Result<&Page, BrowserError> {
        let form = self.page()?.form_with_button(button);
        self.submit(form, button, fields).await
    }

    /// Presses the button `button` of the form that is sent to `path`, and stays at the answer.
    ///
    /// # Errors
    /// As [`Browser::press`].
    pub async fn press_in_form(&mut self, path: &str, button: &str) -> Result<&Page, BrowserError> {
        let has_button = |form: &Form| form.buttons.iter().any(|b| b == button);
        let form = self.page()?.forms().into_iter().find(|form| form.action.path() == path && has_button(form));
        self.submit(form, button, &[]).await
    }

    async fn submit(
        &mut self,
        form: Option<Form>,
        button: &str,
        fields: &[(&str, &str)],
    ) -> Result<&Page, BrowserError> {
        let page = self.page()?;
        let form = form.ok_or_else(|| BrowserError::NoButton {
            url: page.place(),
            title: page.title(),
            button: button.to_owned(),
            buttons: page.forms().into_iter().flat_map(|form| form.buttons).collect(),
        })?;
        let action = form.action.clone();
        let mut filled = form.filled(fields);
        filled.extend(form.pressed(button));
        let request = if form.method == "get" {
            self.client.get(action.clone()).query(&filled)
        } else {
            self.client.post(action.clone()).form(&filled)
        };
        self.send(request.header("Accept", "text/html"), &action).await
    }

    /// Asks for `url` as a script of the page would, with the browser's cookies; the page on show stays.
    ///
    /// # Errors
    /// As [`Browser::open_only`].
    pub async fn fetch(&self, url: &str) -> Result<Page, BrowserError> {
        let url = parse(url)?;
        self.receive(self.client.get(url.clone()).header("Accept", "application/json"), &url).await
    }

    /// Posts `body` to `url` as JSON, as a script of the page would; the page on show stays.
    ///
    /// # Errors
    /// As [`Browser::open_only`].
    pub async fn post_json(&self, url: &str, body: &serde_json::Value) -> Result<Page, BrowserError> {
        let url = parse(url)?;
        let request = self.client.post(url.clone()).header("X-Requested-With", "XMLHttpRequest").json(body);
        self.receive(request, &url).await
    }

    /// Posts `body` to `url` as the media type `kind`, as a script of the page would; the page on show stays.
    ///
    /// # Errors
    /// As [`Browser::open_only`].
    pub async fn post_bytes(&self, url: &str, kind: &str, body: Vec<u8>) -> Result<Page, BrowserError> {
        let url = parse(url)?;
        let request = self.client.post(url.clone()).header("X-Requested-With", "XMLHttpRequest");
        Page::receive(request.header("Content-Type", kind).body(body), &url).await
    }

    /// Puts `body` to `url` as JSON, as a script of the page would; the page on show stays.
    ///
    /// # Errors
    /// As [`Browser::open_only`].
    pub async fn put_json(&self, url: &str, body: &serde_json::Value) -> Result<Page, BrowserError> {
        let url = parse(url)?;
        let request = self.client.put(url.clone()).header("X-Requested-With", "XMLHttpRequest").json(body);
        Page::receive(request, &url).await
    }

    /// Posts `fields` to `url` as a form, as a script of the page would; the page on show stays.
    ///
    /// # Errors
    /// As [`Browser::open_only`].
    pub async fn post_form(&self, url: &str, fields: &[(&str, &str)]) -> Result<Page, BrowserError> {
        let url = parse(url)?;
        self.receive(self.client.post(url.clone()).form(fields), &url).await
    }

    async fn send(&mut self, request: reqwest::RequestBuilder, url: &Url) -> Result<&Page, BrowserError> {
        let presented = self.presented.as_ref().map(|presented| presented.to(url)).unwrap_or_default();
        let page = self.receive(request.headers(presented), url).await?;
        Ok(self.page.insert(page))
    }

    async fn receive(&self, request: reqwest::RequestBuilder, url: &Url) -> Result<Page, BrowserError> {
        let asked = request.try_clone().and_then(|request| request.build().ok());
        let noted = self.watch.as_ref().zip(asked).and_then(|(watch, asked)| Some((watch, watch.asked(&asked)?)));
        let answer = Page::receive(request, url).await;
        if let Some((watch, index)) = noted {
            watch.answered(
                index,
                answer.as_ref().map_err(|error| gitlab_mattermost_ground::error_chain::innermost(error)),
            );
        }
        answer
    }
}

/// A client that reaches everybody through `connection`.
fn through(connection: &Connection) -> Result<reqwest::ClientBuilder, BrowserError> {
    let proxy = format!("http://{}", connection.proxy);
    let proxy = reqwest::Proxy::all(proxy).map_err(|source| BrowserError::SetUp { source })?;
    gitlab_mattermost_ground::tls::install_provider();
    let (builder, authorities) = (reqwest::Client::builder().proxy(proxy), connection.authorities.iter().cloned());
    Ok(if connection.public { trust::trusting(builder, authorities) } else { builder.tls_certs_only(authorities) })
}
