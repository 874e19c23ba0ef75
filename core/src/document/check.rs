//! The checks of pieces, each against what other modules know. A file per kind of piece.
//!
//! A check looks at what the page says, not at which page it is: a corrected page passes.

mod checked;
mod commands;
mod diagram;
mod hosts;
mod names;
mod old_settings;
mod package;
mod page;
mod page_commands;
mod paths;
mod settings;
mod statements;
mod tables;
mod urls;
mod variables;

use super::piece::PieceKind;
use super::recognition::Known;

pub(super) use checked::Checked;
pub(super) use page::Page;

/// Checks one piece.
pub(super) fn check(known: &Known, page: &Page<'_>) -> Checked {
    let (piece, _, claim) = known;
    match piece.kind {
        PieceKind::Settings => Checked::decided(settings::check(piece, page)),
        PieceKind::Shell => Checked::open(commands::check(piece, page)),
        PieceKind::Table => tables::check_table(piece, page),
        PieceKind::Row => tables::check_row(piece, page),
        PieceKind::Step => diagram::check(piece, page),
        PieceKind::Path => paths::check(piece, page),
        PieceKind::Url => urls::check(piece, page),
        PieceKind::Text => urls::check_redirect_uris(piece),
        PieceKind::Statement => claim.map_or_else(Checked::default, |claim| Checked {
            findings: statements::check(claim, piece, page),
            decided: claim.doc,
        }),
        PieceKind::Setting | PieceKind::Command | PieceKind::Version => names::check(piece, page),
        PieceKind::Section | PieceKind::Console | PieceKind::Config => Checked::default(),
    }
}
