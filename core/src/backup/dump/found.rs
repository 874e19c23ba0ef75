//! What the lexer finds in a dump, and the listener to it.

use std::fmt;

use memchr::memchr_iter;

/// Where something in a dump begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct At {
    /// Its line, from 1.
    pub line: u64,
    /// Bytes before it.
    pub offset: u64,
}

/// What comes after a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// More SQL follows.
    Sql,
    /// SQL whose texts in plain quotes have escapes, or have none any more.
    Escapes(bool),
    /// Rows, up to `\.` in a line of its own.
    Rows,
}

/// Where a comment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a dump, or before one.
    Inside,
    /// Behind the end of every dump that has begun.
    Behind,
}

/// Something in a dump that `pg_dump` does not write.
///
/// # Shape
/// Displayed, one line: where it stands, how it begins, what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DumpRefusal {
    /// Its line, from 1.
    pub line: u64,
    /// How it begins.
    pub what: String,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for DumpRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.what.is_empty() {
            true => write!(f, "line {}: {}", self.line, self.why),
            false => write!(f, "line {}: `{}`: {}", self.line, self.what, self.why),
        }
    }
}

/// A row as it stands in a dump, without its break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowLine<'a> {
    /// Its text, or the beginning of it.
    pub text: &'a [u8],
    /// Whether that is all of it.
    pub is_whole: bool,
    /// Tabs in what was not kept.
    pub(super) tabs_beyond: usize,
}

impl RowLine<'_> {
    /// How many columns it has.
    pub fn columns(&self) -> usize {
        memchr_iter(b'\t', self.text).count() + self.tabs_beyond + 1
    }
}

/// Receives what was found, in order. Texts of statements are without comments.
///
/// # Shape
/// A method per kind of finding; those without a body of their own have to be given.
///
/// ```
/// use gitlab_mattermost_core::backup::dump::{After, At, Lexer, LexerFault, Listener};
///
/// #[derive(Default)]
/// struct Statements(Vec<(u64, String)>);
///
/// impl Listener for Statements {
///     fn statement(&mut self, text: &[u8], at: At) -> After {
///         self.0.push((at.line, String::from_utf8_lossy(text).into_owned()));
///         After::Sql
///     }
///     fn insert(&mut self, _head: &[u8], _at: At) {}
///     fn inserted(&mut self, _row: &[u8], _at: At) {}
///     fn insert_end(&mut self, _tail: &[u8], _at: At) {}
///     fn command(&mut self, _text: &[u8], _at: At) {}
///     fn fault(&mut self, fault: LexerFault, _at: At) {
///         panic!("{fault}");
///     }
/// }
///
/// let (mut lexer, mut statements) = (Lexer::default(), Statements::default());
/// for piece in [&b"SET a = ';"[..], b"'; -- a comment\nSELECT 1;\n"] {
///     lexer.feed(piece, &mut statements);
/// }
/// lexer.finish(&mut statements);
/// assert_eq!(statements.0.len(), 2);
/// assert_eq!(statements.0[0], (1, "SET a = ';';".to_owned()));
/// ```
pub trait Listener {
    /// A line before the dump.
    fn before(&mut self, _line: &[u8], _at: At) {}
    /// A line behind the end of the dump that is none of it.
    fn after(&mut self, _line: &[u8], _at: At) {}
    /// A comment of one line, without its dashes; tells where that stands.
    fn comment(&mut self, _text: &[u8], _at: At) -> Place {
        Place::Inside
    }
    /// A statement, with its semicolon.
    fn statement(&mut self, text: &[u8], at: At) -> After;
    /// The beginning of a statement that inserts rows, up to `VALUES`.
    fn insert(&mut self, head: &[u8], at: At);
    /// A row of it, from parenthesis to parenthesis, with what stands before it.
    fn inserted(&mut self, row: &[u8], at: At);
    /// What stands behind the last row, with the semicolon.
    fn insert_end(&mut self, tail: &[u8], at: At);
    /// A command to psql, from its backslash on.
    fn command(&mut self, text: &[u8], at: At);
    /// A row.
    fn row(&mut self, _row: RowLine<'_>, _at: At) {}
    /// Rows as they stand in the dump, the line that ends them included, cut anywhere.
    fn raw(&mut self, _rows: &[u8]) {}
    /// The rows have ended.
    fn rows_end(&mut self) {}
    /// Nothing after this is understood.
    fn fault(&mut self, fault: LexerFault, at: At);
}

/// Why the lexer stops.
///
/// # Shape
/// One variant per cause; displayed, a clause without the dump's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LexerFault {
    /// No dump begins so.
    NoDump,
    /// It begins as something else does: what that is.
    Otherwise(&'static str),
    /// Text in UTF-16.
    Utf16,
    /// A byte that is zero.
    Zero,
    /// A command to psql in the middle of a statement.
    CommandInside,
    /// A variable of psql, or what could be one.
    Variable,
    /// A text in two parts, or with a prefix that releases of psql read differently.
    Text,
    /// A statement that is longer than any.
    TooLong,
    /// The body of a function that psql releases end at different places.
    Body,
    /// More lines behind the end than a program that ran `pg_dump` writes.
    MoreBehind,
    /// The end comes in the middle of something.
    Unfinished,
}

impl fmt::Display for LexerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Otherwise(why) => why,
            Self::NoDump => "it does not begin as a dump does",
            Self::Utf16 => {
                "it is text in UTF-16, as `>` of PowerShell writes it, which may have lost letters: take the dump again with \
                 `pg_dump --file`"
            }
            Self::Zero => "a zero byte, which no text has",
            Self::CommandInside => "a command to psql in the middle of a statement",
            Self::Variable => "what psql takes for a variable of its own",
            Self::Text => "a text in a form that `pg_dump` does not write",
            Self::TooLong => "a statement of more than 32 MiB",
            Self::Body => "the body of a function in a form that `pg_dump` does not write",
            Self::MoreBehind => "more than 20 lines behind its end are none of a dump",
            Self::Unfinished => "it ends in the middle of a statement",
        })
    }
}
