//! Content of files of a backup, however they are packed, decompressed in a thread beside whoever reads it.
//!
//! How a file is packed is told by its first bytes, never by its name. Not here: gzip files of this program, which all
//! processors decompress (`gzip`), and what the content is (`contents`).

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use flate2::bufread::GzDecoder;
use sha2::{Digest as _, Sha256};

use super::error::{BackupError, failed};
use super::gzip::{self, FileFacts, GzipReader};
use gitlab_mattermost_ground::named_file;

/// Pieces of content that wait to be read.
const WAITING: usize = 4;

/// Their size in bytes.
const PIECE: usize = 256 * 1024;

/// The largest window of zstd that is allowed for: that of `zstd --ultra --long=31`.
const WINDOW_LOG: u32 = 31;

/// Ways of packing that are none of a backup's, and how files of them begin.
const OTHERS: [(&[u8], &str); 14] = [
    (b"PK\x03\x04", "a ZIP archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x04\x22\x4d\x18", "packed with lz4"),
    (b"LZIP", "packed with lzip"),
    (b"\x89LZO", "packed with lzop"),
    (b"\x5d\x00\x00", "packed with lzma"),
    (b"\x1f\x9d", "packed with compress"),
    (b"Salted__", "encrypted with OpenSSL"),
    (b"age-encryption.org/", "encrypted with age"),
    (b"-----BEGIN PGP MESSAGE", "encrypted with PGP"),
    (b"\x8c\x0d\x04", "encrypted with GnuPG"),
    (b"\x85\x02\x0c\x03", "encrypted with GnuPG"),
    (b"\x85\x01\x0c\x03", "encrypted with GnuPG"),
];

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    /// Not at all.
    Plain,
    Gzip,
    Zstd,
    Xz,
    Bzip2,
}

impl Packing {
    /// That of a file which begins so.
    ///
    /// # Errors
    /// What it is, if it is nothing that is read here.
    pub(super) fn of(start: &[u8]) -> Result<Self, &'static str> {
        if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| start.starts_with(magic)) {
            return Err(what);
        }
        Ok(match start {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Self::Bzip2,
            _ => Self::Plain,
        })
    }

    /// What a file packed so is called.
    pub(super) const fn what(self) -> &'static str {
        match self {
            Self::Plain => "an archive that is not packed",
            Self::Gzip => "a gzip archive",
            Self::Zstd => "a zstd archive",
            Self::Xz => "an xz archive",
            Self::Bzip2 => "a bzip2 archive",
        }
    }
}

/// Reads the content of a file. Its end is the end of a whole file; anything else is an error.
pub(super) struct PackedReader {
    packing: Packing,
    pieces: Pieces,
}

enum Pieces {
    Ours(GzipReader),
    Thread(Threaded),
}

/// A decoder at work in a thread.
struct Threaded {
    piece: Vec<u8>,
    taken: usize,
    content_size: u64,
    pieces: Receiver<Vec<u8>>,
    reading: Option<JoinHandle<io::Result<(u64, String)>>>,
    facts: Option<FileFacts>,
}

impl PackedReader {
    /// Opens a file and begins to read it.
    pub(super) fn open(path: &Path) -> Result<Self, BackupError> {
        let file = named_file::open(path).map_err(failed("open", path))?;
        let mut start = [0; 32];
        let count = read_start(&file, &mut start).map_err(failed("read", path))?;
        let start = start.get(..count).unwrap_or_default();
        let packing = Packing::of(start).map_err(|what| BackupError::Format { path: path.to_owned(), what })?;
        if packing == Packing::Gzip && gzip::is_ours(start) {
            return Ok(Self { packing, pieces: Pieces::Ours(GzipReader::new(file)) });
        }
        let (sender, pieces) = sync_channel(WAITING);
        let reading = Some(std::thread::spawn(move || decode(packing, file, &sender)));
        let threaded = Threaded { piece: Vec::new(), taken: 0, content_size: 0, pieces, reading, facts: None };
        Ok(Self { packing, pieces: Pieces::Thread(threaded) })
    }

