//! Compressing a stream into a file.

use std::fs::File;
use std::io::{self, Write};
use std::thread::JoinHandle;

use libdeflater::{CompressionLvl, Compressor};
use sha2::{Digest as _, Sha256};

use super::{FIELD, FOOTER, FileFacts, HEADER, MEMBER, hexadecimal};
use crate::backup::lanes::{Broken, Collector, Feeder, lanes};

/// How hard to compress: the quickest level already comes within a few per cent of what `gzip` makes.
const LEVEL: i32 = 1;

/// Compresses what is written to it. Only [`finish`](Self::finish) makes it a whole file.
pub(in crate::backup) struct GzipWriter {
    piece: Vec<u8>,
    content_size: u64,
    members: u64,
    feeder: Option<Feeder<Vec<u8>>>,
    writing: Option<JoinHandle<io::Result<FileFacts>>>,
}

impl GzipWriter {
    /// Compresses into `file`.
    pub(in crate::backup) fn new(file: File) -> Self {
        let (feeder, collector) = lanes(|| {
            let level = CompressionLvl::new(LEVEL).unwrap_or_default();
            let mut compressor = Compressor::new(level);
            move |content: Vec<u8>| member(&mut compressor, &content)
        });
        let writing = std::thread::spawn(move || write_members(file, collector));
        Self {
            piece: Vec::with_capacity(MEMBER),
            content_size: 0,
            members: 0,
            feeder: Some(feeder),
            writing: Some(writing),
        }
    }

    /// Writes the rest and forces the file to the disk.
    pub(in crate::backup) fn finish(mut self) -> io::Result<FileFacts> {
        // An empty stream is one empty member.
        if !self.piece.is_empty() || self.members == 0 {
            self.hand_over()?;
        }
        let facts = self.end()?;
        if facts.content_size == self.content_size { Ok(facts) } else { Err(io::Error::other("content got lost")) }
    }

    fn hand_over(&mut self) -> io::Result<()> {
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(MEMBER));
        self.content_size += piece.len() as u64;
        self.members += 1;
        match self.feeder.as_mut().map(|feeder| feeder.feed(piece)) {
            Some(Ok(())) => Ok(()),
            // The writer has stopped; it knows why.
            Some(Err(Broken)) | None => self.end().and(Err(io::Error::other("compression stopped"))),
        }
    }

    fn end(&mut self) -> io::Result<FileFacts> {
        self.feeder = None;
        let stopped = || io::Error::other("compression stopped");
        self.writing.take().ok_or_else(stopped)?.join().map_err(|_| stopped())?
    }
}

impl Write for GzipWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(MEMBER - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        if self.piece.len() == MEMBER {
            self.hand_over()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write_members(mut file: File, mut members: Collector<io::Result<(Vec<u8>, usize)>>) -> io::Result<FileFacts> {
    let (mut size, mut content_size) = (0, 0);
    let mut sum = Sha256::new();
    while let Some(made) = members.next().map_err(|Broken| io::Error::other("compression stopped"))? {
        let (member, content) = made?;
        file.write_all(&member)?;
        sum.update(&member);
        size += member.len() as u64;
        content_size += content as u64;
    }
    file.sync_all()?;
    Ok(FileFacts { size, sha256: hexadecimal(&sum.finalize()), content_size })
}

/// One member, and the size of its content.
fn member(compressor: &mut Compressor, content: &[u8]) -> io::Result<(Vec<u8>, usize)> {
    let mut member = vec![0; HEADER + compressor.deflate_compress_bound(content.len()) + FOOTER];
    let compressed = compressor.deflate_compress(content, &mut member[HEADER..]).map_err(io::Error::other)?;
    let size = HEADER + compressed + FOOTER;
    member.truncate(size);
    let size = u32::try_from(size).map_err(io::Error::other)?;
    let content_size = u32::try_from(content.len()).map_err(io::Error::other)?;
    // Magic, deflate, "has an extra field", no time, no hint, Unix; then the field.
    member[..10].copy_from_slice(&[0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 3]);
    member[10..12].copy_from_slice(&8_u16.to_le_bytes());
    member[12..14].copy_from_slice(&FIELD);
    member[14..16].copy_from_slice(&4_u16.to_le_bytes());
    member[16..HEADER].copy_from_slice(&size.to_le_bytes());
    let footer = HEADER + compressed;
    member[footer..footer + 4].copy_from_slice(&libdeflater::crc32(content).to_le_bytes());
    member[footer + 4..].copy_from_slice(&content_size.to_le_bytes());
    Ok((member, content.len()))
}
