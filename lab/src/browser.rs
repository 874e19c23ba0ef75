//! A person's web browser, as far as a sign-in needs one: cookies, redirects, forms, and the one kind of script that
//! these pages use to go elsewhere (`window.location = …`).
//!
//! Not here: what a page means; steps say what they expect of it.

mod form;
mod page;

use std::net::SocketAddr;
use std::time::Duration;

pub use form::Form;
pub use page::{Page, script_target, visible_text};
use url::Url;

/// A person gives up after this.
const ANSWER_WITHIN: Duration = Duration::from_secs(45);
/// As many pages as browsers follow without asking.
const MOST_REDIRECTS: usize = 20;

/// Why the browser shows no page.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// The address is no URL.
    #[error("`{url}` is not a URL")]
    InvalidUrl {
        /// What was given.
        url: String,
        /// The parser's reason.
        source: url::ParseError,
    },
    /// No answer came.
    #[error("no answer from `{url}`")]
    NoAnswer {
        /// Scheme, host and path; the query may hold secrets.
        url: String,
        /// The client's reason.
        source: reqwest::Error,
    },
    /// The pages lead to one another without end.
    #[error("more than {MOST_REDIRECTS} pages in a row led on to another; the last was `{url}`")]
    TooManyRedirects {
        /// Scheme, host and path of the last page.
        url: String,
    },
    /// The browser has no page to act on.
    #[error("no page is open; open one first")]
    NoPage,
    /// The page has no such button.
    #[error("the page `{url}` (\"{title}\") has no button \"{button}\"; it has {buttons:?}")]
    NoButton {
        /// Scheme, host and path of the page.
        url: String,
        /// Its title.
        title: String,
        /// What was looked for.
        button: String,
        /// What there is.
        buttons: Vec<String>,
    },
    /// The client library could not be set up.
    #[error("the browser could not be set up")]
    SetUp {
        /// The library's reason.
        source: reqwest::Error,
    },
}

/// A browser with its own cookies; it knows the names of the lab through the proxy it was given.
#[derive(Debug)]
pub struct Browser {
    client: reqwest::Client,
    page: Option<Page>,
}

impl Browser {
    /// A new browser without cookies that reaches everybody through `proxy`.
    ///
    /// # Errors
    /// [`BrowserError::SetUp`], if the client library refuses.
    pub fn new(proxy: SocketAddr) -> Result<Self, BrowserError> {
        let proxy = reqwest::Proxy::all(format!("http://{proxy}")).map_err(|source| BrowserError::SetUp { source })?;
        Self::set_up(reqwest::Client::builder().proxy(proxy))
    }

    /// A new browser without cookies that reaches everybody as programs on this machine do: by their real names, and
    /// through the proxy of the environment if there is one.
    ///
    /// # Errors
    /// [`BrowserError::SetUp`], if the client library refuses.
    pub fn direct() -> Result<Self, BrowserError> {
        Self::set_up(reqwest::Client::builder())
    }

    fn set_up(builder: reqwest::ClientBuilder) -> Result<Self, BrowserError> {
        crate::tls::install_provider();
        let builder = builder.redirect(reqwest::redirect::Policy::none()).cookie_store(true).timeout(ANSWER_WITHIN);
        let client = builder.build().map_err(|source| BrowserError::SetUp { source })?;
        Ok(Self { client, page: None })
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
        let url = Url::parse(url).map_err(|source| BrowserError::InvalidUrl { url: url.to_owned(), source })?;
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
        let page = self.page()?;
        let form = page.form_with_button(button).ok_or_else(|| BrowserError::NoButton {
            url: page.place(),
            title: page.title(),
            button: button.to_owned(),
            buttons: page.forms().into_iter().flat_map(|form| form.buttons).collect(),
        })?;
        let action = form.action.clone();
        let filled = form.filled(fields);
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
        let url = Url::parse(url).map_err(|source| BrowserError::InvalidUrl { url: url.to_owned(), source })?;
        Page::receive(self.client.get(url.clone()).header("Accept", "application/json"), &url).await
    }

    async fn send(&mut self, request: reqwest::RequestBuilder, url: &Url) -> Result<&Page, BrowserError> {
        let page = Page::receive(request, url).await?;
        Ok(self.page.insert(page))
    }
}

/// A URL without what may be secret in it.
fn without_query(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}
