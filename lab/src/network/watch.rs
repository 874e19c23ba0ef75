//! Noting what the lab's own browser says where no proxy can read it.

use std::sync::Arc;

use reqwest::Request;
use url::Url;

use super::{Names, Record};
use crate::browser::Page;
use crate::exchange::Party;

/// Takes the browser's requests by HTTPS into the record of a network.
#[derive(Debug, Clone)]
pub struct Watch {
    names: Arc<Names>,
    record: Arc<Record>,
}

impl Watch {
    pub(super) const fn new(names: Arc<Names>, record: Arc<Record>) -> Self {
        Self { names, record }
    }

    /// Notes a request that is being sent, unless a proxy sees it or nobody is at its place.
    pub fn asked(&self, request: &Request) -> Option<usize> {
        let url = Some(request.url()).filter(|url| url.scheme() == "https")?;
        let place = self.names.get(&host_and_port(url)?)?;
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        let way = (Party::Browser, place.party);
        Some(self.record.asked(way, request.method(), url.as_str(), request.headers(), body))
    }

    /// Notes what came of it.
    pub fn answered(&self, index: usize, answer: Result<&Page, String>) {
        match answer {
            Ok(page) => self.record.answered(index, page.status, &page.headers, page.body.as_bytes()),
            Err(reason) => self.record.unanswered(index, reason),
        }
    }
}

/// The name of the place, as a proxy is asked for it.
fn host_and_port(url: &Url) -> Option<String> {
    Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?))
}
