//! What the lexer finds in a dump, and who is told.

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
    /// SQL.
    Sql,
    /// SQL whose texts in plain quotes have escapes, or have none any more.
    Escapes(bool),
    /// Rows, up to `\.` in a line of its own.
    Rows,
}

/// Something in a dump that is none of a dump.
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

/// Who is told what was found, in order. Texts of statements are without comments.
pub trait Listener {
    /// A line before the dump that is none of it.
    fn before(&mut self, _line: &[u8], _at: At) {}
    /// A comment of one line, without its dashes.
    fn comment(&mut self, _text: &[u8], _at: At) {}
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LexerFault {
    /// No dump begins so.
    NoDump,
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
    /// The end comes in the middle of something.
    Unfinished,
}

impl fmt::Display for LexerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
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
            Self::Unfinished => "it ends in the middle of a statement",
        })
    }
}
