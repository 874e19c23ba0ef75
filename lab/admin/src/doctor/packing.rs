//! How a file is packed or encoded, seen from its first bytes, and text in UTF-16 as UTF-8.
//!
//! What the program cannot unpack is refused with the command that can.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use crate::backup::gzip::Packing;

/// Ways of packing that are refused: how a file begins, what it is called, and the command that unpacks it.
const REFUSED: [(&[u8], &str, &str); 5] = [
    (b"\x04\x22\x4d\x18", "packed with lz4", "lz4 -dc"),
    (b"\x1f\x9d", "packed with compress", "zcat"),
    (b"PK\x03\x04", "a ZIP archive", "unzip -p"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "7z x -so"),
    (b"LPKSHHRH", "a journal of systemd", "journalctl --output=cat --file"),
];
/// Where a tar archive says that it is one.
const TAR: (usize, &[u8]) = (257, b"ustar");

/// What the program cannot unpack, and the command that can.
pub(super) fn packed_otherwise(start: &[u8]) -> Option<(&'static str, &'static str)> {
    if start.get(TAR.0..).is_some_and(|rest| rest.starts_with(TAR.1)) {
        return Some(("a tar archive", "tar -xOf"));
    }
    REFUSED.iter().find(|(magic, ..)| start.starts_with(magic)).map(|(_, what, command)| (*what, *command))
}

/// The content of a file that begins so, read in blocks of this size.
///
/// # Errors
/// The file is damaged from its beginning on.
pub(super) fn unpacked(input: impl BufRead + 'static, start: &[u8], block: usize) -> io::Result<Box<dyn BufRead>> {
    let buffered = |from: Box<dyn Read>| -> Box<dyn BufRead> { Box::new(BufReader::with_capacity(block, from)) };
    Ok(match Packing::of(start) {
        Packing::Plain => Box::new(input),
        Packing::Gzip => buffered(Box::new(MultiGzDecoder::new(input))),
        Packing::Bzip2 => buffered(Box::new(bzip2::bufread::MultiBzDecoder::new(input))),
        Packing::Xz => buffered(Box::new(lzma_rust2::XzReader::new(input, true))),
        Packing::Zstd => buffered(Box::new(Frames::new(input)?)),
    })
}

/// The frames of a zstd file, one after the other.
struct Frames<R: Read> {
    frame: Option<StreamingDecoder<R, FrameDecoder>>,
}

impl<R: BufRead> Frames<R> {
    fn new(from: R) -> io::Result<Self> {
        Ok(Self { frame: Self::next(from)? })
    }

    /// The next frame, if one follows; those that hold nothing are passed over.
    fn next(mut from: R) -> io::Result<Option<StreamingDecoder<R, FrameDecoder>>> {
        while from.fill_buf()?.first().is_some_and(|first| (0x50..=0x5f).contains(first)) {
            let mut head = [0; 8];
            from.read_exact(&mut head)?;
            let size = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
            io::copy(&mut from.by_ref().take(size), &mut io::sink())?;
        }
        if from.fill_buf()?.is_empty() {
            return Ok(None);
        }
        StreamingDecoder::new(from).map(Some).map_err(|_| io::ErrorKind::InvalidData.into())
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(frame) = &mut self.frame {
            let count = frame.read(into).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
            if count > 0 || into.is_empty() {
                return Ok(count);
            }
            self.frame = self.frame.take().map_or(Ok(None), |frame| Self::next(frame.into_inner()))?;
        }
        Ok(0)
    }
}

/// The order of the bytes of UTF-16, as PowerShell and other programs of Windows write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Utf16 {
    /// The lower byte first.
    Little,
    /// The higher byte first.
    Big,
}

impl Utf16 {
    /// The order, if the text begins as UTF-16 does: with its mark, or with two letters of ASCII.
    pub fn of(start: &[u8]) -> Option<Self> {
        match start {
            [0xff, 0xfe, ..] => Some(Self::Little),
            [0xfe, 0xff, ..] => Some(Self::Big),
            [a, 0, b, 0, ..] if a.is_ascii_graphic() && b.is_ascii() => Some(Self::Little),
            [0, a, 0, b, ..] if a.is_ascii_graphic() && b.is_ascii() => Some(Self::Big),
            _ => None,
        }
    }
}

/// Text in UTF-16 as UTF-8; what is no character becomes the sign for that.
pub(super) struct AsUtf8<R> {
    from: R,
    order: Utf16,
    /// A byte without its pair, and a half of a character without its other half.
    byte: Option<u8>,
    half: Option<u16>,
    ready: Vec<u8>,
    given: usize,
}

impl<R: BufRead> AsUtf8<R> {
    pub fn new(from: R, order: Utf16) -> Self {
        Self { from, order, byte: None, half: None, ready: Vec::new(), given: 0 }
    }

    /// Reads on until there is something to give, or nothing more to read.
    fn fill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.given = 0;
        while self.ready.is_empty() {
            let block = self.from.fill_buf()?;
            let taken = block.len();
            if taken == 0 {
                let is_cut = self.byte.take().is_some() | self.half.take().is_some();
                if is_cut {
                    self.push(char::REPLACEMENT_CHARACTER);
                }
                return Ok(());
            }
            let mut units = Vec::with_capacity(taken / 2 + 2);
            units.extend(self.half.take());
            for byte in block {
                match self.byte.take() {
                    None => self.byte = Some(*byte),
                    Some(first) => units.push(match self.order {
                        Utf16::Little => u16::from_le_bytes([first, *byte]),
                        Utf16::Big => u16::from_be_bytes([first, *byte]),
                    }),
                }
            }
            self.from.consume(taken);
            if units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit)) {
                self.half = units.pop();
            }
            for c in char::decode_utf16(units) {
                self.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
        Ok(())
    }

    fn push(&mut self, c: char) {
        if c != '\u{feff}' {
            self.ready.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

impl<R: BufRead> Read for AsUtf8<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() {
            self.fill()?;
        }
        let rest = &self.ready[self.given..];
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read};

    use super::{AsUtf8, Utf16, packed_otherwise};

    #[test]
    fn text_in_utf_16_is_read_however_it_is_cut_into_blocks() {
        let text = "\u{feff}état 无效 🦊\n";
        for order in [Utf16::Little, Utf16::Big] {
            let pair = |unit: u16| if order == Utf16::Little { unit.to_le_bytes() } else { unit.to_be_bytes() };
            let bytes: Vec<u8> = text.encode_utf16().flat_map(pair).collect();
            assert_eq!(Utf16::of(&bytes), Some(order));
            for block in 1..9 {
                let mut read = String::new();
                AsUtf8::new(BufReader::with_capacity(block, &bytes[..]), order).read_to_string(&mut read).unwrap();
                assert_eq!(read, text.trim_start_matches('\u{feff}'), "in blocks of {block}");
            }
            let mut read = String::new();
            AsUtf8::new(&bytes[..bytes.len() - 1], order).read_to_string(&mut read).unwrap();
            assert!(read.ends_with('\u{fffd}'));
        }
        assert_eq!(Utf16::of(b"{\"level\""), None);
    }

    #[test]
    fn what_is_packed_otherwise_is_told() {
        assert_eq!(packed_otherwise(b"\x04\x22\x4d\x18"), Some(("packed with lz4", "lz4 -dc")));
        assert_eq!(packed_otherwise(b"BZh91AY"), None);
        assert_eq!(packed_otherwise(b"{\"level\""), None);
    }
}
