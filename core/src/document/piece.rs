//! The pieces of a page that can be right or wrong, with the facts by which each is known again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::facts;
use super::markdown::{Block, Content, Document};
use super::{shell, steps};

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PieceKind {
    /// A heading with what stands below it.
    Section,
    /// A block of `gitlab.rb`.
    Settings,
    /// A block of commands.
    Shell,
    /// Commands behind a prompt, with what they print.
    Console,
    /// A part of `config.json`.
    Config,
    /// A block of plain text or of anything else.
    Text,
    /// A table, by its header.
    Table,
    /// A row of a table.
    Row,
    /// A message or a note of a sequence diagram.
    Step,
    /// A path, or the beginning of one, in running text.
    Path,
    /// The target of a link, or a URL in running text.
    Url,
    /// A setting that running text names: a key of `gitlab.rb`, a variable, or a place in `config.json`.
    Setting,
    /// A command in running text.
    Command,
    /// A version in running text, with the product's name if it stands before it.
    Version,
    /// Something said in running text that can be checked.
    Statement,
}

impl PieceKind {
    /// Whether it is a name in running text, which any number of sections may have.
    pub(super) const fn is_named(self) -> bool {
        matches!(self, Self::Path | Self::Url | Self::Setting | Self::Command | Self::Version)
    }
}

/// A piece of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Anchor of its section.
    pub section: String,
    /// 1-based line.
    pub line: usize,
    /// The facts: setting names with values, command lines, cells, a path. Never a sentence, but for
    /// [`PieceKind::Section`] (the title) and [`PieceKind::Statement`] (the whole, which stays in memory).
    pub facts: Vec<String>,
    /// The block's own text where a check reads it again.
    pub text: String,
}

/// The pieces of a page, in its order.
pub(super) fn pieces(document: &Document) -> Vec<Piece> {
    let headings = document.headings.iter().map(|heading| Piece {
        kind: PieceKind::Section,
        section: heading.anchor.clone(),
        line: heading.line,
        facts: vec![heading.title.clone()],
        text: String::new(),
    });
    let mut seen = BTreeSet::new();
    let mut pieces: Vec<Piece> = headings.chain(document.blocks.iter().flat_map(of_block)).collect();
    // What is named is one piece of its section, however often it is named there.
    pieces.retain(|piece| {
        let repeated = piece.kind.is_named();
        !repeated || seen.insert((piece.kind, piece.section.clone(), piece.facts.clone()))
    });
    pieces.sort_by_key(|piece| piece.line);
    pieces
}

fn of_block(block: &Block) -> Vec<Piece> {
    let piece = |kind, line, facts, text: &str| Piece {
        kind,
        section: block.section.clone(),
        line,
        facts,
        text: text.to_owned(),
    };
    match &block.content {
        Content::Code { language, text } => match kind_of_code(language, text) {
            PieceKind::Step => steps::of(text)
                .into_iter()
                .map(|(offset, fact)| piece(PieceKind::Step, block.line + offset + 1, vec![fact.0], &fact.1))
                .collect(),
            PieceKind::Settings => vec![piece(PieceKind::Settings, block.line, facts::of_settings(text), text)],
            PieceKind::Shell => vec![piece(PieceKind::Shell, block.line, shell::commands(text), text)],
            PieceKind::Console => vec![piece(PieceKind::Console, block.line, facts::of_console(text), text)],
            kind => vec![piece(kind, block.line, facts::of_lines(text), text)],
        },
        Content::Table { header, rows } => {
            let table = piece(PieceKind::Table, block.line, header.clone(), "");
            let rows = rows.iter().map(|(line, cells)| piece(PieceKind::Row, *line, cells.clone(), ""));
            std::iter::once(table).chain(rows).collect()
        }
        Content::Prose { text, codes, targets } => {
            let paths = facts::paths(codes).into_iter().map(|path| piece(PieceKind::Path, block.line, vec![path], ""));
            let urls =
                facts::urls(codes, targets).into_iter().map(|url| piece(PieceKind::Url, block.line, vec![url], ""));
            let said = piece(PieceKind::Statement, block.line, vec![text.clone()], &codes.join("\n"));
            let named =
                |kind, facts: Vec<String>| facts.into_iter().map(move |fact| piece(kind, block.line, vec![fact], ""));
            let settings = named(PieceKind::Setting, facts::setting_names(codes));
            let commands = named(PieceKind::Command, facts::commands(codes));
            let versions = named(PieceKind::Version, facts::versions(text));
            std::iter::once(said).chain(paths).chain(urls).chain(settings).chain(commands).chain(versions).collect()
        }
    }
}

/// By the language of the fence; where it says nothing, by what stands in the block.
fn kind_of_code(language: &str, text: &str) -> PieceKind {
    match language {
        "ruby" | "rb" => PieceKind::Settings,
        "shell" | "sh" | "bash" | "console" | "shell-session" | "zsh" => match shell::has_prompt(text) {
            true => PieceKind::Console,
            false => PieceKind::Shell,
        },
        "json" => PieceKind::Config,
        "mermaid" | "plantuml" if steps::is_sequence(text) => PieceKind::Step,
        _ if steps::is_sequence(text) => PieceKind::Step,
        _ if facts::looks_like_settings(text) => PieceKind::Settings,
        "" if shell::has_prompt(text) => PieceKind::Console,
        "" if text.lines().any(|line| line.trim_start().starts_with("sudo ")) => PieceKind::Shell,
        _ => PieceKind::Text,
    }
}
