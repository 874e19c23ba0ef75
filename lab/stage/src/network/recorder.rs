//! The exchanges on a network, in the order in which requests were sent.

use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, Method, header};

use gitlab_mattermost_ground::exchange::{Exchange, Party};
use gitlab_mattermost_ground::masker::Masker;

/// Bodies are recorded up to here, in bytes.
const LARGEST_BODY: usize = 64 * 1024;

/// Most hosts that are remembered as asked for in vain.
const MOST_STRANGERS: usize = 20;

/// The exchanges of one network.
#[derive(Debug, Default)]
pub struct Recorder {
    masker: Masker,
    exchanges: Mutex<Vec<Exchange>>,
    strangers: Mutex<Vec<(Party, String)>>,
}

impl Recorder {
    /// What hides secrets in this record.
    pub fn masker(&self) -> &Masker {
        &self.masker
    }

    /// Takes a request that is being sent; what comes of it follows with [`Recorder::answered`] or [`Recorder::unanswered`].
    pub(super) fn asked(
        &self,
        (from, to): (Party, Party),
        method: &Method,
        url: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> usize {
        let exchange = Exchange {
            from,
            to,
            method: method.to_string(),
            url: self.masker.url(url),
            request_headers: self.fields(headers),
            request_body: self.readable(headers, body),
            answer: Err("no answer yet".to_owned()),
            response_headers: Vec::new(),
            response_body: String::new(),
        };
        let mut exchanges = self.lock();
        exchanges.push(exchange);
        exchanges.len() - 1
    }

    /// Completes the request that [`Recorder::asked`] returned `index` for with its answer.
    pub(super) fn answered(&self, index: usize, status: u16, headers: &HeaderMap, body: &[u8]) {
        let (fields, body) = (self.fields(headers), self.readable(headers, body));
        if let Some(exchange) = self.lock().get_mut(index) {
            (exchange.answer, exchange.response_headers, exchange.response_body) = (Ok(status), fields, body);
        }
    }

    /// Completes it with the reason why there is no answer.
    pub(super) fn unanswered(&self, index: usize, reason: String) {
        if let Some(exchange) = self.lock().get_mut(index) {
            exchange.answer = Err(reason);
        }
    }

    fn fields(&self, headers: &HeaderMap) -> Vec<(String, String)> {
        let masked = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
            (name.to_string(), self.masker.header(name.as_str(), &String::from_utf8_lossy(value.as_bytes())))
        };
        headers.iter().map(masked).collect()
    }

    fn readable(&self, headers: &HeaderMap, body: &[u8]) -> String {
        let content_type = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let Ok(text) = std::str::from_utf8(body) else { return format!("({} bytes that are no text)", body.len()) };
        let mut masked = self.masker.body(content_type, text);
        if masked.len() > LARGEST_BODY {
            let end = (0..=LARGEST_BODY).rev().find(|i| masked.is_char_boundary(*i)).unwrap_or(0);
            masked.truncate(end);
            masked.push_str("… (cut)");
        }
        masked
    }

    /// Takes note that `from` asked for a host that the network does not have.
    pub(super) fn stranger(&self, from: Party, host: &str) {
        let mut strangers = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
        let known = strangers.iter().any(|(who, name)| *who == from && name == host);
        if !known && strangers.len() < MOST_STRANGERS {
            strangers.push((from, host.to_owned()));
        }
    }

    /// Hosts that the network does not have, and who asked for them, each once, in the order of the first request.
    pub fn strangers(&self) -> Vec<(Party, String)> {
        self.strangers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Every exchange so far.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.lock().clone()
    }

    /// Number of exchanges so far, to look only at what comes after.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether nothing has been said yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Exchange>> {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
