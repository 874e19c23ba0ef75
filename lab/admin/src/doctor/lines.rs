//! Lines of a file of any size, packed by gzip, bzip2, xz, zstd or not, in UTF-8 or UTF-16, in constant memory.

use std::io::{self, BufRead, BufReader};

use gitlab_mattermost_ground::named_input;

use super::packing::{AsUtf8, Utf16, packed_otherwise, unpacked};
use crate::reading::Unreadable;

/// How much of a line is kept; the rest is passed over.
const LONGEST_KEPT: usize = 1 << 20;
/// How much is read at a time.
const BLOCK: usize = 256 << 10;
/// As many first bytes tell how a file is packed.
const MAGIC: usize = 8;

/// A file that is read line by line.
pub(super) struct Lines {
    name: String,
    from: Box<dyn BufRead>,
    /// What came of the first look into it.
    damage: Option<io::Error>,
    line: Vec<u8>,
}

/// What came of looking for the next line.
pub(super) enum Next<'a> {
    /// A line, without its break; the end of a very long one is passed over.
    Line(&'a [u8]),
    /// There is none.
    End,
    /// The packed file ends in the middle, or is damaged.
    CutOff,
}

impl Lines {
    /// Opens a file, or standard input for `-`; how it is packed and encoded is seen from its first bytes.
    ///
    /// # Errors
    /// The system refuses, or it is packed in a way that only another program unpacks.
    pub(super) fn open(file: &str) -> Result<Self, Unreadable> {
        let refused = |source| Unreadable::Refused { file: file.to_owned(), source };
        let input = named_input::open(file).map_err(refused)?;
        let mut input = BufReader::with_capacity(BLOCK, input);
        let magic: Vec<u8> = input.fill_buf().map_err(refused)?.iter().take(MAGIC).copied().collect();
        let mut damage = None;
        let mut from = match unpacked(input, &magic, BLOCK) {
            Ok(from) => from,
            Err(error) if is_damage(&error) => {
                damage = Some(error);
                Box::new(io::empty())
            }
            Err(source) => return Err(refused(source)),
        };
        let start = match from.fill_buf() {
            Ok(start) => start,
            Err(error) if is_damage(&error) => {
                damage = Some(error);
                &[]
            }
            Err(source) => return Err(refused(source)),
        };
        if let Some((what, command)) = packed_otherwise(start) {
            return Err(Unreadable::Packed { file: file.to_owned(), what, command });
        }
        if let Some(order) = Utf16::of(start) {
            from = Box::new(BufReader::with_capacity(BLOCK, AsUtf8::new(from, order)));
        }
        Ok(Self { name: file.to_owned(), from, damage, line: Vec::new() })
    }

    /// The next line.
    ///
    /// # Errors
    /// The system refuses to read on.
    pub(super) fn next(&mut self) -> Result<Next<'_>, Unreadable> {
        if self.damage.take().is_some() {
            return Ok(Next::CutOff);
        }
        self.line.clear();
        let mut is_whole = true;
        loop {
            let block = match self.from.fill_buf() {
                Ok(block) => block,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if is_damage(&error) => return Ok(Next::CutOff),
                Err(source) => return Err(Unreadable::Refused { file: self.name.clone(), source }),
            };
            if block.is_empty() {
                let ended = self.line.is_empty() && is_whole;
                return Ok(if ended { Next::End } else { Next::Line(&self.line) });
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
                return Ok(Next::Line(&self.line));
            }
        }
    }
}

pub(super) fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)
}
