//! What is said in running text, as far as the registry knows the statement: a check for each.
//!
//! A statement that says the missing part too, in whatever words, passes.

use super::super::facts::first_version;
use super::super::finding::Finding;
use super::super::piece::{Piece, PieceKind};
use super::package::deploy;
use super::page::Page;
use crate::document::claims::Claim;
use crate::legacy::{Documented, LegacyKind, legacy_settings};
use crate::omnibus::{CertificateReason, chpst_value};
use crate::version::Version;

/// The first GitLab with Mattermost's plugins packed in (erratum 12).
const PLUGINS: Version = Version::new(11, 3, 0);

/// The patches of 10.8 whose check stops the upgrade over a key that the package sets itself (erratum 24).
const STUCK: &str = "10.8.0, 10.8.1 and 10.8.2 stop the upgrade to 11.0 over a key that the package sets itself";

pub(super) fn check(claim: &Claim, piece: &Piece, page: &Page<'_>) -> Vec<Finding> {
    let found = match claim.id.as_str() {
        "getting-started/automatic-authorization" => authorization(piece, page),
        "https/certificate-name" => certificate(piece, page),
        "reauthorize/revoke" => reauthorization(piece, page),
        "integrations/plugin-shipped" => plugin(piece),
        "before-11/from-10" => stuck(piece, page),
        "before-11/rule" => rule(piece, page),
        "before-11/precedence" => precedence(piece),
        "to-14-6/mysql" => mysql(piece, page),
        _ => None,
    };
    found.into_iter().collect()
}

fn authorization(piece: &Piece, page: &Page<'_>) -> Option<Finding> {
    let slash = "mattermost_external_url 'http://mattermost.example.com/'\nmattermost['service_site_url'] = 'http://chat.example.com'\n";
    let registered = deploy(slash, page.gitlab, &[]).ok()?.oauth_application.redirect_uris?;
    let first = registered.lines().next().unwrap_or_default().trim().to_owned();
    let told = page.says(&piece.section, &["trailing slash", "service_site_url"]);
    let what = "a stored authorization cannot be switched off again, another site URL does not reach the redirect URIs, and \
                a trailing slash spoils them";
    (!told && first.contains("//signup")).then(|| Finding::caveat(what, format!("registered: `{first}`")).erratum(17))
}

fn certificate(piece: &Piece, page: &Page<'_>) -> Option<Finding> {
    let settings =
        "external_url 'https://gitlab.example.com'\nmattermost_external_url 'https://mattermost.example.com'\n";
    let certificate = deploy(settings, page.gitlab, &[]).ok()?.nginx?.certificate?;
    let other = certificate.reason == CertificateReason::LetsEncrypt;
    let path = certificate.certificate.unwrap_or_default();
    let what = "with Let's Encrypt on and no such file, the GitLab host's certificate is served instead";
    (other && !page.says(&piece.section, &["let's encrypt", "let’s encrypt"]))
        .then(|| Finding::caveat(what, format!("https for both and no files: `{path}`")).erratum(16))
}

fn reauthorization(piece: &Piece, page: &Page<'_>) -> Option<Finding> {
    let told = page.says(&piece.section, &["gitlab-secrets", "not registered again", "by hand"]);
    let what = "after revoking nothing is registered automatically again: only values given by hand in gitlab.rb help";
    let evidence =
        "gitlab-secrets.json keeps gitlab_enable true, which a false in gitlab.rb does not undo (package 14.7.0)";
    (!told).then(|| Finding::caveat(what, evidence).erratum(21).problem("P07"))
}

fn plugin(piece: &Piece) -> Option<Finding> {
    let said = first_version(&piece.facts.concat())?;
    let what = format!("plugins are in the package from GitLab {}.{} on, not {said}", PLUGINS.major, PLUGINS.minor);
    let evidence = "package 11.3.0; which plugins depends on Mattermost's own archive";
    (said != PLUGINS).then(|| Finding::wrong(what, evidence).erratum(12))
}

fn stuck(piece: &Piece, page: &Page<'_>) -> Option<Finding> {
    let told = page.says(&piece.section, &["10.8.3", "10.8.2"]);
    (!told).then(|| Finding::caveat("not every 10.x will do", STUCK).erratum(24))
}

/// The rule, tried on every old setting that the page's table does not list.
fn rule(piece: &Piece, page: &Page<'_>) -> Option<Finding> {
    let rows = page.of(PieceKind::Row, &piece.section).iter().filter_map(|row| row.facts.first());
    let listed: Vec<String> = rows.map(|cell| cell.replace('_', "")).collect();
    let told = |key: &str| listed.iter().any(|cell| cell.contains(&key.replace('_', "")));
    let (mut misses, mut dead) = (Vec::new(), Vec::new());
    for (key, setting) in legacy_settings() {
        if setting.kind() == LegacyKind::Dead {
            dead.push(key.as_str());
        } else if !setting.is_kept() && setting.variable() != Documented::rule(key).as_deref() && !told(key) {
            misses.push(key.as_str());
        }
    }
    let two_words: Vec<&str> = misses.into_iter().filter(|key| key.starts_with("native_app")).collect();
    let said = page.says(&piece.section, &["two words", "two-word"]);
    let what = "the rule fails where the category has two words, and says nothing of settings that reach nothing";
    let evidence = format!("fails: {}; reach nothing: {}", two_words.join(", "), dead.join(", "));
    (!two_words.is_empty() && !said).then(|| Finding::wrong(what, evidence).erratum(7))
}

fn precedence(piece: &Piece) -> Option<Finding> {
    let told = piece.facts.concat().to_lowercase().contains("empty");
    let unset = chpst_value("").is_none();
    let what = "not if its value is empty: then the variable is unset and config.json decides";
    (unset && !told)
        .then(|| Finding::caveat(what, "`chpst -e` unsets the variable of an empty file (14.7.0)").erratum(14))
}

fn mysql(piece: &Piece, page: &Page<'_>) -> Option<Finding> {
    let told =
        piece.facts.concat().to_lowercase().contains("template") || page.says(&piece.section, &["gitlab.rb.template"]);
    let what = "the package's template still shows a MySQL driver and data source as its example";
    (!told).then(|| Finding::caveat(what, "template of 14.7.0 and 18.11.0").erratum(20))
}
