//! What a test expects to have been requested.

use std::borrow::Cow;

use gitlab_mattermost_ground::exchange::{Exchange, field};
use gitlab_mattermost_ground::http_secrets::word_of;
use serde_json::Value;

use super::sequence::{path, query, refusal};

/// A request that a test expects to have been made.
///
/// # Shape
/// A method and a path, `Expected::request("POST", "/oauth/token")` or just `"POST /oauth/token"`; then as much as the test
/// cares about. Fields are those of the query, of a form or of a JSON object. Secrets are masked in what is recorded, so of
/// those only the presence can be expected.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use gitlab_double::{Expected, GitLab};
///
/// let gitlab = GitLab::start().await;
/// let application = gitlab.application("notes").redirect_uri("http://localhost:3000/callback").create();
/// gitlab.user("alice").session().authorize(&application.authorize_url("s1")).unwrap();
/// gitlab.assert_requested(
///     Expected::request("GET", "/oauth/authorize").with("response_type", "code").has("state").answered(200).times(1),
/// );
/// gitlab.assert_requested(Expected::request("POST", "/oauth/token").times(0));
/// # });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    method: String,
    path: String,
    fields: Vec<(String, Option<String>)>,
    status: Option<u16>,
    times: Option<usize>,
}

/// `METHOD PATH`, or a path alone, for which GET is meant.
impl From<&str> for Expected {
    fn from(text: &str) -> Self {
        let (method, path) = text.split_once(' ').unwrap_or(("GET", text));
        Self::request(method, path)
    }
}

impl Expected {
    /// At least one request with this method for this path.
    pub fn request(method: &str, path: &str) -> Self {
        let (method, path) = (method.to_uppercase(), path.trim().to_owned());
        Self { method, path, fields: Vec::new(), status: None, times: None }
    }

    /// With a field of this value.
    ///
    /// # Panics
    /// If the field holds a secret, whose value is not recorded; [`has`](Self::has) is for those.
    #[track_caller]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        assert!(word_of(name).is_none(), "the value of `{name}` is a secret and not recorded; expect it with `has`");
        self.fields.push((name.to_owned(), Some(value.to_owned())));
        self
    }

    /// With a field of this name that is not empty.
    pub fn has(mut self, name: &str) -> Self {
        self.fields.push((name.to_owned(), None));
        self
    }

    /// Answered with this status.
    pub const fn answered(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Exactly so many of them.
    pub const fn times(mut self, times: usize) -> Self {
        self.times = Some(times);
        self
    }

    /// Whether it was requested; what is wrong if not.
    pub(super) fn check(&self, exchanges: &[Exchange]) -> Result<(), String> {
        let found = exchanges.iter().filter(|exchange| self.differences(exchange).is_empty()).count();
        if self.times.map_or(found > 0, |times| found == times) {
            return Ok(());
        }
        let times = self.times.map_or_else(|| "at least once".to_owned(), |times| format!("{times} times"));
        let mut lines = vec![format!("expected {self} {times}, found {found} in {} exchanges", exchanges.len())];
        if found == 0 {
            let same_place = |exchange: &&Exchange| exchange.method == self.method && path(&exchange.url) == self.path;
            for exchange in exchanges.iter().filter(same_place) {
                let refusal = refusal(exchange).map(|why| format!(" ({why})")).unwrap_or_default();
                lines.push(format!("the one there was: {}{refusal}", self.differences(exchange).join(", ")));
            }
        }
        Err(lines.join("\n"))
    }

    /// How `exchange` differs; `None` if it is what is expected.
    fn differences(&self, exchange: &Exchange) -> Vec<String> {
        let mut differences = Vec::new();
        if exchange.method != self.method || path(&exchange.url) != self.path {
            differences.push(format!("{} {}", exchange.method, path(&exchange.url)));
        }
        let fields = fields(exchange);
        for (name, value) in &self.fields {
            let found: Vec<_> = fields.iter().filter(|(known, _)| known == name).map(|(_, value)| value).collect();
            let matches = match value {
                Some(value) => found.contains(&value),
                None => found.iter().any(|found| !found.is_empty()),
            };
            if !matches {
                differences.push(match found.first() {
                    Some(found) => format!("`{name}` is `{found}`"),
                    None => format!("no `{name}`"),
                });
            }
        }
        if let (Some(expected), Ok(status)) = (self.status, &exchange.answer)
            && expected != *status
        {
            differences.push(format!("answered with {status}"));
        }
        differences
    }
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{} {}`", self.method, self.path)?;
        for (name, value) in &self.fields {
            match value {
                Some(value) => write!(f, " with `{name}={value}`")?,
                None => write!(f, " with `{name}`")?,
            }
        }
        match self.status {
            Some(status) => write!(f, " answered with {status}"),
            None => Ok(()),
        }
    }
}

/// The fields of a request: of its query, of a form, of a JSON object.
fn fields(exchange: &Exchange) -> Vec<(String, String)> {
    let pairs = |text: &str| {
        let owned = |(name, value): (Cow<'_, str>, Cow<'_, str>)| (name.into_owned(), value.into_owned());
        form_urlencoded::parse(text.as_bytes()).map(owned).collect::<Vec<_>>()
    };
    let mut fields = pairs(query(&exchange.url));
    let content_type = field(&exchange.request_headers, "content-type").unwrap_or_default();
    if content_type.starts_with("application/x-www-form-urlencoded") {
        fields.extend(pairs(&exchange.request_body));
    } else if let Ok(Value::Object(members)) = serde_json::from_str(&exchange.request_body) {
        fields.extend(members.into_iter().map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (name, text)
        }));
    }
    fields
}
