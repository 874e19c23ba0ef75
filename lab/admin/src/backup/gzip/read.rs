//! Decompressing a file in threads beside its reader.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use libdeflater::Decompressor;
use sha2::{Digest as _, Sha256};

use super::packing::{Packing, unpack};
use super::{FIELD, FOOTER, FileFacts, HEADER, MEMBER, hexadecimal};
use crate::backup::lanes::{Broken, Collector, Feeder, lanes};

/// Pieces of content that wait to be read, of a file that is decompressed by one thread.
const WAITING: usize = 4;

/// Their size in bytes.
const PIECE: usize = 256 * 1024;

/// Largest member that is taken for one of ours: content that does not compress grows a little.
const LARGEST_MEMBER: usize = MEMBER + MEMBER / 8;

/// Reads the content of a packed file. Its end is the end of a whole file; anything else is an error.
pub(in crate::backup) struct GzipReader {
    piece: Vec<u8>,
    taken: usize,
    content_size: u64,
    pieces: Pieces,
    reading: Option<JoinHandle<io::Result<(u64, String)>>>,
    facts: Option<FileFacts>,
}

enum Pieces {
    Lanes(Collector<io::Result<Vec<u8>>>),
    Thread(Receiver<Vec<u8>>),
}

impl GzipReader {
    /// Begins to decompress a gzip file.
    #[cfg(test)]
    pub(in crate::backup) fn new(file: File) -> Self {
        Self::of(file, Packing::Gzip)
    }

    /// Begins to unpack a file that is packed in this way.
    pub(in crate::backup) fn of(file: File, packing: Packing) -> Self {
        let mut file = BufReader::with_capacity(64 * 1024, Summed { file, size: 0, sum: Sha256::new() });
        let ours = packing == Packing::Gzip
            && io::BufRead::fill_buf(&mut file).is_ok_and(|start| member_size(start).is_some());
        let (pieces, reading) = if ours {
            let (feeder, collector) = lanes(|| {
                let mut decompressor = Decompressor::new();
                move |member: Vec<u8>| content(&mut decompressor, &member)
            });
            (Pieces::Lanes(collector), std::thread::spawn(move || read_members(file, feeder)))
        } else {
            let (sender, receiver) = sync_channel(WAITING);
            (Pieces::Thread(receiver), std::thread::spawn(move || read_stream(file, packing, &sender)))
        };
        Self { piece: Vec::new(), taken: 0, content_size: 0, pieces, reading: Some(reading), facts: None }
    }

    /// What the file is, after everything that is left of it was read.
    pub(in crate::backup) fn finish(mut self) -> io::Result<FileFacts> {
        while self.fill()? {}
        self.facts.ok_or_else(|| io::Error::other("decompression stopped"))
    }

    /// The next piece as a whole, for readers that need no copy; empty at the end.
    pub(in crate::backup) fn next_piece(&mut self) -> io::Result<&[u8]> {
        if self.taken == self.piece.len() {
            self.fill()?;
        }
        let start = std::mem::replace(&mut self.taken, self.piece.len());
        Ok(&self.piece[start..])
    }

    /// Gets the next piece that holds something; `false` at the end.
    fn fill(&mut self) -> io::Result<bool> {
        loop {
            let next = match &mut self.pieces {
                Pieces::Lanes(collector) => {
                    collector.next().map_err(|Broken| io::Error::other("decompression stopped"))?.transpose()?
                }
                Pieces::Thread(receiver) => receiver.recv().ok(),
            };
            self.taken = 0;
            let Some(piece) = next else {
                self.piece.clear();
                return self.end().map(|()| false);
            };
            self.content_size += piece.len() as u64;
            self.piece = piece;
            if !self.piece.is_empty() {
                return Ok(true);
            }
        }
    }

    fn end(&mut self) -> io::Result<()> {
        if let Some(reading) = self.reading.take() {
            let (size, sha256) = reading.join().map_err(|_| io::Error::other("decompression stopped"))??;
            self.facts = Some(FileFacts { size, sha256, content_size: self.content_size });
        }
        // An error stays one however often it is asked for.
        if self.facts.is_some() { Ok(()) } else { Err(io::Error::other("decompression stopped")) }
    }
}

impl Read for GzipReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.piece.len() && !self.fill()? {
            return Ok(0);
        }
        let rest = &self.piece[self.taken..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.taken += count;
        Ok(count)
    }
}

/// A file whose bytes are counted and summed as they are read.
struct Summed {
    file: File,
    size: u64,
    sum: Sha256,
}

impl Summed {
    fn facts(self) -> (u64, String) {
        (self.size, hexadecimal(&self.sum.finalize()))
    }
}

impl Read for Summed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.sum.update(&buffer[..count]);
        self.size += count as u64;
        Ok(count)
    }
}

/// The size of the member that begins here, if it is one of ours.
fn member_size(start: &[u8]) -> Option<usize> {
    let header = start.get(..HEADER)?;
    let ours = header[..4] == [0x1f, 0x8b, 8, 4]
        && header[10..12] == [8, 0]
        && header[12..14] == FIELD
        && header[14..16] == [4, 0];
    let size = u32::from_le_bytes(header[16..HEADER].try_into().ok()?) as usize;
    (ours && (HEADER + FOOTER..=LARGEST_MEMBER).contains(&size)).then_some(size)
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it is damaged")
}

fn cut_short() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "it ends too early")
}

fn read_members(mut file: BufReader<Summed>, mut feeder: Feeder<Vec<u8>>) -> io::Result<(u64, String)> {
    loop {
        let mut member = Vec::with_capacity(HEADER);
        if file.by_ref().take(HEADER as u64).read_to_end(&mut member)? == 0 {
            return Ok(file.into_inner().facts());
        }
        if member.len() < HEADER {
            return Err(cut_short());
        }
        let size = member_size(&member).ok_or_else(damaged)?;
        member.reserve_exact(size - HEADER);
        file.by_ref().take((size - HEADER) as u64).read_to_end(&mut member)?;
        if member.len() < size {
            return Err(cut_short());
        }
        if feeder.feed(member).is_err() {
            // The reader has stopped, or found the member before damaged and says so.
            return Err(io::Error::other("decompression stopped"));
        }
    }
}

fn content(decompressor: &mut Decompressor, member: &[u8]) -> io::Result<Vec<u8>> {
    let (compressed, footer) = member[HEADER..].split_at(member.len() - HEADER - FOOTER);
    let number = |at: usize| footer.get(at..at + 4).and_then(|it| it.try_into().ok()).map(u32::from_le_bytes);
    let (Some(sum), Some(size)) = (number(0), number(4)) else { return Err(damaged()) };
    if size as usize > MEMBER {
        return Err(damaged());
    }
    let mut content = vec![0; size as usize];
    let found = decompressor.deflate_decompress(compressed, &mut content).map_err(|_| damaged())?;
    if found == content.len() && libdeflater::crc32(&content) == sum { Ok(content) } else { Err(damaged()) }
}

fn read_stream(
    mut file: BufReader<Summed>,
    packing: Packing,
    pieces: &SyncSender<Vec<u8>>,
) -> io::Result<(u64, String)> {
    let send = |piece| pieces.send(piece).map_err(|_| io::ErrorKind::BrokenPipe.into());
    unpack(&mut file, packing, PIECE, send).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => cut_short(),
        // The reader has stopped.
        io::ErrorKind::BrokenPipe => error,
        _ => damaged(),
    })?;
    Ok(file.into_inner().facts())
}
