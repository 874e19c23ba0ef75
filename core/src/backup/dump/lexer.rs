//! Cutting the input of psql into what it consists of: statements, comments, psql's own commands, rows.
//!
//! Fed with pieces of any size, it finds the same wherever they are cut, in bounded memory. It goes by the rules of psql's
//! own lexer, and where releases of psql differ, it stops with a [`LexerFault`]: `pg_dump` writes nothing of the kind. Not its
//! job: what statements mean (`statement`).
//!
//! # Source
//! `psqlscan.l` and `handleCopyIn` of PostgreSQL 9.6 to 18.

mod before;
mod rows;

use memchr::{memchr, memchr_iter, memchr2};

use super::body::Body;
use super::found::{After, At, LexerFault, Listener};

/// Most of a statement that is kept, or of a row that a statement inserts.
const LONGEST: usize = 32 << 20;

/// Most of a comment or of a command that is kept.
const LONGEST_NOTE: usize = 1024;

/// Most of a row that is kept; its columns are counted to the end.
const LONGEST_ROW: usize = 1 << 20;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Lines before the dump.
    #[default]
    Before,
    /// Between and in statements.
    Sql,
    LineComment,
    Block(u32),
    Quote {
        escapes: bool,
    },
    /// Behind a backslash in a text with escapes.
    Escaped,
    Name,
    /// In what may become the mark of a text in dollars.
    Mark,
    Dollar,
    Command,
    /// Behind the statement that rows follow, in its line.
    BeforeRows,
    Rows,
    Dead,
}

/// Cuts a dump.
#[derive(Debug, Default)]
pub struct Lexer {
    state: State,
    /// Where reading is: lines and bytes that have passed.
    at: At,
    /// Where `text` or `note` began.
    began: At,
    noted: At,
    /// The statement, or the row, so far.
    text: Vec<u8>,
    /// The comment, the command, or the line before the dump so far.
    note: Vec<u8>,
    /// The byte before, if it could be one sign together with the next.
    previous: u8,
    parentheses: u32,
    /// Where in `text` the word begins that is being read.
    word: Option<usize>,
    /// Whether the text that ended with the byte before had escapes.
    closed: Option<bool>,
    /// The same of the text that nothing but spaces and comments came after.
    text_before: Option<bool>,
    /// The mark of a text in dollars, and where in `text` that text begins.
    mark: Vec<u8>,
    dollars: usize,
    body: Body,
    lines_before: u32,
    plain_escapes: bool,
    tabs_beyond: usize,
    is_first_word: bool,
    may_insert: bool,
    is_inserting: bool,
}

impl Lexer {
    /// How many lines have ended.
    pub fn lines(&self) -> u64 {
        self.at.line
    }

    /// Takes the next piece.
    pub fn feed(&mut self, piece: &[u8], to: &mut impl Listener) {
        let mut rest = piece;
        while !rest.is_empty() {
            let taken = match self.state {
                State::Dead => return,
                State::Rows => self.rows(rest, to),
                State::Before => self.before(rest, to),
                _ => self.sql(rest, to),
            };
            rest = &rest[taken..];
        }
    }

    /// Tells that nothing comes any more.
    pub fn finish(&mut self, to: &mut impl Listener) {
        if self.state == State::Before && !self.note.is_empty() {
            let line = std::mem::take(&mut self.note);
            self.line_before(line, to);
        }
        match self.state {
            State::LineComment if self.text.is_empty() && !self.is_inserting => to.comment(&self.note, self.noted),
            State::Command => to.command(&self.note, self.noted),
            State::Sql if self.text.is_empty() && !self.is_inserting => {}
            State::Before | State::Dead => {}
            _ => to.fault(LexerFault::Unfinished, self.began),
        }
        self.state = State::Dead;
    }

    fn here(&self) -> At {
        At { line: self.at.line + 1, offset: self.at.offset }
    }

    fn stop(&mut self, fault: LexerFault, to: &mut impl Listener) {
        self.state = State::Dead;
        to.fault(fault, self.here());
    }

    fn pass(&mut self, bytes: &[u8]) {
        self.at.offset += bytes.len() as u64;
        self.at.line += memchr_iter(b'\n', bytes).count() as u64;
    }

