//! The reader: takes lines, keeps counts and first places.

use super::super::PLACES_KEPT;
use super::assembly::Open;
use super::entry::Entry;
use super::journal;
use super::matcher::{Matcher, Shown};
use super::request::{DIFFERS, RedirectUris};
use super::signs::signs;

/// What was found in one log.
///
/// # Shape
/// Given by [`LogReader::finish`]. It holds counts and line numbers, and no text of the log.
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
    /// How many entries show it.
    pub count: u64,
    /// The words by which the first of them does.
    pub words: Vec<&'static str>,
    /// The first of them.
    pub first: Vec<Hit>,
}

/// An entry that shows a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    /// The number of its telling line, from 1.
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
/// # Shape
/// Opaque: fed with [`LogReader::line`], ended with [`LogReader::finish`].
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
    matcher: &'static Matcher,
    open: Option<Open>,
    redirect_uris: RedirectUris,
    /// How much was read, in bytes.
    read: u64,
}

impl LogReader {
    /// A log that messages call `name`.
    pub fn new(name: impl Into<String>) -> Self {
        let hits = vec![Hits::default(); signs().len()];
        Self {
            log: Log { name: name.into(), lines: 0, hits },
            matcher: Matcher::get(),
            open: None,
            redirect_uris: RedirectUris::default(),
            read: 0,
        }
    }

    /// Takes the next line, without its line break. Bytes that are no UTF-8 are of no matter.
    pub fn line(&mut self, line: &[u8]) {
        self.log.lines += 1;
        self.read += line.len() as u64;
        let decoded = journal::decoded(line);
        let line = decoded.as_deref().unwrap_or(line);
        if let Some(open) = &mut self.open {
            let is_taken = open.takes(line);
            if is_taken && !open.is_closed() {
                return;
            }
            self.close();
            if is_taken {
                return;
            }
        }
        self.open = Open::begun_by(line, self.log.lines);
        if self.open.is_none() && self.is_telling(line) {
            let text = String::from_utf8_lossy(line);
            self.entry(&[&text], self.log.lines);
        }
    }

    /// What was found.
    pub fn finish(mut self) -> Log {
        self.close();
        self.log
    }

    fn is_telling(&self, bytes: &[u8]) -> bool {
        self.matcher.may_show(bytes, self.read)
    }

    /// Looks at the entry whose end was found.
    fn close(&mut self) {
        let Some(Open { lines, first, .. }) = self.open.take() else { return };
        let telling = lines.iter().position(|line| self.is_telling(line));
        if let ([line], Some(_)) = (lines.as_slice(), telling) {
            self.entry(&[&String::from_utf8_lossy(line)], first);
        } else if lines.len() > 1 {
            // A message breaks between words, a terminal anywhere.
            let joined = [lines.join(&b' '), lines.concat()];
            if joined.iter().any(|bytes| self.is_telling(bytes)) {
                let texts = joined.each_ref().map(|bytes| String::from_utf8_lossy(bytes));
                let number = first + telling.unwrap_or_default() as u64;
                self.entry(&texts.each_ref().map(|text| text.as_ref()), number);
            }
        }
    }

    /// Takes an entry that has the words of one sign or more, in each way that it can be read.
    fn entry(&mut self, texts: &[&str], number: u64) {
        let entries: Vec<Entry> = texts.iter().map(|text| Entry::of(text)).collect();
        let Some(first) = entries.first().filter(|entry| entry.is_telling) else { return };
        // Some words have a backslash of their own, which is no escape.
        let mut looked_at: Vec<&str> = texts.iter().copied().filter(|text| text.contains('\\')).collect();
        looked_at.extend(entries.iter().map(|entry| entry.text.as_str()));
        if entries.iter().any(|entry| self.redirect_uris.differs(&entry.text)) {
            looked_at.push(DIFFERS);
        }
        let Some(Shown { sign, words }) = self.matcher.shown(&looked_at) else { return };
        let hits = &mut self.log.hits[sign];
        if hits.count == 0 {
            hits.words = words;
        }
        hits.count += 1;
        if hits.first.len() < PLACES_KEPT {
            hits.first.push(Hit { line: number, time: first.time.clone() });
        }
    }
}
