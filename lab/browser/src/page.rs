//! A page the browser shows: what came back, and where it leads.

use std::sync::LazyLock;

use regex::Regex;
use scraper::Html;
use url::Url;

use super::error::{BrowserError, without_query};
use super::form::{Form, select};

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Page {
    /// The URL it came from.
    pub url: Url,
    /// Status code.
    pub status: u16,
    /// Header fields.
    pub headers: reqwest::header::HeaderMap,
    /// Body as text.
    pub body: String,
}

impl Page {
    pub(super) async fn receive(request: reqwest::RequestBuilder, url: &Url) -> Result<Self, BrowserError> {
        let no_answer =
            |source: reqwest::Error| BrowserError::NoAnswer { url: without_query(url), source: source.without_url() };
        let response = request.send().await.map_err(no_answer)?;
        let url = response.url().clone();
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = response.bytes().await.map_err(no_answer)?;
        // A byte order mark stays: readers of JSON stumble over it. What is not UTF-8 is mostly Latin-1.
        let body = String::from_utf8(bytes.to_vec())
            .unwrap_or_else(|error| error.as_bytes().iter().copied().map(char::from).collect());
        Ok(Self { url, status, headers, body })
    }

    /// Scheme, host and path: what of the address may be shown.
    pub fn place(&self) -> String {
        without_query(&self.url)
    }

    /// The value of a header field.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Where a redirect, or a script that does nothing else, leads; `None` if the page stays.
    pub fn leads_to(&self) -> Option<Url> {
        if (300..400).contains(&self.status) {
            return self.url.join(self.header("location")?).ok();
        }
        let target = script_target(&self.body)?;
        self.url.join(&target).ok()
    }

    /// The title of the page; empty if it has none.
    pub fn title(&self) -> String {
        let document = Html::parse_document(&self.body);
        select(document.root_element(), "title").first().map(|t| t.text().collect::<String>()).unwrap_or_default()
    }

    /// What a person reads on the page, scripts and styles left out, white space folded.
    pub fn text(&self) -> String {
        visible_text(&self.body)
    }

    /// Every form of the page.
    pub fn forms(&self) -> Vec<Form> {
        Form::all(&Html::parse_document(&self.body), &self.url)
    }

    /// The form whose button says `button`, or begins with it ("Authorize GitLab Mattermost").
    pub fn form_with_button(&self, button: &str) -> Option<Form> {
        let forms = self.forms();
        let exact = forms.iter().find(|form| form.buttons.iter().any(|b| b == button));
        exact.or_else(|| forms.iter().find(|form| form.buttons.iter().any(|b| b.starts_with(button)))).cloned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_str(&self.body).ok()
    }

    /// What an answer of Mattermost's API comes to, in a few words: its status, and the id of the error if it is one.
    pub fn outcome(&self) -> String {
        let error = self.json().filter(|_| self.status >= 400);
        match error.as_ref().and_then(|error| error["id"].as_str()) {
            Some(id) => format!("status {} and `{id}`", self.status),
            None => format!("status {}", self.status),
        }
    }
}

/// Where a page of HTML sends the browser by script, as the script has it; `None` if the page stays.
pub fn script_target(html: &str) -> Option<String> {
    let document = Html::parse_document(html);
    let scripts = select(document.root_element(), "script, body[onload]");
    scripts.iter().find_map(|script| {
        let text = script.attr("onload").map_or_else(|| script.text().collect::<String>(), str::to_owned);
        JUMP.captures(&text).and_then(|found| found.get(1).or(found.get(2))).map(|m| unescaped(m.as_str()))
    })
}

/// What a person reads on a page of HTML, scripts and styles left out, white space folded.
pub fn visible_text(html: &str) -> String {
    let document = Html::parse_document(html);
    let Some(body) = select(document.root_element(), "body").into_iter().next() else { return String::new() };
    let hidden = ["script", "style", "noscript"];
    let texts = body.descendants().filter_map(|node| {
        let parent = node.parent().and_then(|p| p.value().as_element().map(|e| e.name().to_owned()));
        let shown = parent.is_none_or(|name| !hidden.contains(&name.as_str()));
        node.value().as_text().filter(|_| shown).map(|t| t.to_string())
    });
    texts.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `window.location = "…"`, `window.location.href = '…'`, `window.location.replace("…")`.
#[allow(clippy::expect_used, reason = "a constant pattern, covered by the tests below")]
static JUMP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"window\.location(?:\.href)?(?:\s*=\s*|\.(?:replace|assign)\()(?:"([^"]*)"|'([^']*)')"#)
        .expect("the pattern is constant")
});

/// A JavaScript string's text: `\/`, `\u0026` and the like undone.
fn unescaped(text: &str) -> String {
    let json = format!("\"{}\"", text.replace("\\'", "'").replace('"', "\\\""));
    serde_json::from_str(&json).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Page;

    fn page(status: u16, body: &str) -> Page {
        Page {
            url: "http://gitlab.example.com/oauth/authorize?x=1".parse().expect("a URL"),
            status,
            headers: reqwest::header::HeaderMap::new(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn a_script_that_sets_the_location_leads_on() {
        let jump = page(200, r#"<html><script>window.location= "http:\/\/mm.example.com\/a?b=1\u0026c=2";</script>"#);
        assert_eq!(jump.leads_to().map(String::from).as_deref(), Some("http://mm.example.com/a?b=1&c=2"));
        let onload = page(500, r#"<html><body onload="window.location = '/error?message\u003Dx\u0026s\u003Dy'">"#);
        let target = "http://gitlab.example.com/error?message=x&s=y";
        assert_eq!(onload.leads_to().map(String::from).as_deref(), Some(target));
        assert_eq!(page(200, "<html><script>var a = 1;</script>").leads_to(), None);
    }

    #[test]
    fn a_redirect_is_resolved_against_the_page_it_came_from() {
        let mut redirect = page(302, "");
        redirect.headers.insert("location", "/users/sign_in".parse().expect("a header"));
        assert_eq!(redirect.leads_to().map(String::from).as_deref(), Some("http://gitlab.example.com/users/sign_in"));
    }

    #[test]
    fn forms_carry_hidden_fields_and_what_is_typed() {
        let html = r#"<form action="/oauth/authorize" method="post"><input type="hidden" name="_method" value="delete">
            <input type="hidden" name="state" value="s"><input type="checkbox" name="remember" value="1">
            <button type="submit">Deny</button></form>
            <form action="/oauth/authorize" method="post"><input name="state" value="s">
            <input type="submit" value="Authorize GitLab Mattermost"></form>"#;
        let page = page(200, html);
        let deny = page.form_with_button("Deny").expect("a form");
        assert_eq!(deny.action.path(), "/oauth/authorize");
        assert_eq!(deny.fields, [("_method".to_owned(), "delete".to_owned()), ("state".to_owned(), "s".to_owned())]);
        let authorize = page.form_with_button("Authorize").expect("a form");
        assert_eq!(authorize.filled(&[("state", "t")]), [("state".to_owned(), "t".to_owned())]);
        assert!(page.form_with_button("Allow").is_none());
    }

    #[test]
    fn the_text_of_a_page_is_what_a_person_reads() {
        let page = page(200, "<html><head><title>T</title></head><body><p>One\n two</p><script>x()</script></body>");
        assert_eq!(page.text(), "One two");
        assert_eq!(page.title(), "T");
    }
}
