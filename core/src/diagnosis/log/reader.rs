//! The matcher: takes lines, keeps counts and first places.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::super::PLACES_KEPT;
use super::line;
use super::signs::{SIGNS, Sign};

/// What was found in one log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log {
    /// The name to call it by.
    pub name: String,
    /// How many lines it has.
    pub lines: u64,
    /// By sign.
    hits: Vec<Hits>,
}

/// The hits of one sign.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hits {
    /// How many lines show it.
    pub count: u64,
    /// The first of them.
    pub first: Vec<Hit>,
}

/// A line that shows a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    /// Its number, from 1.
    pub line: u64,
    /// Its time.
    pub time: Option<String>,
}

impl Log {
    /// The hits of a sign, if there are any.
    pub(super) fn hits(&self, sign: usize) -> Option<&Hits> {
        self.hits.get(sign).filter(|hits| hits.count > 0)
    }
}

/// Looks through a log.
///
/// ```
/// use gitlab_mattermost_core::diagnosis::LogReader;
/// let mut reader = LogReader::new("mattermost.log");
/// reader.line(b"[2018/03/26 12:10:13 CEST] [EROR] Invalid state");
/// assert_eq!(reader.finish().lines, 1);
/// ```
#[derive(Debug)]
pub struct LogReader {
    log: Log,
    words: &'static AhoCorasick,
}

impl LogReader {
    /// A log that messages call `name`.
    pub fn new(name: impl Into<String>) -> Self {
        let hits = vec![Hits::default(); SIGNS.len()];
        Self { log: Log { name: name.into(), lines: 0, hits }, words: words() }
    }

    /// Takes the next line, without its line break. Bytes that are no UTF-8 are of no matter.
    pub fn line(&mut self, line: &[u8]) {
        self.log.lines += 1;
        if self.words.is_match(line) {
            self.candidate(line);
        }
    }

    /// What was found.
    pub fn finish(self) -> Log {
        self.log
    }

    /// Takes a line that has the words of one sign or more.
    fn candidate(&mut self, line: &[u8]) {
        let mut has_words = vec![false; SIGNS.len()];
        for found in self.words.find_overlapping_iter(line) {
            has_words[found.pattern().as_usize()] = true;
        }
        let text = String::from_utf8_lossy(line);
        if line::is_debug(&text) {
            return;
        }
        for ((sign, hits), _) in SIGNS.iter().zip(&mut self.log.hits).zip(has_words).filter(|(_, has)| *has) {
            if sign.is_meant_in(&text) {
                hits.count += 1;
                if hits.first.len() < PLACES_KEPT {
                    hits.first.push(Hit { line: self.log.lines, time: line::time(&text) });
                }
            }
        }
    }
}

impl Sign {
    /// Whether a line with the sign's words has what must be beside them, and nothing that must not.
    fn is_meant_in(&self, text: &str) -> bool {
        let has = |words: &&str| text.contains(words);
        (self.with.is_empty() || self.with.iter().any(has)) && !self.without.iter().any(has)
    }
}

/// One automaton for the words of every sign, so that a line without any is passed over in one go.
/// Its patterns have the numbers of their signs.
#[expect(clippy::expect_used, reason = "the words are constant; building it is tested")]
fn words() -> &'static AhoCorasick {
    static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
        AhoCorasick::new(SIGNS.iter().map(|sign| sign.words)).expect("an automaton of constant words")
    });
    &WORDS
}