    /// How the file is packed.
    pub(super) fn packing(&self) -> Packing {
        self.packing
    }

    /// What the file is, after everything that is left of it was read.
    pub(super) fn finish(self) -> io::Result<FileFacts> {
        match self.pieces {
            Pieces::Ours(reader) => reader.finish(),
            Pieces::Thread(mut reader) => {
                while reader.fill()? {}
                reader.facts.ok_or_else(stopped)
            }
        }
    }
}

impl Read for PackedReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.pieces {
            Pieces::Ours(reader) => reader.read(buffer),
            Pieces::Thread(reader) => reader.read(buffer),
        }
    }
}

impl Threaded {
    /// Gets the next piece; `false` at the end.
    fn fill(&mut self) -> io::Result<bool> {
        self.taken = 0;
        if let Ok(piece) = self.pieces.recv() {
            self.content_size += piece.len() as u64;
            self.piece = piece;
            return Ok(true);
        }
        self.piece.clear();
        if let Some(reading) = self.reading.take() {
            let (size, sha256) = reading.join().map_err(|_| stopped())??;
            self.facts = Some(FileFacts { size, sha256, content_size: self.content_size });
        }
        // An error stays one however often it is asked for.
        if self.facts.is_some() { Ok(false) } else { Err(stopped()) }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.piece.len() && !self.fill()? {
            return Ok(0);
        }
        let rest = self.piece.get(self.taken..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.taken += count;
        Ok(count)
    }
}

/// The first bytes of a file, which is then read from its beginning all the same.
fn read_start(file: &File, into: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while let Some(rest) = into.get_mut(count..).filter(|rest| !rest.is_empty()) {
        match std::os::unix::fs::FileExt::read_at(file, rest, count as u64)? {
            0 => break,
            more => count += more,
        }
    }
    Ok(count)
}

/// Hands on the content of a file; gives its size and sum.
fn decode(packing: Packing, file: File, pieces: &SyncSender<Vec<u8>>) -> io::Result<(u64, String)> {
    let summed = Summed(Arc::new(Mutex::new((file, 0, Sha256::new()))));
    let input = BufReader::with_capacity(64 * 1024, summed.clone());
    let mut decoder: Box<dyn Read> = match packing {
        Packing::Plain => Box::new(input),
        Packing::Gzip => Box::new(Members { decoder: Some(GzDecoder::new(input)) }),
        Packing::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(input)?;
            decoder.window_log_max(WINDOW_LOG)?;
            Box::new(decoder)
        }
        Packing::Xz => Box::new(lzma_rust2::XzReader::new(input, true)),
        Packing::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(input)),
    };
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        match decoder.by_ref().take(PIECE as u64).read_to_end(&mut piece) {
            Ok(0) => break,
            Ok(_) if pieces.send(piece).is_err() => return Err(stopped()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it ends too early"));
            }
            Err(error) if packing == Packing::Plain => return Err(error),
            Err(error) if error.get_ref().is_some_and(|it| it.is::<Trailing>()) => return Err(error),
            Err(_) => return Err(io::Error::new(io::ErrorKind::InvalidData, "it is damaged")),
        }
    }
    drop(decoder);
    summed.finish()
}

/// Several gzip members one after another, and zeros after the last, as tapes and some programs leave them.
struct Members<R> {
    decoder: Option<GzDecoder<R>>,
}