    /// One byte of SQL, or as many as nothing can happen in.
    fn sql(&mut self, rest: &[u8], to: &mut impl Listener) -> usize {
        let run = match self.state {
            State::Quote { escapes: true } => memchr2(b'\'', b'\\', rest),
            State::Quote { escapes: false } => memchr(b'\'', rest),
            State::Name => memchr(b'"', rest),
            State::Dollar => memchr(b'$', rest),
            State::LineComment => memchr2(b'\n', b'\r', rest),
            State::Command => memchr(b'\n', rest),
            _ => Some(0),
        };
        let run = &rest[..run.unwrap_or(rest.len())];
        if !run.is_empty() {
            if let Some(zero) = memchr(0, run) {
                self.pass(&run[..zero]);
                self.stop(LexerFault::Zero, to);
                return rest.len();
            }
            match self.state {
                State::LineComment | State::Command => {
                    let kept = run.len().min(LONGEST_NOTE.saturating_sub(self.note.len()));
                    self.note.extend_from_slice(&run[..kept]);
                }
                _ => self.text.extend_from_slice(run),
            }
            self.pass(run);
            if self.text.len() > LONGEST {
                self.stop(LexerFault::TooLong, to);
            }
            return run.len();
        }
        let byte = rest[0];
        let result = if byte == 0 { Err(LexerFault::Zero) } else { self.byte(byte, to) };
        if let Err(fault) = result {
            self.stop(fault, to);
        }
        self.at.offset += 1;
        self.at.line += u64::from(byte == b'\n');
        1
    }

    fn byte(&mut self, byte: u8, to: &mut impl Listener) -> Result<(), LexerFault> {
        match self.state {
            State::Quote { escapes } if byte == b'\\' && escapes => {
                self.text.push(byte);
                self.state = State::Escaped;
            }
            State::Escaped => {
                self.text.push(byte);
                self.state = State::Quote { escapes: true };
            }
            State::Quote { escapes } => {
                self.text.push(byte);
                (self.closed, self.text_before) = (Some(escapes), Some(escapes));
                self.state = State::Sql;
            }
            State::Name => {
                self.text.push(byte);
                self.state = State::Sql;
            }
            State::Mark => return self.mark(byte, to),
            State::Dollar => {
                self.text.push(byte);
                if self.text[self.dollars..].ends_with(&self.mark) {
                    self.state = State::Sql;
                }
            }
            State::LineComment => {
                if self.text.is_empty() && !self.is_inserting {
                    to.comment(&self.note, self.noted);
                }
                self.state = State::Sql;
                return self.plain(byte, to);
            }
            State::Command => {
                to.command(&self.note, self.noted);
                self.state = State::Sql;
            }
            State::Block(depth) => {
                let pair = (std::mem::replace(&mut self.previous, byte), byte);
                let depth = match pair {
                    (b'*', b'/') => depth - 1,
                    (b'/', b'*') => depth + 1,
                    _ => return Ok(()),
                };
                self.previous = 0;
                self.state = if depth == 0 { State::Sql } else { State::Block(depth) };
                if depth == 0 && !self.text.is_empty() {
                    self.text.push(b' ');
                }
            }
            State::BeforeRows => match byte {
                b'\n' => {
                    self.text.clear();
                    self.state = State::Rows;
                }
                b' ' | b'\t' | b'\r' => {}
                _ => return Err(LexerFault::CommandInside),
            },
            State::Sql => return self.plain(byte, to),
            State::Before | State::Rows | State::Dead => {}
        }
        Ok(())
    }

    /// A byte outside of quotes and comments.
    fn plain(&mut self, byte: u8, to: &mut impl Listener) -> Result<(), LexerFault> {
        let closed = self.closed.take();
        let previous = std::mem::take(&mut self.previous);
        let escapes = match (self.end_word(byte, to)?, closed) {
            (Some(escapes), _) | (None, Some(escapes)) => escapes,
            (None, None) => self.plain_escapes,
        };
        if previous == b':' && (byte.is_ascii_uppercase() || matches!(byte, b'\'' | b'"' | b'{')) {
            return Err(LexerFault::Variable);
        }
        match (previous, byte) {
            (_, b' ' | b'\t' | b'\n' | b'\r' | 11 | 12) => {
                if !self.text.is_empty() {
                    self.text.push(byte);
                }
                return Ok(());
            }
            (b'-', b'-') | (b'/', b'*') => {
                self.text.pop();
                self.state = if byte == b'-' { State::LineComment } else { State::Block(1) };
                self.note.clear();
                self.noted = At { line: self.at.line + 1, offset: self.at.offset - 1 };
                return Ok(());
            }
            (_, b'\\') if self.text.is_empty() && !self.is_inserting => {
                self.note.clear();
                self.note.push(byte);
                self.noted = self.here();
                self.state = State::Command;
                return Ok(());
            }
            (_, b'\\') => return Err(LexerFault::CommandInside),
            _ => {}
        }
        if self.text.is_empty() {
            self.began = self.here();
            if !self.is_inserting {
                (self.parentheses, self.body, self.is_first_word) = (0, Body::default(), true);
            }
        }
        self.text.push(byte);
        let before = std::mem::take(&mut self.text_before);
        match byte {
            b'\'' => {
                let split =
                    closed.is_none() && before.is_some_and(|before| before != escapes || before && !self.plain_escapes);
                if split || ends_with_unicode_mark(&self.text) {
                    return Err(LexerFault::Text);
                }
                self.state = State::Quote { escapes };
            }
            b'"' if ends_with_unicode_mark(&self.text) => return Err(LexerFault::Text),
            b'"' => self.state = State::Name,
            b'$' if self.word.is_none() => {
                self.mark.clear();
                self.mark.push(byte);
                self.state = State::Mark;
            }
            b'(' => self.parentheses += 1,
            b')' => {
                self.parentheses = self.parentheses.saturating_sub(1);
                if self.is_inserting && self.parentheses == 0 {
                    to.inserted(&self.text, self.began);
                    self.text.clear();
                }
            }
            b';' if self.parentheses == 0 && self.body.is_closed() => self.end_statement(to),
            b'-' | b'/' => self.previous = byte,
            b':' if previous != b':' => self.previous = byte,
            _ if self.word.is_none() && is_word(byte) => self.word = Some(self.text.len() - 1),
            _ => {}
        }
        if self.text.len() > LONGEST { Err(LexerFault::TooLong) } else { Ok(()) }
    }

