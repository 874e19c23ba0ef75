//! Lines before the dump.

use memchr::memchr;

use super::{LONGEST_NOTE, Lexer, State};
use crate::backup::dump::beginning::{is_sql, is_utf16};
use crate::backup::dump::found::{LexerFault, Listener};

/// Lines before the dump that other programs wrote, at most.
const LINES_BEFORE: u32 = 20;

impl Lexer {
    /// Lines before the dump are looked at as a whole, or as much of them as is kept.
    pub(super) fn before(&mut self, rest: &[u8], to: &mut impl Listener) -> usize {
        let room = LONGEST_NOTE.saturating_sub(self.note.len()).max(1).min(rest.len());
        let end = memchr(b'\n', &rest[..room]);
        let taken = end.map_or(room, |end| end + 1);
        self.note.extend_from_slice(&rest[..taken]);
        if end.is_some() || self.note.len() >= LONGEST_NOTE {
            let line = std::mem::take(&mut self.note);
            self.line_before(line, to);
        }
        taken
    }

    pub(super) fn line_before(&mut self, line: Vec<u8>, to: &mut impl Listener) {
        let (line, is_first) = (line.as_slice(), self.at.offset == 0);
        let mark = is_first && line.starts_with(b"\xef\xbb\xbf");
        let text = if mark { &line[3..] } else { line };
        if is_first && is_utf16(text) {
            return self.stop(LexerFault::Utf16, to);
        }
        if memchr(0, text).is_some() {
            return self.stop(LexerFault::Zero, to);
        }
        if mark {
            self.at.offset += 3;
        }
        if is_sql(text) {
            self.state = State::Sql;
            return self.feed(text, to);
        }
        let here = self.here();
        self.pass(text);
        if text.trim_ascii().is_empty() {
            return;
        }
        self.lines_before += 1;
        if self.lines_before > LINES_BEFORE { self.stop(LexerFault::NoDump, to) } else { to.before(text, here) }
    }
}
