//! The checks of pieces, each against what other modules know. A file per kind of piece.
//!
//! A check looks at what the page says, not at which page it is: a corrected page passes.

mod commands;
mod diagram;
mod names;
mod paths;
mod settings;
mod statements;
mod tables;
mod urls;
mod variables;

use std::collections::BTreeMap;

use super::finding::Finding;
use super::markdown::{Content, Document};
use super::piece::{Kind, Piece};
use super::recognition::Known;
use super::steps::Url;
use crate::installation::SettingsFile;
use crate::omnibus::{self, Context, Deployment, bundled_mattermost};
use crate::version::Version;

/// The first GitLab of the environment files; pages that tell no first version are held against it.
const FIRST: Version = Version::new(11, 0, 0);

/// What a check says.
#[derive(Debug, Default)]
pub(super) struct Checked {
    /// What it found.
    pub findings: Vec<Finding>,
    /// Whether it could decide; without, a piece without findings is not thereby right.
    pub decided: bool,
}

impl Checked {
    fn decided(findings: Vec<Finding>) -> Self {
        Self { findings, decided: true }
    }

    fn open(findings: Vec<Finding>) -> Self {
        let decided = !findings.is_empty();
        Self { findings, decided }
    }
}

/// The page as the checks see it. What many pieces ask for is found once.
pub(super) struct Page<'a> {
    /// The GitLab that the page is of.
    pub gitlab: Version,
    /// The Mattermost that it ships.
    pub mattermost: Option<Version>,
    /// The first GitLab that the page says it applies to.
    pub applies_from: Version,
    /// What the package of that GitLab makes of two addresses.
    pub deployment: Option<Deployment>,
    commands: commands::OfPage,
    hosts: diagram::Hosts<'a>,
    pieces: BTreeMap<(Kind, &'a str), Vec<&'a Piece>>,
    prose: BTreeMap<&'a str, String>,
}

impl<'a> Page<'a> {
    pub(super) fn new(document: &'a Document, known: &'a [Known], gitlab: Version) -> Self {
        let mut prose: BTreeMap<&str, String> = BTreeMap::new();
        for block in &document.blocks {
            if let Content::Prose { text, .. } = &block.content {
                let section = prose.entry(block.section.as_str()).or_default();
                section.push_str(&text.to_lowercase());
                section.push('\n');
            }
        }
        let mut pieces: BTreeMap<(Kind, &str), Vec<&Piece>> = BTreeMap::new();
        for (piece, ..) in known {
            pieces.entry((piece.kind, piece.section.as_str())).or_default().push(piece);
        }
        let of_kind = |kind| known.iter().map(|(piece, ..)| piece).filter(move |piece| piece.kind == kind);
        Self {
            gitlab,
            mattermost: bundled_mattermost(gitlab),
            applies_from: statements::applies_from(known).unwrap_or(gitlab),
            deployment: deploy("", gitlab, &[]).ok(),
            commands: commands::OfPage::new(of_kind(Kind::Shell)),
            hosts: diagram::hosts(of_kind(Kind::Step)),
            pieces,
            prose,
        }
    }

    /// Whether the running text of a section holds any of the words, given in lower case.
    fn says(&self, section: &str, words: &[&str]) -> bool {
        self.prose.get(section).is_some_and(|text| words.iter().any(|word| text.contains(word)))
    }

    /// The running text of a section, in lower case.
    fn prose(&self, section: &str) -> &str {
        self.prose.get(section).map_or("", String::as_str)
    }

    /// The pieces of one kind in a section, in order.
    fn of<'s>(&'s self, kind: Kind, section: &'s str) -> &'s [&'a Piece] {
        self.pieces.get(&(kind, section)).map_or(&[], Vec::as_slice)
    }

    /// The last of them before a line.
    fn before<'s>(&'s self, kind: Kind, section: &'s str, line: usize) -> Option<&'a Piece> {
        let all = self.of(kind, section);
        all[..all.partition_point(|piece| piece.line < line)].last().copied()
    }

    /// Whether a path is that of a redirect URI that the package registers.
    fn is_callback(&self, path: &str) -> bool {
        let uris = self.deployment.as_ref().and_then(|it| it.oauth_application.redirect_uris.as_deref());
        let uris = uris.unwrap_or_default().lines();
        uris.filter_map(|uri| Url::of(uri.trim())).any(|url| url.path == path)
    }
}

/// Checks one piece.
pub(super) fn check(known: &Known, page: &Page<'_>) -> Checked {
    let (piece, _, claim) = known;
    match piece.kind {
        Kind::Settings => Checked::decided(settings::check(piece, page)),
        Kind::Shell => Checked::open(commands::check(piece, page)),
        Kind::Table => tables::check_table(piece, page),
        Kind::Row => tables::check_row(piece, page),
        Kind::Step => diagram::check(piece, page),
        Kind::Path => paths::check(piece, page),
        Kind::Url => urls::check(piece, page),
        Kind::Text => urls::check_redirect_uris(piece),
        Kind::Statement => claim.map_or_else(Checked::default, |claim| Checked {
            findings: statements::check(claim, piece, page),
            decided: claim.doc,
        }),
        Kind::Setting | Kind::Command | Kind::Version => names::check(piece, page),
        Kind::Section | Kind::Console | Kind::Config => Checked::default(),
    }
}

/// What the package of `gitlab` makes of settings; the two addresses are added where they are not given.
///
/// # Errors
/// The text of what the package aborts with.
fn deploy(settings: &str, gitlab: Version, existing_files: &[&str]) -> Result<Deployment, String> {
    let mut text = String::new();
    for (name, url) in
        [("external_url", "http://gitlab.example.com"), ("mattermost_external_url", "http://mattermost.example.com")]
    {
        if !settings.lines().any(|line| line.trim_start().starts_with(name)) {
            text.push_str(&format!("{name} '{url}'\n"));
        }
    }
    text.push_str(settings);
    let file = SettingsFile::read("the block", text, BTreeMap::new(), gitlab).map_err(|error| error.to_string())?;
    let existing_files = existing_files.iter().map(|file| (*file).to_owned()).collect();
    let context = Context { existing_files, ..Context::of(gitlab) };
    omnibus::derive(&file.settings, &context).map_err(|error| error.to_string())
}
