//! Lines around the dump: what the programs said that ran `pg_dump`, before it and behind its end.

use memchr::memchr;

use super::{LONGEST_NOTE, Lexer, State};
use crate::backup::dump::beginning::{is_sql, is_utf16, may_run, otherwise};
use crate::backup::dump::found::{LexerFault, Listener};

/// Lines around the dump that other programs wrote, at most.
const LINES_AROUND: u32 = 20;

impl Lexer {
    /// Goes to the beginning of a line between statements.
    pub(super) fn between(&mut self) {
        self.note.clear();
        self.state = if self.has_ended { State::After } else { State::Sql };
    }

    /// Lines around the dump are looked at as a whole, or as much of them as is kept.
    pub(super) fn around(&mut self, rest: &[u8], to: &mut impl Listener) -> usize {
        let room = LONGEST_NOTE.saturating_sub(self.note.len()).max(1).min(rest.len());
        let end = memchr(b'\n', &rest[..room]);
        let taken = end.map_or(room, |end| end + 1);
        self.note.extend_from_slice(&rest[..taken]);
        if end.is_some() || self.note.len() >= LONGEST_NOTE {
            let line = std::mem::take(&mut self.note);
            self.line_around(line, to);
        }
        taken
    }

    pub(super) fn line_around(&mut self, line: Vec<u8>, to: &mut impl Listener) {
        let (line, is_first) = (line.as_slice(), self.at.offset == 0);
        let mark = is_first && line.starts_with(b"\xef\xbb\xbf");
        let text = if mark { &line[3..] } else { line };
        if is_first && is_utf16(text) {
            return self.stop(LexerFault::Utf16, to);
        }
        if let Some(why) = otherwise(text).filter(|_| is_first) {
            return self.stop(LexerFault::Otherwise(why), to);
        }
        if memchr(0, text).is_some() {
            return self.stop(LexerFault::Zero, to);
        }
        if mark {
            self.at.offset += 3;
        }
        let is_behind = self.state == State::After;
        // Behind the end, whatever could be a statement is looked at as one: then the dump has not ended.
        if is_sql(text) || (is_behind && may_run(text)) {
            self.state = State::Sql;
            return self.feed(text, to);
        }
        let here = self.here();
        self.pass(text);
        if text.trim_ascii().is_empty() {
            return;
        }
        self.lines_around += 1;
        match (self.lines_around > LINES_AROUND, is_behind) {
            (false, false) => to.before(text, here),
            (false, true) => to.after(text, here),
            (true, false) => self.stop(LexerFault::NoDump, to),
            (true, true) => self.stop(LexerFault::MoreBehind, to),
        }
    }
}
