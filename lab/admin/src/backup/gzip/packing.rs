//! The ways in which a dump is packed, each told by how its file begins, and unpacking all of them.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Zstd,
    Xz,
    Bzip2,
}

impl Packing {
    /// How a file that begins so is packed.
    pub(crate) fn of(start: &[u8]) -> Self {
        match start {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Self::Bzip2,
            // A frame of zstd that holds nothing may come first.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::Plain,
        }
    }
}

/// Unpacks all of `from`, piece by piece of at most that size; nothing but zeros may follow.
pub(crate) fn unpack(
    from: &mut impl BufRead,
    packing: Packing,
    piece: usize,
    mut send: impl FnMut(Vec<u8>) -> io::Result<()>,
) -> io::Result<()> {
    // Every part of the file that is packed by itself is one round.
    loop {
        match packing {
            Packing::Plain => pump(&mut *from, piece, &mut send)?,
            Packing::Gzip => pump(GzDecoder::new(&mut *from), piece, &mut send)?,
            Packing::Bzip2 => pump(bzip2::bufread::BzDecoder::new(&mut *from), piece, &mut send)?,
            Packing::Xz => pump(lzma_rust2::XzReader::new(&mut *from, false), piece, &mut send)?,
            Packing::Zstd if skips_frame(from)? => {}
            Packing::Zstd => {
                let mut decoder = ruzstd::decoding::StreamingDecoder::new(&mut *from).map_err(io::Error::other)?;
                pump(&mut decoder, piece, &mut send)?;
                let frame = decoder.into_frame_decoder();
                // The decoder takes the sum that is written there and compares it with nothing.
                if frame.get_checksum_from_data().is_some_and(|sum| frame.get_calculated_checksum() != Some(sum)) {
                    return Err(io::ErrorKind::InvalidData.into());
                }
            }
        }
        if !goes_on(from)? {
            return Ok(());
        }
    }
}

fn pump(mut from: impl Read, piece: usize, send: &mut impl FnMut(Vec<u8>) -> io::Result<()>) -> io::Result<()> {
    loop {
        let mut content = Vec::with_capacity(piece);
        if from.by_ref().take(piece as u64).read_to_end(&mut content)? == 0 {
            return Ok(());
        }
        send(content)?;
    }
}

/// Whether anything follows; zeros, which tapes and block devices fill up with, are passed over.
fn goes_on(from: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let rest = from.fill_buf()?;
        let zeros = rest.iter().take_while(|byte| **byte == 0).count();
        match (rest.len(), zeros) {
            (0, _) => return Ok(false),
            (len, zeros) if zeros < len => {
                from.consume(zeros);
                return Ok(true);
            }
            (_, zeros) => from.consume(zeros),
        }
    }
}

/// Passes over a frame of zstd that holds nothing for us, if one begins here.
fn skips_frame(from: &mut impl BufRead) -> io::Result<bool> {
    let start = from.fill_buf()?;
    if !matches!(start, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]) {
        return Ok(false);
    }
    let mut head = [0; 8];
    from.read_exact(&mut head)?;
    let size = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
    io::copy(&mut from.take(size), &mut io::sink())?;
    Ok(true)
}
