//! Rows, up to the line that ends them.

use memchr::{memchr_iter, memchr2};

use super::{LONGEST_ROW, Lexer, State};
use crate::backup::dump::found::{LexerFault, Listener, RowLine};

impl Lexer {
    /// Rows up to the end of the piece, or up to the line that ends them.
    pub(super) fn rows(&mut self, rest: &[u8], to: &mut impl Listener) -> usize {
        let mut from = 0;
        while let Some(found) = memchr2(b'\n', 0, &rest[from..]) {
            let end = from + found;
            if rest[end] == 0 {
                self.stop(LexerFault::Zero, to);
                return rest.len();
            }
            let line = &rest[from..end];
            let here = self.here();
            from = end + 1;
            self.at.line += 1;
            self.at.offset += line.len() as u64 + 1;
            let is_end = if self.text.is_empty() {
                let is_end = is_end_of_rows(line);
                if !is_end {
                    to.row(RowLine { text: line, is_whole: true, tabs_beyond: 0 }, here);
                }
                is_end
            } else {
                self.keep_row(line);
                let text = std::mem::take(&mut self.text);
                let is_end = is_end_of_rows(&text);
                if !is_end {
                    let is_whole = text.len() < LONGEST_ROW;
                    to.row(RowLine { text: &text, is_whole, tabs_beyond: self.tabs_beyond }, self.began);
                }
                self.text = text;
                self.text.clear();
                self.tabs_beyond = 0;
                is_end
            };
            if is_end {
                to.raw(&rest[..from]);
                to.rows_end();
                self.state = State::Sql;
                return from;
            }
        }
        if self.text.is_empty() {
            self.began = self.here();
        }
        let rest_of_line = &rest[from..];
        self.keep_row(rest_of_line);
        self.at.offset += rest_of_line.len() as u64;
        to.raw(rest);
        rest.len()
    }

    fn keep_row(&mut self, part: &[u8]) {
        let kept = part.len().min(LONGEST_ROW.saturating_sub(self.text.len()));
        self.text.extend_from_slice(&part[..kept]);
        self.tabs_beyond += memchr_iter(b'\t', &part[kept..]).count();
    }
}

fn is_end_of_rows(line: &[u8]) -> bool {
    matches!(line, br"\." | b"\\.\r")
}
