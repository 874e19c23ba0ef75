//! The steps of the sequence diagram against what GitLab and Mattermost say to each other.

use super::super::finding::Finding;
use super::super::piece::Piece;
use super::super::steps::Url;
use super::checked::Checked;
use super::page::Page;

/// Requests of a sign-in: the method, the path, and who sends it to whom in the diagram.
///
/// # Source
/// The requests of the client's side (`mattermost`); the document draws the redirect to GitLab as Mattermost's own request.
const REQUESTS: [(&str, &str); 4] =
    [("GET", "/"), ("GET", "/oauth/authorize"), ("POST", "/oauth/token"), ("GET", "/api/v4/user")];

pub(super) fn check(piece: &Piece, page: &Page<'_>) -> Checked {
    let words = piece.text.split_whitespace();
    let Some(url) = words.clone().find_map(Url::of) else { return Checked::default() };
    let method = words.clone().find(|word| matches!(*word, "GET" | "POST" | "PUT" | "DELETE"));
    let mut findings: Vec<Finding> = schemes(&url, piece, page).into_iter().collect();
    let callback = page.is_callback(url.path);
    let known = match method {
        Some(method) => REQUESTS.contains(&(method, url.path)) || (method == "GET" && callback),
        None => callback,
    };
    if !known {
        let what = format!("no sign-in has `{}`", [method.unwrap_or("a redirect to"), url.path].join(" "));
        findings.push(Finding::wrong(what, "the requests of the provider's and the client's side"));
    }
    Checked::decided(findings)
}

/// A host drawn with both schemes: one of them is redirected, and a redirected token request is lost.
fn schemes(url: &Url<'_>, piece: &Piece, page: &Page<'_>) -> Option<Finding> {
    let (secure, plain) = *page.hosts.get(&(piece.section.as_str(), url.host))?;
    let what = format!("`{}` is drawn with http here and with https elsewhere", url.host);
    let evidence = format!("{secure} times https, {plain} times http");
    (url.scheme == "http" && secure > 0).then(|| Finding::caveat(what, evidence).problem("P03"))
}
