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

use super::piece::Kind;
use super::recognition::Known;

pub(super) use checked::Checked;
pub(super) use page::Page;

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
