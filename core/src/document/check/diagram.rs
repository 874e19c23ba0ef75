//! The steps of the sequence diagram against what GitLab and Mattermost say to each other.

use super::super::finding::Finding;
use super::super::piece::{Kind, Piece};
use super::super::steps::Url;
use super::{Checked, Page, deploy};

/// Requests of a sign-in: the method, the path, and who sends it to whom in the diagram.
///
/// # Source
/// `oauth`: the client's endpoints; the document draws the redirect to GitLab as Mattermost's own request.
const REQUESTS: [(&str, &str); 4] =
    [("GET", "/"), ("GET", "/oauth/authorize"), ("POST", "/oauth/token"), ("GET", "/api/v4/user")];

pub(super) fn check(piece: &Piece, page: &Page<'_>) -> Checked {
    let words = piece.text.split_whitespace();
    let Some(url) = words.clone().find_map(Url::of) else { return Checked::default() };
    let method = words.clone().find(|word| matches!(*word, "GET" | "POST" | "PUT" | "DELETE"));
    let mut findings: Vec<Finding> = schemes(&url, piece, page).into_iter().collect();
    let callback = callbacks(page).iter().any(|path| path == url.path);
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

/// The paths of the redirect URIs that the package registers.
fn callbacks(page: &Page<'_>) -> Vec<String> {
    let uris = deploy("", page.gitlab, &[]).ok().and_then(|it| it.oauth_application.redirect_uris).unwrap_or_default();
    uris.lines().filter_map(|uri| Some(Url::of(uri.trim())?.path.to_owned())).collect()
}

/// The same host drawn with both schemes: one of them is redirected, and a redirected token request is lost.
fn schemes(url: &Url<'_>, piece: &Piece, page: &Page<'_>) -> Option<Finding> {
    let steps = page.of(Kind::Step, &piece.section);
    let mut secure = 0;
    let mut plain = 0;
    for step in steps {
        for other in step.text.split_whitespace().filter_map(Url::of).filter(|other| other.host == url.host) {
            if other.scheme == "https" { secure += 1 } else { plain += 1 }
        }
    }
    let odd = url.scheme == "http" && secure > 0 || url.scheme == "https" && secure == 0 && plain > 0;
    let what = format!("`{}` is drawn with http here and with https elsewhere", url.host);
    odd.then(|| Finding::caveat(what, format!("{secure} times https, {plain} times http")).problem("P03"))
}
