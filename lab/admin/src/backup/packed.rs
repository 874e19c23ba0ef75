//! Files of a backup however they are packed, and what they are called that are packed in a way that is not read here.
//!
//! How a file is packed is told by its first bytes, never by its name. Not here: unpacking (`gzip`), and what the content
//! is (`listing`, `content`).

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use gitlab_mattermost_core::backup::name;

use super::error::{BackupError, failed};
use super::gzip::{FileFacts, GzipReader, Packing};
use gitlab_mattermost_ground::named_file;

/// Ways of packing that are left to other programs: how files of them begin, what they are called, the command that unpacks
/// them to its standard output.
const OTHERS: [(&[u8], &str, &str); 16] = [
    (b"PK\x03\x04", "a ZIP archive", "unzip -p"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "7z x -so"),
    (b"Rar!\x1a\x07", "a RAR archive", "unrar p -inul"),
    (b"\x04\x22\x4d\x18", "packed with lz4", "lz4 -dc"),
    (b"LZIP", "packed with lzip", "lzip -dc"),
    (b"\x89LZO", "packed with lzop", "lzop -dc"),
    (b"\x5d\x00\x00", "packed with lzma", "xz --format=lzma -dc"),
    (b"\x1f\x9d", "packed with compress", "zcat"),
    (b"Salted__", "encrypted with OpenSSL", "openssl enc -d -in"),
    (b"age-encryption.org/", "encrypted with age", "age -d"),
    (b"-----BEGIN AGE ENCRYPTED FILE", "encrypted with age", "age -d"),
    (b"-----BEGIN PGP MESSAGE", "encrypted with PGP", "gpg -d"),
    (b"\x8c\x0d\x04", "encrypted with GnuPG", "gpg -d"),
    (b"\x84\x5e\x03", "encrypted with GnuPG", "gpg -d"),
    (b"\x85\x02\x0c\x03", "encrypted with GnuPG", "gpg -d"),
    (b"\x85\x01\x0c\x03", "encrypted with GnuPG", "gpg -d"),
];

/// Reads the content of a file. Its end is the end of a whole file; anything else is an error.
pub(super) struct PackedReader {
    packing: Packing,
    reader: GzipReader,
}

impl PackedReader {
    /// Opens a file and begins to read it.
    ///
    /// # Errors
    /// It cannot be opened, or is packed in a way that is not read here.
    pub(super) fn open(path: &Path) -> Result<Self, BackupError> {
        let file = named_file::open(path).map_err(failed("open", path))?;
        let mut start = [0; 32];
        let count = read_start(&file, &mut start).map_err(failed("read", path))?;
        let start = start.get(..count).unwrap_or_default();
        if let Some((what, _)) = packed_otherwise(start) {
            return Err(BackupError::Format { path: path.to_owned(), what });
        }
        let packing = Packing::of(start);
        Ok(Self { packing, reader: GzipReader::of(file, packing) })
    }

    /// What the file is called that is packed so; `None` for gzip, which every documented one is.
    pub(super) const fn unusual(&self) -> Option<&'static str> {
        match self.packing {
            Packing::Gzip => None,
            Packing::Plain => Some("an archive that is not packed"),
            Packing::Zstd => Some("a zstd archive"),
            Packing::Xz => Some("an xz archive"),
            Packing::Bzip2 => Some("a bzip2 archive"),
        }
    }

    /// What the file is, after everything that is left of it was read.
    pub(super) fn finish(self) -> io::Result<FileFacts> {
        self.reader.finish()
    }
}

impl Read for PackedReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

/// What a file is that begins so, and the command that unpacks it, if it is packed in a way that is not read here.
pub(super) fn packed_otherwise(start: &[u8]) -> Option<(&'static str, &'static str)> {
    OTHERS.iter().find(|(magic, ..)| start.starts_with(magic)).map(|(_, what, command)| (*what, *command))
}

/// What is to be said of a file that ends too early and is called as a part of one that was split.
pub(super) fn of_a_part(path: &Path, error: io::Error) -> io::Error {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match name::whole_of_part(&name) {
        Some(whole) if error.kind() == io::ErrorKind::UnexpectedEof => io::Error::new(
            error.kind(),
            format!(
                "it ends too early, as a part of a file that was split does: `cat {whole}* > whole` puts that together"
            ),
        ),
        _ => error,
    }
}

/// The first bytes of a file, which is then read from its beginning all the same.
fn read_start(file: &File, into: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while let Some(rest) = into.get_mut(count..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, count as u64)? {
            0 => break,
            more => count += more,
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use sha2::{Digest as _, Sha256};

    use super::*;
    use crate::backup::gzip::hexadecimal;

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
            assert_eq!(reader.packing, packing);
            let mut read = Vec::new();
            reader.read_to_end(&mut read).unwrap_or_else(|error| panic!("{command}: {error}"));
            assert!(&read == expected, "{command}");
            let facts = reader.finish().unwrap();
            let whole = std::fs::read(&path).unwrap();
            assert_eq!((facts.size, facts.content_size), (whole.len() as u64, expected.len() as u64));
            assert_eq!(facts.sha256, hexadecimal(&Sha256::digest(&whole)));
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
        assert_eq!(packed_otherwise(b"PK\x03\x04\x14"), Some(("a ZIP archive", "unzip -p")));
        assert_eq!(packed_otherwise(b"Salted__12345678"), Some(("encrypted with OpenSSL", "openssl enc -d -in")));
        assert_eq!(packed_otherwise(b"data/"), None);
    }
}
