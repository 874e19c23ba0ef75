//! Requests as a server's log tells of them, and how they were answered; the two steps of a sign-in among them.
//!
//! # Shape
//! `"POST /oauth/token HTTP/1.1" 404` (nginx), `{"method":"POST","path":"/oauth/token","status":404}` (GitLab's JSON logs),
//! `Started POST "/oauth/token" for …` with `Completed 404 …` (Rails).

use percent_encoding::percent_decode_str;

use super::super::sign_in::Address;
use super::super::text::address;
use super::field::{field, is_status};

/// What is added to an entry whose redirect URI is not the one that the sign-in began with.
pub(super) const DIFFERS: &str = "redirect_uri at /oauth/token unlike at /oauth/authorize";
/// Redirect URIs that are remembered; a server has few.
const REMEMBERED: usize = 64;
/// Between the name of a parameter and its value there is no more than this.
const BETWEEN: usize = 16;

/// The request of an entry and the status of its answer: `asked by POST: /oauth/token => 404`.
pub(super) fn answered(text: &str) -> Option<String> {
    let (method, path, status) = by_nginx(text).or_else(|| by_gitlab(text)).or_else(|| by_rails(text))?;
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let is_method = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase());
    (is_method && is_status(status)).then(|| format!("asked by {method}: {path} => {status}"))
}

fn by_nginx(text: &str) -> Option<(&str, &str, &str)> {
    let (before, after) = text.split_once(" HTTP/")?;
    let (method, path) = before.rsplit_once('"')?.1.split_once(' ')?;
    let status = after.split_once("\" ")?.1.get(..3)?;
    Some((method, path, status))
}

fn by_gitlab(text: &str) -> Option<(&str, &str, &str)> {
    let path = field(text, "\"path")?;
    Some((field(text, "\"method")?, path, field(text, "\"status")?))
}

fn by_rails(text: &str) -> Option<(&str, &str, &str)> {
    let (method, rest) = text.split_once("Started ")?.1.split_once(" \"")?;
    let status = text.split_once("Completed ")?.1.get(..3)?;
    Some((method, rest.split('"').next()?, status))
}

/// Remembers with which redirect URI sign-ins began, to compare it with the one of the token request.
#[derive(Debug, Default)]
pub(super) struct RedirectUris {
    begun: Vec<Address>,
}

impl RedirectUris {
    /// Takes an entry, and says whether its token request has another redirect URI than the sign-in began with: another
    /// scheme or port of the same page.
    pub fn differs(&mut self, text: &str) -> bool {
        let Some(uri) = redirect_uri(text) else { return false };
        let same_page = |begun: &Address| begun.host == uri.host && begun.path == uri.path;
        if text.contains("/oauth/token") {
            let begun = self.begun.iter().rev().find(|begun| same_page(begun));
            return begun.is_some_and(|begun| *begun != uri) && !text.contains("/oauth/token => 200");
        }
        if text.contains("/oauth/authorize") {
            self.begun.retain(|begun| *begun != uri);
            if self.begun.len() == REMEMBERED {
                self.begun.remove(0);
            }
            self.begun.push(uri);
        }
        false
    }
}

/// The redirect URI among an entry's parameters.
fn redirect_uri(text: &str) -> Option<Address> {
    let after = text.split_once("redirect_uri")?.1;
    let at = after.find("http").filter(|at| *at <= BETWEEN)?;
    let value = after[at..].split(['"', '&', ' ', ',', '}', ']']).next()?;
    address(&percent_decode_str(value).decode_utf8_lossy())
}

#[cfg(test)]
mod tests {
    use super::{RedirectUris, answered};

    #[test]
    fn a_request_and_its_answer_are_found_in_every_log() {
        for text in [
            r#"192.0.2.1 - - [31/Mar/2020:13:48:24 +0200] "POST /oauth/token?x=y HTTP/1.1" 404 5 "-" "Mattermost-Bot/1.1""#,
            r#"{"method":"POST","path":"/oauth/token","format":"json","status":404}"#,
            "Started POST \"/oauth/token\" for 192.0.2.1 at 2024-01-03 22:49:40 Completed 404 Not Found in 5ms",
        ] {
            assert_eq!(answered(text).as_deref(), Some("asked by POST: /oauth/token => 404"), "{text}");
        }
        for text in ["", "\"x HTTP/", "Started x \"", "POST /oauth/token HTTP/1.1\" 404", "{\"method\":\"POST\"}"] {
            assert_eq!(answered(text), None, "{text}");
        }
    }

    #[test]
    fn redirect_uris_of_the_two_steps_are_compared() {
        let mut uris = RedirectUris::default();
        assert!(!uris.differs(
            "GET /oauth/authorize?redirect_uri=https%3A%2F%2Fchat.example.com%2Fsignup%2Fgitlab%2Fcomplete&x"
        ));
        let token = |uri: &str| format!(r#"POST /oauth/token "redirect_uri"=>"{uri}""#);
        assert!(!uris.differs(&token("https://chat.example.com/signup/gitlab/complete")));
        assert!(uris.differs(&token("http://chat.example.com/signup/gitlab/complete")));
        assert!(!uris.differs(&token("http://other.example.com/signup/gitlab/complete")));
    }
}
