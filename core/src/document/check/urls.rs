//! URLs: links that cannot lead where they should, and redirect URIs. No link is opened.

use super::super::finding::Finding;
use super::super::piece::Piece;
use super::super::steps::Url;
use super::checked::Checked;
use super::page::Page;

const TEMPLATE: &str = "/gitlab.rb.template";

/// The lines of the template that hold its Mattermost part.
///
/// # Source
/// Template of package 14.7.0 (erratum 13): it begins near line 1810.
const MATTERMOST_LINES: std::ops::RangeInclusive<usize> = 1780..=1900;

pub(super) fn check(piece: &Piece, page: &Page<'_>) -> Checked {
    let Some(url) = piece.facts.first() else { return Checked::default() };
    let (address, fragment) = url.split_once('#').unwrap_or((url, ""));
    if !address.ends_with(TEMPLATE) {
        return own_path(url, page);
    }
    let line = fragment.strip_prefix('L').and_then(|line| line.parse::<usize>().ok());
    match line {
        Some(line) if !MATTERMOST_LINES.contains(&line) => {
            let what = format!("line {line} of the template is about GitLab's database settings");
            let evidence = format!("in 14.7.0 the Mattermost part begins near line {}", MATTERMOST_LINES.start() + 30);
            Checked::decided(vec![Finding::wrong(what, evidence).erratum(13)])
        }
        Some(_) => Checked::decided(Vec::new()),
        None if address.contains("/blob/master/") => {
            let what = "the link follows `master`, whose template is not that of any one release";
            let evidence = "that of 18.11.0 has a mismatched quote in its commented GODEBUG line; that of 19.0 has no \
                            Mattermost part";
            Checked::decided(vec![Finding::caveat(what, evidence).erratum(22)])
        }
        None => Checked::decided(Vec::new()),
    }
}

/// URLs of the example hosts: their paths have to be ones that GitLab or Mattermost serve.
fn own_path(url: &str, page: &Page<'_>) -> Checked {
    let Some(parts) = Url::of(url).filter(|it| it.host.ends_with(".example.com") || it.host.ends_with(".example"))
    else {
        return Checked::default();
    };
    let served = ["/", "/oauth/authorize", "/oauth/token", "/api/v4/user"];
    if served.contains(&parts.path) || page.is_callback(parts.path) {
        return Checked::decided(Vec::new());
    }
    Checked::default()
}

/// A block of redirect URIs has to be the ones that the package registers.
pub(super) fn check_redirect_uris(piece: &Piece) -> Checked {
    let urls: Option<Vec<Url<'_>>> = piece.facts.iter().map(|line| Url::of(line)).collect();
    let Some(urls) = urls.filter(|urls| !urls.is_empty() && urls.iter().any(|url| url.path.contains("/gitlab/")))
    else {
        return Checked::default();
    };
    let strange = urls.iter().filter(|url| !matches!(url.path, "/signup/gitlab/complete" | "/login/gitlab/complete"));
    let mut findings: Vec<Finding> = strange
        .map(|url| {
            let what = format!("Mattermost is never sent back to `{}`", url.path);
            Finding::wrong(what, "`/signup/gitlab/complete` and `/login/gitlab/complete` are its callbacks")
                .problem("P01")
        })
        .collect();
    for path in ["/signup/gitlab/complete", "/login/gitlab/complete"] {
        if !urls.iter().any(|url| url.path == path) {
            let what = format!("`{path}` is missing, so GitLab refuses that sign-in");
            findings.push(Finding::wrong(what, "the application that reconfigure registers has both").problem("P01"));
        }
    }
    Checked::decided(findings)
}
