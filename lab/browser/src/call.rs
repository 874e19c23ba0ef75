//! What a program, not a person, does with a browser's connection and cookies; and what makes it somebody's.

use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, cookie::CookieStore as _};

use super::Browser;
use super::error::{BrowserError, parse};
use super::form::Form;
use super::page::Page;
use super::presented::Presented;

/// A request with all of its parts.
#[derive(Debug, Clone, Default)]
pub struct Call<'a> {
    /// Where to.
    pub url: &'a str,
    /// Its header fields.
    pub headers: &'a [(&'a str, &'a str)],
    /// What is sent as a form; the request is a POST then.
    pub form: Option<&'a [(&'a str, &'a str)]>,
    /// What is sent as JSON; the request is a POST then.
    pub json: Option<&'a serde_json::Value>,
}

impl Browser {
    /// Sends the header field `name` to the site of `url` from now on, with every request.
    ///
    /// # Errors
    /// [`BrowserError::InvalidUrl`] and [`BrowserError::InvalidField`].
    pub fn present(&mut self, url: &str, name: &str, value: &str) -> Result<(), BrowserError> {
        let invalid = || BrowserError::InvalidField { name: name.to_owned() };
        let field = HeaderName::try_from(name).map_err(|_| invalid())?;
        let mut value = HeaderValue::try_from(value).map_err(|_| invalid())?;
        value.set_sensitive(true);
        let fields = [(field, value)].into_iter().collect();
        self.presented = Some(Presented { origin: parse(url)?.origin(), fields });
        Ok(())
    }

    /// Gives the browser a cookie of the site of `url`, as `name=value`.
    ///
    /// # Errors
    /// [`BrowserError::InvalidUrl`].
    pub fn add_cookie(&self, url: &str, cookie: &str) -> Result<(), BrowserError> {
        self.cookies.add_cookie_str(&format!("{cookie}; Path=/"), &parse(url)?);
        Ok(())
    }

    /// The names of the cookies that would be sent to `url`, for messages.
    ///
    /// # Errors
    /// [`BrowserError::InvalidUrl`].
    pub fn cookie_names(&self, url: &str) -> Result<Vec<String>, BrowserError> {
        let field = self.cookies.cookies(&parse(url)?);
        let text = field.as_ref().and_then(|field| field.to_str().ok()).unwrap_or_default();
        Ok(text.split("; ").filter_map(|pair| pair.split_once('=')).map(|(name, _)| name.to_owned()).collect())
    }

    /// Makes a request with the browser's cookies; the page on show stays.
    ///
    /// # Errors
    /// [`BrowserError::InvalidUrl`], [`BrowserError::InvalidField`] and [`BrowserError::NoAnswer`].
    pub async fn call(&self, call: &Call<'_>) -> Result<Page, BrowserError> {
        let url = parse(call.url)?;
        let method = if call.form.is_some() || call.json.is_some() { Method::POST } else { Method::GET };
        let mut request = self.client.request(method, url.clone());
        for (name, value) in call.headers {
            let invalid = || BrowserError::InvalidField { name: (*name).to_owned() };
            let field = HeaderName::try_from(*name).map_err(|_| invalid())?;
            request = request.header(field, HeaderValue::try_from(*value).map_err(|_| invalid())?);
        }
        if let Some(form) = call.form {
            request = request.form(form);
        }
        if let Some(json) = call.json {
            request = request.json(json);
        }
        self.receive(request, &url).await
    }

    /// Sends a form of the page on show, or of another page, after filling in `fields`, and stays at the answer. The button
    /// is the one that says `button`, has it as its name, or else the form's first.
    ///
    /// # Errors
    /// As [`Browser::open_only`].
    pub async fn send_form(
        &mut self,
        form: &Form,
        button: Option<&str>,
        fields: &[(&str, &str)],
    ) -> Result<&Page, BrowserError> {
        let mut filled = form.filled(fields);
        filled.extend(form.pressed_or_first(button));
        let action = form.action.clone();
        let request = if form.method == "get" {
            self.client.get(action.clone()).query(&filled)
        } else {
            self.client.post(action.clone()).form(&filled)
        };
        self.send(request.header("Accept", "text/html"), &action).await
    }
}
