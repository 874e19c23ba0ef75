//! Files with holes: where their content lies, and what is zeros.

use std::io;

use super::block::{BLOCK, damaged};
use super::pax::number;

/// More pieces than this no file has.
const MOST: usize = 1 << 20;

/// Where a file has content.
#[derive(Debug)]
pub(super) struct Map {
    /// Size of the file, in bytes.
    pub(super) size: u64,
    pieces: Vec<(u64, u64)>,
}

/// A stretch of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Segment {
    /// This many zeros, which the archive does not hold.
    Hole(u64),
    /// This many bytes, which it holds.
    Content(u64),
}

impl Segment {
    pub(super) const fn is_empty(&self) -> bool {
        matches!(self, Self::Hole(0) | Self::Content(0))
    }
}

fn broken() -> io::Error {
    damaged("a map of holes is damaged")
}

impl Map {
    pub(super) const fn new(size: u64) -> Self {
        Self { size, pieces: Vec::new() }
    }

    /// Adds a piece of content.
    pub(super) fn add(&mut self, offset: u64, length: u64) -> io::Result<()> {
        let end = self.pieces.last().map_or(0, |(offset, length)| offset + length);
        let fits = offset.checked_add(length).is_some_and(|end| end <= self.size);
        if offset < end || !fits || self.pieces.len() >= MOST {
            return Err(broken());
        }
        self.pieces.push((offset, length));
        Ok(())
    }

    /// Reads the map that stands before the content, one number per line, in as many blocks as it needs.
    pub(super) fn read(size: u64, mut block: impl FnMut() -> io::Result<[u8; BLOCK as usize]>) -> io::Result<Self> {
        let mut present = block()?;
        let mut at = 0;
        let mut next = || -> io::Result<u64> {
            let mut digits = Vec::new();
            loop {
                if at == present.len() {
                    present = block()?;
                    at = 0;
                }
                let byte = present[at];
                at += 1;
                if byte == b'\n' {
                    return number(&digits).map_err(|_| broken());
                }
                if digits.len() > 20 {
                    return Err(broken());
                }
                digits.push(byte);
            }
        };
        let mut map = Self::new(size);
        for _ in 0..next()? {
            map.add(next()?, next()?)?;
        }
        Ok(map)
    }

    /// The file's stretches, the last first, of which `stored` bytes are content.
    pub(super) fn segments(&self, stored: u64) -> io::Result<Vec<Segment>> {
        if self.pieces.iter().map(|(_, length)| length).sum::<u64>() != stored {
            return Err(broken());
        }
        let mut segments = Vec::with_capacity(2 * self.pieces.len() + 1);
        let mut at = 0;
        for (offset, length) in &self.pieces {
            segments.extend([Segment::Hole(offset - at), Segment::Content(*length)]);
            at = offset + length;
        }
        segments.push(Segment::Hole(self.size - at));
        segments.reverse();
        Ok(segments)
    }
}
