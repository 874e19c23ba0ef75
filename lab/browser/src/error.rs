//! Why the browser shows no page, and addresses as errors tell them.

use url::Url;

/// As many pages as browsers follow without asking.
pub(super) const MOST_REDIRECTS: usize = 20;

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
    /// A name or value that no header field may have.
    #[error("`{name}` is no header field that can be sent")]
    InvalidField {
        /// Its name.
        name: String,
    },
    /// The client library could not be set up.
    #[error("the browser could not be set up")]
    SetUp {
        /// The library's reason.
        source: reqwest::Error,
    },
}

/// Reads an address.
pub(super) fn parse(url: &str) -> Result<Url, BrowserError> {
    Url::parse(url).map_err(|source| BrowserError::InvalidUrl { url: url.to_owned(), source })
}

/// A URL without what may be secret in it.
pub(super) fn without_query(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}
