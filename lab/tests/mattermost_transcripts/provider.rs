//! GitLab as it was recorded: a proxy that answers what the server asks `gitlab.example.com`, in the recorded order, and
//! notes what was asked otherwise.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::transcript::{Request, Response};

type Script = Arc<Mutex<Told>>;

#[derive(Debug, Default)]
struct Told {
    expected: VecDeque<(Request, Response)>,
    differences: Vec<String>,
}

/// A running provider.
pub struct Provider {
    pub address: SocketAddr,
    told: Script,
    task: tokio::task::JoinHandle<()>,
}

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let told = Script::default();
        let script = told.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let script = script.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| answer(script.clone(), request));
                    // An error is how an unanswered request ends.
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { address, told, task }
    }

    /// Expects these requests from now on.
    pub fn expect(&self, exchanges: impl IntoIterator<Item = (Request, Response)>) {
        self.told.lock().expect("no panic").expected.extend(exchanges);
    }

    /// What was asked otherwise, or not at all.
    pub fn differences(&self) -> Vec<String> {
        let mut told = self.told.lock().expect("no panic");
        let missing: Vec<String> = told
            .expected
            .drain(..)
            .map(|(request, _)| format!("not asked: {} {}", request.method, request.url))
            .collect();
        std::mem::take(&mut told.differences).into_iter().chain(missing).collect()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(script: Script, request: hyper::Request<Incoming>) -> Result<hyper::Response<Full<Bytes>>, Error> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(Error::other)?.to_bytes();
    let url = parts.uri.to_string();
    if parts.method == hyper::Method::CONNECT {
        // A server that calls its maker, which is no part of a sign-in.
        return Err(Error::from(ErrorKind::NotConnected));
    }
    let Some((expected, answer)) = script.lock().expect("no panic").expected.pop_front() else {
        // A host that cannot be found answers nothing either.
        if !url.contains("nohost.invalid") {
            script.lock().expect("no panic").differences.push(format!("asked unexpectedly: {} {url}", parts.method));
        }
        return Err(Error::from(ErrorKind::NotConnected));
    };
    let mut differences = Vec::new();
    let mut compare = |what: &str, expected: &str, actual: &str| {
        if expected != actual {
            differences.push(format!("{what} of the request to GitLab: expected `{expected}`, got `{actual}`"));
        }
    };
    compare("method", &expected.method, parts.method.as_str());
    compare("URL", &expected.url, &url);
    compare("body", &expected.body, &String::from_utf8_lossy(&body));
    for (name, value) in &expected.headers {
        let actual = parts.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        compare(name, value, &actual.unwrap_or_default());
    }
    script.lock().expect("no panic").differences.extend(differences);
    let Some(status) = answer.status else { return Err(Error::from(ErrorKind::ConnectionAborted)) };
    let mut response = hyper::Response::builder().status(status);
    for (name, fields) in &answer.headers {
        for field in fields.all() {
            response = response.header(name, field);
        }
    }
    let response: Result<_, Infallible> = Ok(response.body(Full::from(answer.body)).expect("a recorded answer"));
    response.map_err(|never| match never {})
}