/// What comes after a gzip file's end is neither another one nor nothing.
#[derive(Debug, thiserror::Error)]
#[error("after its end there is something that is not gzip")]
struct Trailing;

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(decoder) = &mut self.decoder else { return Ok(0) };
            let count = decoder.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let Some(mut input) = self.decoder.take().map(GzDecoder::into_inner) else { return Ok(0) };
            let mut zeros = false;
            loop {
                let block = input.fill_buf()?;
                match block.iter().position(|byte| *byte != 0) {
                    _ if block.is_empty() => return Ok(0),
                    Some(0) if !zeros && block.starts_with(&[0x1f]) => break,
                    Some(_) => return Err(io::Error::new(io::ErrorKind::InvalidData, Trailing)),
                    None => {
                        zeros = true;
                        let count = block.len();
                        input.consume(count);
                    }
                }
            }
            self.decoder = Some(GzDecoder::new(input));
        }
    }
}

/// A file whose bytes are counted and summed as they are read.
#[derive(Clone)]
struct Summed(Arc<Mutex<(File, u64, Sha256)>>);

impl Summed {
    /// Size and sum of all of the file, what no decoder needed included.
    fn finish(mut self) -> io::Result<(u64, String)> {
        io::copy(&mut self, &mut io::sink())?;
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok((held.1, gzip::hexadecimal(&held.2.clone().finalize())))
    }
}

impl Read for Summed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, size, sum) = &mut *held;
        let count = file.read(buffer)?;
        sum.update(&buffer[..count]);
        *size += count as u64;
        Ok(count)
    }
}

fn stopped() -> io::Error {
    io::Error::other("decompression stopped")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_file_is_read_however_it_is_packed_and_never_past_its_damage() {
        let folder = tempfile::tempdir().unwrap();
        let content: Vec<u8> = (0..200_000_u32).flat_map(|number| format!("{number} ").into_bytes()).collect();
        std::fs::write(folder.path().join("content"), &content).unwrap();
        let twice = [content.clone(), content.clone()].concat();
        for (command, expected, packing) in [
            ("cat content", &content, Packing::Plain),
            ("gzip -c content", &content, Packing::Gzip),
            ("gzip -c content; gzip -c content", &twice, Packing::Gzip),
            ("gzip -c content; head -c 5000 /dev/zero", &content, Packing::Gzip),
            ("zstd -q -c content", &content, Packing::Zstd),
            ("zstd -q -c content; zstd -q -c content", &twice, Packing::Zstd),
            ("xz -c content", &content, Packing::Xz),
            ("xz -c content; xz -c content", &twice, Packing::Xz),
            ("bzip2 -c content; bzip2 -c content", &twice, Packing::Bzip2),
        ] {
            let script = format!("cd '{}' && {{ {command}; }} > packed", folder.path().display());
            assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success(), "{command}");
            let path = folder.path().join("packed");
            let mut reader = PackedReader::open(&path).unwrap();
            assert_eq!(reader.packing(), packing);
            let mut read = Vec::new();
            reader.read_to_end(&mut read).unwrap_or_else(|error| panic!("{command}: {error}"));
            assert!(&read == expected, "{command}");
            let facts = reader.finish().unwrap();
            let whole = std::fs::read(&path).unwrap();
            assert_eq!((facts.size, facts.content_size), (whole.len() as u64, expected.len() as u64));
            assert_eq!(facts.sha256, gzip::hexadecimal(&Sha256::digest(&whole)));
            if packing == Packing::Plain || command.contains("zero") {
                continue;
            }
            let mut changed = whole.clone();
            changed[whole.len() / 3] ^= 0x10;
            for damaged in [&whole[..whole.len() - 3], &changed, &[&whole[..], b"junk"].concat()] {
                std::fs::write(&path, damaged).unwrap();
                assert!(io::copy(&mut PackedReader::open(&path).unwrap(), &mut io::sink()).is_err(), "{command}");
            }
        }
    }

    #[test]
    fn what_is_packed_otherwise_is_called_by_its_name() {
        assert_eq!(Packing::of(b"PK\x03\x04\x14"), Err("a ZIP archive"));
        assert_eq!(Packing::of(b"Salted__12345678"), Err("encrypted with OpenSSL"));
        assert_eq!(Packing::of(b"data/"), Ok(Packing::Plain));
    }
}
