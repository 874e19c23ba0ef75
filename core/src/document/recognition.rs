//! Which claim of the registry a piece is.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::piece::{Piece, PieceKind};
use crate::document::claims::{self, Claim, Section};

/// What the registry says of a piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "recognised", rename_all = "snake_case")]
pub enum Recognised {
    /// The 14.7 page has it as it is.
    Same {
        /// The claim.
        claim: &'static str,
    },
    /// The 14.7 page has it in another section.
    Moved {
        /// The claim.
        claim: &'static str,
        /// The section of the 14.7 page.
        from: &'static str,
    },
    /// The 14.7 page has it with other facts.
    Changed {
        /// The claim.
        claim: &'static str,
        /// Facts that it did not have.
        added: Vec<String>,
        /// Facts that it has lost.
        removed: Vec<String>,
    },
    /// The 14.7 page has nothing like it.
    New,
}

/// A piece with what the registry says of it.
pub(super) type Known = (Piece, Recognised, Option<&'static Claim>);

/// Recognises every piece, and tells which sections and claims of the 14.7 page are gone.
///
/// Statements are recognised by words and may be prose that claims nothing known: those are left out.
pub(super) fn recognise(pieces: Vec<Piece>) -> (Vec<Known>, Vec<&'static str>) {
    let mut open = Open::new();
    let here: Vec<Option<Entry>> = pieces.iter().map(|piece| open.exact(piece, Where::Here)).collect();
    let mut found = Vec::with_capacity(pieces.len());
    for (piece, here) in pieces.into_iter().zip(here) {
        if piece.kind == PieceKind::Section {
            let section = open.sections.remove(piece.section.as_str());
            let recognised = section.map_or(Recognised::New, |claim| Recognised::Same { claim });
            found.push((piece, recognised, None));
            continue;
        }
        let exact = here.or_else(|| open.exact(&piece, Where::Elsewhere));
        let Some((section, claim)) = exact.or_else(|| open.similar(&piece)) else {
            if piece.kind != PieceKind::Statement {
                found.push((piece, Recognised::New, None));
            }
            continue;
        };
        let recognised = if exact.is_none() {
            changed(claim, &piece)
        } else if section.anchor == piece.section {
            Recognised::Same { claim: &claim.id }
        } else {
            Recognised::Moved { claim: &claim.id, from: &section.anchor }
        };
        found.push((piece, recognised, Some(claim)));
    }
    (found, open.left())
}

fn changed(claim: &'static Claim, piece: &Piece) -> Recognised {
    let not_in = |facts: &[String], others: &[String]| -> Vec<String> {
        let others: BTreeSet<&String> = others.iter().collect();
        facts.iter().filter(|fact| !others.contains(fact)).cloned().collect()
    };
    let (added, removed) = (not_in(&piece.facts, &claim.facts), not_in(&claim.facts, &piece.facts));
    Recognised::Changed { claim: &claim.id, added, removed }
}

type Entry = (&'static Section, &'static Claim);

/// Where a claim has to stand to be taken for a piece.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    /// In the section of the piece.
    Here,
    /// In any section.
    Elsewhere,
}

impl Where {
    fn is_of(self, (section, _): Entry, piece: &Piece) -> bool {
        self == Self::Elsewhere || section.anchor == piece.section
    }
}

/// The claims that no piece has been taken for yet.
struct Open {
    claims: Vec<Option<Entry>>,
    sections: BTreeMap<&'static str, &'static str>,
    by_facts: BTreeMap<(PieceKind, &'static [String]), Vec<usize>>,
    by_place: BTreeMap<(PieceKind, &'static str), Vec<usize>>,
    statements: Vec<usize>,
}

impl Open {
    fn new() -> Self {
        let claims: Vec<Option<Entry>> = claims::all().map(Some).collect();
        let sections = claims::sections().iter().map(|it| (it.anchor.as_str(), it.anchor.as_str())).collect();
        let mut open =
            Self { claims, sections, by_facts: BTreeMap::new(), by_place: BTreeMap::new(), statements: Vec::new() };
        for (at, (section, claim)) in claims::all().enumerate() {
            if claim.kind == PieceKind::Statement {
                open.statements.push(at);
            } else {
                open.by_facts.entry((claim.kind, claim.facts.as_slice())).or_default().push(at);
                open.by_place.entry((claim.kind, section.anchor.as_str())).or_default().push(at);
            }
        }
        open
    }

    /// The claim with the very facts of the piece.
    fn exact(&mut self, piece: &Piece, place: Where) -> Option<Entry> {
        if piece.kind == PieceKind::Statement {
            let text = piece.facts.concat().to_lowercase();
            let said = |at: &&usize| {
                self.claims[**at].is_some_and(|entry| place.is_of(entry, piece) && says(&text, &entry.1.facts))
            };
            let at = *self.statements.iter().find(said)?;
            return self.claims[at].take();
        }
        let same = self.by_facts.get(&(piece.kind, piece.facts.as_slice()))?;
        let fits = |at: &&usize| self.claims[**at].is_some_and(|entry| place.is_of(entry, piece));
        match same.iter().find(fits) {
            Some(at) => self.claims[*at].take(),
            // The same name may stand in any number of sections.
            None if place == Where::Elsewhere && piece.kind.is_named() => claims::all().nth(*same.first()?),
            None => None,
        }
    }

    /// The claim of the same kind and section that shares most words with the piece, and at least half of all.
    fn similar(&mut self, piece: &Piece) -> Option<Entry> {
        if piece.kind == PieceKind::Statement || piece.kind.is_named() {
            return None;
        }
        let ours = words(&piece.facts);
        let here = self.by_place.get(&(piece.kind, piece.section.as_str()))?;
        let rated = here.iter().filter_map(|at| Some((likeness(&ours, &words(&self.claims[*at]?.1.facts)), *at)));
        let (_, at) = rated.filter(|(share, _)| *share >= 50).max_by_key(|(share, at)| (*share, usize::MAX - at))?;
        self.claims[at].take()
    }

    fn left(self) -> Vec<&'static str> {
        let claims = self.claims.into_iter().flatten().map(|(_, claim)| claim.id.as_str());
        self.sections.into_keys().chain(claims).collect()
    }
}

/// Whether a text, in lower case, holds all of the words; `a|b` is either.
fn says(text: &str, words: &[String]) -> bool {
    !words.is_empty() && words.iter().all(|word| word.split('|').any(|either| text.contains(either)))
}

fn words(facts: &[String]) -> BTreeSet<&str> {
    facts.iter().flat_map(|fact| fact.split_whitespace()).collect()
}

/// The words that two lists have in common, as a percentage of all.
fn likeness(ours: &BTreeSet<&str>, theirs: &BTreeSet<&str>) -> usize {
    let common = ours.intersection(theirs).count();
    let all = ours.len() + theirs.len() - common;
    (100 * common).checked_div(all).unwrap_or(0)
}
