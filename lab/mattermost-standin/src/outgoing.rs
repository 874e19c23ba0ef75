//! Calls from the server to GitLab, made as Go's HTTP client makes them.

mod trust;

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use gitlab_mattermost_core::http::{Body, Headers, Request, Response};
use gitlab_mattermost_core::mattermost::CallFailed;
use gitlab_mattermost_core::mattermost::calls::{Proxies, is_internal, keeps_body, keeps_credentials};
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LOCATION};
use url::Url;

const MOST_REDIRECTS: usize = 10;

/// What is read of an answer; the rest is left.
const MOST_BYTES: usize = 1 << 20;

/// The server's HTTP client.
#[derive(Debug)]
pub(super) struct Outgoing {
    client: reqwest::Client,
    proxies: Proxies,
}

impl Outgoing {
    /// A client with the proxy and certificate variables of `environment` that gives up after `timeout`.
    ///
    /// # Errors
    /// The client library refuses.
    pub(super) fn new(
        environment: &BTreeMap<String, String>,
        timeout: Duration,
        insecure: bool,
    ) -> Result<Self, reqwest::Error> {
        gitlab_mattermost_ground::tls::install_provider();
        let proxies = Proxies::from_environment(environment);
        let of_a_call = proxies.clone();
        let builder = reqwest::Client::builder()
            .http1_only()
            .http1_title_case_headers()
            .redirect(reqwest::redirect::Policy::none())
            .proxy(reqwest::Proxy::custom(move |url| proxy_for(&of_a_call, url)))
            .connect_timeout(timeout.min(Duration::from_secs(3)))
            .timeout(timeout);
        let client = if insecure {
            builder.tls_danger_accept_invalid_certs(true).tls_certs_only([]).build()?
        } else {
            builder.tls_backend_preconfigured(trust::tls(environment)).build()?
        };
        Ok(Self { client, proxies })
    }

    /// Whether an address that a user has given may be called: nothing on the machine's own networks, unless `allowed`
    /// names the host. The host is the one that is connected to, so the proxy's where there is one.
    ///
    /// DIFFERENCE: networks (`10.0.0.0/8`) in `allowed` are not looked at.
    pub(super) async fn may_reach(&self, url: &Url, allowed: &str) -> bool {
        let proxy = proxy_for(&self.proxies, url);
        let target = proxy.as_ref().unwrap_or(url);
        let host = target.host_str().unwrap_or_default();
        if allowed.split(|c: char| c.is_whitespace() || c == ',').any(|name| name == host) {
            return true;
        }
        let port = target.port_or_known_default().unwrap_or_default();
        let Ok(mut addresses) = tokio::net::lookup_host((host.trim_matches(['[', ']']), port)).await else {
            // The call itself tells that there is no such host.
            return true;
        };
        addresses.any(|address| !is_internal(address.ip()))
    }

    /// Sends `request` and follows redirects.
    ///
    /// # Errors
    /// No answer came; in the words of Go's client.
    pub(super) async fn call(&self, request: &Request) -> Result<Response, CallFailed> {
        let failed = |reason: String| CallFailed { reason };
        let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
        let mut url = Url::parse(&format!("{}://{}{}{query}", request.scheme, request.host, request.path))
            .map_err(|error| failed(error.to_string()))?;
        let mut method = Method::from_bytes(request.method.as_bytes()).map_err(|error| failed(error.to_string()))?;
        let mut headers = header_map(&request.headers);
        let mut body = Some(request.body.clone()).filter(|body| !body.is_empty());
        for _ in 0..=MOST_REDIRECTS {
            let mut sent = self.client.request(method.clone(), url.clone()).headers(headers.clone());
            if let Some(body) = &body {
                sent = sent.body(body.clone());
            }
            let answer = sent.send().await.map_err(|error| failed(reason(&error, &url)))?;
            let Some(target) = redirect_target(&answer) else { return Ok(whole(answer).await) };
            let next = url.join(&target).map_err(|error| failed(error.to_string()))?;
            if !keeps_body(answer.status().as_u16()) {
                method = Method::GET;
                body = None;
            }
            if !keeps_credentials(url.host_str().unwrap_or_default(), next.host_str().unwrap_or_default()) {
                headers.remove("authorization");
            }
            url = next;
        }
        Err(failed(format!("stopped after {MOST_REDIRECTS} redirects")))
    }
}

/// The proxy for a call to `url`, if it needs one.
fn proxy_for(proxies: &Proxies, url: &Url) -> Option<Url> {
    let proxy = proxies.for_target(url.scheme(), url.host_str()?, url.port_or_known_default())?;
    Url::parse(proxy).ok()
}

fn header_map(headers: &Headers) -> HeaderMap {
    let field = |(name, value): &(String, String)| {
        Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?))
    };
    headers.0.iter().filter_map(field).collect()
}

fn redirect_target(answer: &reqwest::Response) -> Option<String> {
    let redirects = matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let target = answer.headers().get(LOCATION).filter(|_| redirects)?;
    Some(String::from_utf8_lossy(target.as_bytes()).into_owned())
}

/// The answer with as much of its body as came: one that broke off is told by its content.
async fn whole(mut answer: reqwest::Response) -> Response {
    let mut headers = Headers::default();
    for (name, value) in answer.headers() {
        headers.push(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
    }
    let status = answer.status().as_u16();
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        let room = MOST_BYTES.saturating_sub(bytes.len());
        bytes.extend(chunk.iter().take(room));
        if chunk.len() > room {
            break;
        }
    }
    Response { status, headers, body: Body::Bytes(bytes) }
}

/// Why a call failed, in the words of Go's client as far as they are known.
fn reason(error: &reqwest::Error, url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let causes: Vec<String> =
        std::iter::successors(error.source(), |cause| (*cause).source()).map(ToString::to_string).collect();
    let says = |words: &str| causes.iter().any(|cause| cause.contains(words));
    if let Some(words) = tls_error(error).and_then(trust::words) {
        words
    } else if error.is_timeout() {
        "context deadline exceeded (Client.Timeout exceeded while awaiting headers)".to_owned()
    } else if says("dns error") || says("failed to lookup address") {
        format!("dial tcp: lookup {host}: no such host")
    } else if says("Connection refused") {
        format!("dial tcp {host}:{}: connect: connection refused", url.port_or_known_default().unwrap_or_default())
    } else if says("connection closed before message completed") || says("Connection reset") {
        "EOF".to_owned()
    } else {
        causes.last().cloned().unwrap_or_else(|| "no answer".to_owned())
    }
}

/// The error of the TLS connection behind a failed call. Input-output errors hide what they hold from those who ask for
/// their cause.
fn tls_error(error: &reqwest::Error) -> Option<&rustls::Error> {
    fn held<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
        let inner = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause.downcast_ref().or_else(|| held(inner?))
    }
    std::iter::successors(error.source(), |cause| (*cause).source()).find_map(held)
}
