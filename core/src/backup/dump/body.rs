//! The body of a function between `BEGIN ATOMIC` and `END`, in which semicolons end nothing.
//!
//! # Source
//! The count of `BEGIN` and `END` in `psqlscan.l` of PostgreSQL 14 to 18.

use super::found::LexerFault;

/// What of a statement's words matters for such a body.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Body {
    words: usize,
    /// The first letters of the first words, as far as they are those of `CREATE OR REPLACE FUNCTION`.
    firsts: [u8; 4],
    depth: u32,
    /// `BEGIN` was the word before.
    has_begun: bool,
}

/// The words that count among the first.
const HEADS: [&[u8]; 5] = [b"CREATE", b"OR", b"REPLACE", b"FUNCTION", b"PROCEDURE"];

impl Body {
    /// Whether no body is open.
    pub(super) fn is_closed(&self) -> bool {
        self.depth == 0
    }

    /// Takes note of the statement's next word.
    pub(super) fn word(&mut self, word: &[u8], is_outside: bool) -> Result<(), LexerFault> {
        if let Some(first) = self.firsts.get_mut(self.words)
            && HEADS.iter().any(|head| head.eq_ignore_ascii_case(word))
        {
            *first = word[0].to_ascii_lowercase();
        }
        self.words += 1;
        if std::mem::take(&mut self.has_begun) && !word.eq_ignore_ascii_case(b"ATOMIC") {
            return Err(LexerFault::Body);
        }
        let is_function = matches!(self.firsts, [b'c', b'f' | b'p', ..] | [b'c', b'o', b'r', b'f' | b'p']);
        if !is_function || !is_outside {
            return Ok(());
        }
        if word.eq_ignore_ascii_case(b"BEGIN") {
            self.depth += 1;
            self.has_begun = true;
        } else if word.eq_ignore_ascii_case(b"CASE") && self.depth > 0 {
            self.depth += 1;
        } else if word.eq_ignore_ascii_case(b"END") && self.depth > 0 {
            self.depth -= 1;
        }
        Ok(())
    }
}
