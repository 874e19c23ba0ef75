//! Reading a revision of GitLab's page *GitLab Mattermost* and holding it against what is known.
//!
//! Markdown in; the page's pieces out (settings blocks, commands, table rows, steps, paths, URLs, …), each recognised by
//! the registry of claims ([`claims`]) or not, and each with a verdict and the evidence for it.
//!
//! Not here: reading the file, printing the result, and playing the scenarios that check what only a running system can
//! show. Nothing of the page is kept; the registry knows it by its facts.

mod check;
pub mod claims;
pub mod errata;
mod examination;
mod facts;
mod finding;
mod markdown;
mod piece;
mod recognition;
mod shell;
mod showing;
mod steps;

pub use examination::{Examination, Examined, Options, PieceVerdict, examine};
pub use finding::{Finding, Weight};
pub use markdown::{Document, TooLarge, read};
pub use piece::{Piece, PieceKind};
pub use recognition::Recognised;
pub use showing::{ClaimState, Shown, Together};
