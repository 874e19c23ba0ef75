//! The last exchanges of the mock, with their secrets masked as they are recorded.

use std::collections::VecDeque;

use gitlab_mattermost_core::http::page::{Block, Flash, Page};
use gitlab_mattermost_core::http::{Body, Headers, Request, Response};

use super::mask;
use gitlab_mattermost_ground::exchange::{Exchange, Party};

/// Most exchanges kept.
const LIMIT: usize = 1000;

/// Longest URL or body kept, in bytes; the rest is cut.
const TEXT_LIMIT: usize = 4096;

/// Longest header field kept, in bytes; the rest is cut.
const FIELD_LIMIT: usize = 1024;

/// The last exchanges, oldest first.
#[derive(Debug, Default)]
pub(super) struct Recorder(VecDeque<Exchange>);

impl Recorder {
    /// Records an exchange.
    pub fn record(&mut self, request: &Request, response: &Response) {
        if self.0.len() == LIMIT {
            self.0.pop_front();
        }
        let query = if request.query.is_empty() { String::new() } else { format!("?{}", mask::form(&request.query)) };
        let content_type = request.headers.get("content-type").unwrap_or_default();
        self.0.push_back(Exchange {
            from: asker(&request.path),
            to: Party::GitLab,
            method: request.method.clone(),
            url: cut(format!("{}://{}{}{query}", request.scheme, request.host, request.path), TEXT_LIMIT),
            request_headers: masked_fields(&request.headers),
            request_body: cut(mask::body(content_type, &request.body), TEXT_LIMIT),
            answer: Ok(response.status),
            response_headers: masked_fields(&response.headers),
            response_body: cut(
                match &response.body {
                    Body::Empty => String::new(),
                    Body::Bytes(bytes) => mask::body(response.headers.get("content-type").unwrap_or_default(), bytes),
                    Body::Page(page) => outline(page),
                },
                TEXT_LIMIT,
            ),
        });
    }

    /// What was recorded.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.0.iter().cloned().collect()
    }

    /// Forgets it.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}

/// Who asks for this path in the document's sequence: tokens and users are Mattermost's concern, pages the browser's.
fn asker(path: &str) -> Party {
    let is_for_programs = path.starts_with("/api/")
        || matches!(path, "/oauth/token" | "/oauth/token/info" | "/oauth/revoke" | "/oauth/introspect");
    if is_for_programs { Party::Mattermost } else { Party::Browser }
}

fn masked_fields(headers: &Headers) -> Vec<(String, String)> {
    headers.0.iter().map(|(name, value)| (name.clone(), cut(mask::field(name, value), FIELD_LIMIT))).collect()
}

fn cut(mut text: String, limit: usize) -> String {
    if text.len() > limit {
        let end = (0..=limit).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.push('\u{2026}');
        // What was cut off would stay in memory with the rest.
        text.shrink_to_fit();
    }
    text
}

/// What a page says, without the values of its forms.
pub(super) fn outline(page: &Page) -> String {
    let mut lines = vec![page.title.clone()];
    match &page.flash {
        Some(Flash::Alert(text) | Flash::Notice(text)) => lines.push(text.clone()),
        None => {}
    }
    for block in &page.blocks {
        match block {
            Block::Heading(text) | Block::Text(text) | Block::Preformatted(text) => lines.push(text.clone()),
            Block::Items(items) | Block::Errors(items) => lines.extend(items.iter().map(|item| format!("- {item}"))),
            Block::Form(form) => lines.push(format!("[{}]", form.submit)),
            Block::Value { .. } | Block::Link { .. } | Block::Table(_) => {}
        }
    }
    if let Some(target) = &page.redirect_to {
        lines.push(format!("to {}", mask::url(target)));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use gitlab_mattermost_core::http::{Headers, Request, Response};

    use super::{LIMIT, Recorder};

    #[test]
    fn nothing_secret_is_recorded() {
        let request = Request {
            method: "POST".to_owned(),
            scheme: "http".to_owned(),
            host: "gitlab.example.com".to_owned(),
            path: "/oauth/token".to_owned(),
            query: "code=s3cr3t&client_id=public".to_owned(),
            headers: Headers(vec![
                ("Authorization".to_owned(), "Basic s3cr3t".to_owned()),
                ("Cookie".to_owned(), "_gitlab_session=s3cr3t".to_owned()),
                ("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
            ]),
            body: b"client_secret=s3cr3t&user[password]=s3cr3t&grant_type=authorization_code".to_vec(),
        };
        let location = "http://mm.example.com/cb?code=s3cr3t#access_token=s3cr3t";
        let response = Response {
            status: 302,
            headers: Headers(vec![
                ("Location".to_owned(), location.to_owned()),
                ("Set-Cookie".to_owned(), "_gitlab_session=s3cr3t; path=/".to_owned()),
                ("Content-Type".to_owned(), "application/json".to_owned()),
            ]),
            body: gitlab_mattermost_core::http::Body::Bytes(br#"{"access_token": "s3cr3t", "scope": "api"}"#.to_vec()),
        };
        let mut recorder = Recorder::default();
        recorder.record(&request, &response);
        let json = serde_json::to_string(&recorder.exchanges()).unwrap();
        assert!(!json.contains("s3cr3t"), "{json}");
        for kept in ["client_id=public", "authorization_code", "http://mm.example.com/cb?code=", "api"] {
            assert!(json.contains(kept), "{kept} in {json}");
        }
    }

    #[test]
    fn only_the_last_exchanges_are_kept() {
        let mut recorder = Recorder::default();
        for _ in 0..LIMIT + 5 {
            recorder.record(&Request::default(), &Response::default());
        }
        assert_eq!(recorder.exchanges().len(), LIMIT);
    }
}