    /// If a word ends before this byte: takes note of it. For a quote, whether the word says that the text has escapes.
    fn end_word(&mut self, byte: u8, to: &mut impl Listener) -> Result<Option<bool>, LexerFault> {
        let Some(start) = self.word.filter(|_| !(is_word(byte) || byte == b'$')) else {
            let is_number = |start: usize| self.text[start].is_ascii_digit();
            return if byte == b'$' && self.word.is_some_and(is_number) { Err(LexerFault::Text) } else { Ok(None) };
        };
        self.word = None;
        let word = &self.text[start..];
        if word[0].is_ascii_digit() {
            return if matches!(byte, b'\'' | b'"') { Err(LexerFault::Text) } else { Ok(None) };
        }
        if self.is_first_word {
            self.is_first_word = false;
            self.may_insert = word.eq_ignore_ascii_case(b"INSERT");
        }
        self.body.word(word, self.parentheses == 0)?;
        let escapes = match word {
            b"e" | b"E" if byte == b'\'' => Some(true),
            b"b" | b"B" | b"x" | b"X" if byte == b'\'' => Some(false),
            _ => None,
        };
        let begins_rows = self.may_insert && self.parentheses == 0 && word.eq_ignore_ascii_case(b"VALUES");
        if begins_rows && !self.is_inserting {
            self.is_inserting = true;
            to.insert(&self.text, self.began);
            self.text.clear();
        }
        Ok(escapes)
    }

    fn mark(&mut self, byte: u8, to: &mut impl Listener) -> Result<(), LexerFault> {
        let goes_on = byte == b'_' || byte.is_ascii_alphabetic() || byte >= 0x80;
        if byte == b'$' || goes_on || (self.mark.len() > 1 && byte.is_ascii_digit()) {
            self.text.push(byte);
            self.mark.push(byte);
            if self.mark.len() > LONGEST_NOTE {
                return Err(LexerFault::Text);
            }
            if byte == b'$' {
                self.dollars = self.text.len();
                self.state = State::Dollar;
            }
            return Ok(());
        }
        // What psql reads after a mark that is none, it could read otherwise than we do.
        if self.mark.len() > 1 {
            return Err(LexerFault::Text);
        }
        self.state = State::Sql;
        self.plain(byte, to)
    }

    fn end_statement(&mut self, to: &mut impl Listener) {
        let text = std::mem::take(&mut self.text);
        if std::mem::take(&mut self.is_inserting) {
            to.insert_end(&text, self.began);
        } else {
            match to.statement(&text, self.began) {
                After::Sql => {}
                After::Escapes(escapes) => self.plain_escapes = escapes,
                After::Rows => self.state = State::BeforeRows,
            }
        }
        self.may_insert = false;
        self.text = text;
        self.text.clear();
        // A long statement's memory is not kept.
        self.text.shrink_to(LONGEST_ROW);
    }
}

/// Whether the byte can stand in a word; those of other alphabets all can.
fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Whether a text ends with `U&` and a quote.
fn ends_with_unicode_mark(text: &[u8]) -> bool {
    match text {
        [before @ .., b'u' | b'U', b'&', _] => before.last().is_none_or(|before| !is_word(*before) && *before != b'$'),
        _ => false,
    }
}
