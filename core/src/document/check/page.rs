//! The page as the checks see it.

use std::collections::BTreeMap;

use super::super::facts;
use super::super::markdown::{Content, Document};
use super::super::piece::{Piece, PieceKind};
use super::super::recognition::Known;
use super::super::steps::Url;
use super::hosts::{Hosts, hosts};
use super::package::deploy;
use super::page_commands::PageCommands;
use crate::omnibus::Deployment;
use crate::releases::bundled_mattermost;
use crate::version::Version;

/// What the checks ask of the page. What many pieces ask for is found once.
pub(in super::super) struct Page<'a> {
    /// The GitLab that the page is of.
    pub gitlab: Version,
    /// The Mattermost that it ships.
    pub mattermost: Option<Version>,
    /// The first GitLab that the page says it applies to.
    pub applies_from: Version,
    /// What the package of that GitLab makes of two addresses.
    pub deployment: Option<Deployment>,
    /// Its commands.
    pub(super) commands: PageCommands,
    /// The hosts of its diagrams.
    pub(super) hosts: Hosts<'a>,
    pieces: BTreeMap<(PieceKind, &'a str), Vec<&'a Piece>>,
    prose: BTreeMap<&'a str, String>,
}

impl<'a> Page<'a> {
    pub(in super::super) fn new(document: &'a Document, known: &'a [Known], gitlab: Version) -> Self {
        let mut prose: BTreeMap<&str, String> = BTreeMap::new();
        for block in &document.blocks {
            if let Content::Prose { text, .. } = &block.content {
                let section = prose.entry(block.section.as_str()).or_default();
                section.push_str(&text.to_lowercase());
                section.push('\n');
            }
        }
        let mut pieces: BTreeMap<(PieceKind, &str), Vec<&Piece>> = BTreeMap::new();
        for (piece, ..) in known {
            pieces.entry((piece.kind, piece.section.as_str())).or_default().push(piece);
        }
        let of_kind = |kind| known.iter().map(|(piece, ..)| piece).filter(move |piece| piece.kind == kind);
        Self {
            gitlab,
            mattermost: bundled_mattermost(gitlab),
            applies_from: applies_from(known).unwrap_or(gitlab),
            deployment: deploy("", gitlab, &[]).ok(),
            commands: PageCommands::new(of_kind(PieceKind::Shell)),
            hosts: hosts(of_kind(PieceKind::Step)),
            pieces,
            prose,
        }
    }

    /// Whether the running text of a section holds any of the words, given in lower case.
    pub(super) fn says(&self, section: &str, words: &[&str]) -> bool {
        self.prose.get(section).is_some_and(|text| words.iter().any(|word| text.contains(word)))
    }

    /// The running text of a section, in lower case.
    pub(super) fn prose(&self, section: &str) -> &str {
        self.prose.get(section).map_or("", String::as_str)
    }

    /// The pieces of one kind in a section, in order.
    pub(super) fn of<'s>(&'s self, kind: PieceKind, section: &'s str) -> &'s [&'a Piece] {
        self.pieces.get(&(kind, section)).map_or(&[], Vec::as_slice)
    }

    /// The last of them before a line.
    pub(super) fn before<'s>(&'s self, kind: PieceKind, section: &'s str, line: usize) -> Option<&'a Piece> {
        let all = self.of(kind, section);
        all[..all.partition_point(|piece| piece.line < line)].last().copied()
    }

    /// Whether a path is that of a redirect URI that the package registers.
    pub(super) fn is_callback(&self, path: &str) -> bool {
        let uris = self.deployment.as_ref().and_then(|it| it.oauth_application.redirect_uris.as_deref());
        let uris = uris.unwrap_or_default().lines();
        uris.filter_map(|uri| Url::of(uri.trim())).any(|url| url.path == path)
    }
}

/// The GitLab of "applies to GitLab X and later", if the page says so.
fn applies_from(known: &[Known]) -> Option<Version> {
    let claim = |it: &&Known| it.2.is_some_and(|claim| claim.id == "page/applies-from");
    facts::first_version(&known.iter().find(claim)?.0.facts.concat())
}
