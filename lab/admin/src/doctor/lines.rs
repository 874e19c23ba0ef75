//! Lines of a file of any size, packed by gzip or not, in constant memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;

use super::Unreadable;

/// How much of a line is kept; the rest is passed over.
const LONGEST_KEPT: usize = 1 << 20;
/// How much is read at a time.
const BLOCK: usize = 256 << 10;
/// How a gzip file begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// How a dump in pg_dump's own format begins.
pub(super) const CUSTOM_DUMP: &[u8] = b"PGDMP";

/// A file that is read line by line.
pub(super) struct Lines {
    name: String,
    from: Box<dyn BufRead>,
    line: Vec<u8>,
}

/// What came of looking for the next line.
pub(super) enum Next<'a> {
    /// A line, without its break; `is_whole` is false where its end was passed over.
    Line { text: &'a [u8], is_whole: bool },
    /// There is none.
    End,
    /// The packed file ends in the middle, or is damaged.
    CutOff(io::Error),
}

impl Lines {
    /// Opens a file, or standard input for `-`; whether it is packed is seen from its first bytes.
    pub(super) fn open(file: &str) -> Result<Self, Unreadable> {
        let refused = |source| Unreadable::Refused { file: file.to_owned(), source };
        let input: Box<dyn Read> = if file == "-" {
            Box::new(io::stdin().lock())
        } else {
            let opened = File::open(file).map_err(refused)?;
            if opened.metadata().map_err(refused)?.is_dir() {
                return Err(refused(io::Error::from(io::ErrorKind::IsADirectory)));
            }
            Box::new(opened)
        };
        let mut input = BufReader::with_capacity(BLOCK, input);
        let packed = input.fill_buf().map_err(refused)?.starts_with(&GZIP);
        let from: Box<dyn BufRead> = if packed {
            Box::new(BufReader::with_capacity(BLOCK, MultiGzDecoder::new(input)))
        } else {
            Box::new(input)
        };
        Ok(Self { name: file.to_owned(), from, line: Vec::new() })
    }

    /// Whether the content begins with `start`. A damaged file does not.
    pub(super) fn starts_with(&mut self, start: &[u8]) -> bool {
        self.from.fill_buf().is_ok_and(|begin| begin.starts_with(start))
    }

    /// The next line.
    ///
    /// # Errors
    /// The system refuses to read on.
    pub(super) fn next(&mut self) -> Result<Next<'_>, Unreadable> {
        self.line.clear();
        let mut is_whole = true;
        loop {
            let block = match self.from.fill_buf() {
                Ok(block) => block,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if is_damage(&error) => return Ok(Next::CutOff(error)),
                Err(source) => return Err(Unreadable::Refused { file: self.name.clone(), source }),
            };
            if block.is_empty() {
                let ended = self.line.is_empty() && is_whole;
                return Ok(if ended { Next::End } else { Next::Line { text: &self.line, is_whole } });
            }
            let end = memchr::memchr(b'\n', block);
            let taken = end.unwrap_or(block.len());
            let room = LONGEST_KEPT.saturating_sub(self.line.len());
            is_whole &= taken <= room;
            self.line.extend_from_slice(&block[..taken.min(room)]);
            self.from.consume(end.map_or(taken, |at| at + 1));
            if end.is_some() {
                if self.line.last() == Some(&b'\r') {
                    self.line.pop();
                }
                return Ok(Next::Line { text: &self.line, is_whole });
            }
        }
    }
}

fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)
}
