//! Extended headers: what POSIX, GNU tar, bsdtar and star say of a member beyond its header.

use std::io;

use super::block::damaged;

/// What is known of a member's holes.
#[derive(Debug, Default)]
pub(super) struct Sparse {
    /// Major and minor version of the format.
    pub(super) version: Option<(u64, u64)>,
    /// The member's name; that in the header stands for the file with its holes cut out.
    pub(super) name: Option<Vec<u8>>,
    /// Size of the file with its holes, in bytes.
    pub(super) size: Option<u64>,
    /// Where content is: offset and length.
    pub(super) pieces: Vec<(u64, u64)>,
    /// An offset whose length comes next.
    offset: Option<u64>,
}

impl Sparse {
    /// Whether the member has none.
    pub(super) fn is_none(&self) -> bool {
        self.version.is_none() && self.name.is_none() && self.pieces.is_empty() && self.offset.is_none()
    }
}

/// The records of an extended header.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) path: Option<Vec<u8>>,
    pub(super) link_path: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    /// In seconds of Unix time.
    pub(super) modified: Option<u64>,
    pub(super) sparse: Sparse,
    /// Whether there are access lists, attributes or labels.
    pub(super) has_attributes: bool,
    /// Whether holes are told in a way that is not read here.
    pub(super) has_other_holes: bool,
}

/// Beginnings of keys of access lists, attributes and labels.
const ATTRIBUTES: [&[u8]; 6] =
    [b"SCHILY.acl.", b"SCHILY.xattr.", b"SCHILY.fflags", b"LIBARCHIVE.xattr.", b"RHT.security.", b"SUN.acl"];

impl Records {
    /// Reads them: each tells its own length, so that a value may hold anything.
    pub(super) fn read(mut bytes: &[u8]) -> io::Result<Self> {
        let broken = || damaged("an extended header is damaged");
        let mut records = Self::default();
        // Zeros after the last are padding.
        while bytes.first().is_some_and(|byte| *byte != 0) {
            let space = bytes.iter().take(20).position(|byte| *byte == b' ').ok_or_else(broken)?;
            let length = usize::try_from(number(&bytes[..space])?).map_err(|_| broken())?;
            let record = bytes.get(space + 1..length).ok_or_else(broken)?;
            let record = record.strip_suffix(b"\n").ok_or_else(broken)?;
            let equals = record.iter().position(|byte| *byte == b'=').ok_or_else(broken)?;
            records.take(&record[..equals], &record[equals + 1..])?;
            bytes = &bytes[length..];
        }
        Ok(records)
    }

    /// Whether they say what only one member can have.
    pub(super) fn names_members(&self) -> bool {
        self.path.is_some() || self.link_path.is_some() || self.size.is_some() || !self.sparse.is_none()
    }

    fn take(&mut self, key: &[u8], value: &[u8]) -> io::Result<()> {
        // Without a value what an earlier header said counts no more.
        if value.is_empty() && !key.starts_with(b"GNU.sparse.") {
            return Ok(());
        }
        match key {
            b"path" => self.path = Some(value.to_vec()),
            b"linkpath" => self.link_path = Some(value.to_vec()),
            b"size" => self.size = Some(number(value)?),
            b"mtime" => {
                // Fractions, and times before 1970, are of no use to anybody here.
                let whole = value.split(|byte| *byte == b'.').next().unwrap_or_default();
                self.modified = if whole.starts_with(b"-") { Some(0) } else { number(whole).ok() };
            }
            b"GNU.sparse.major" => self.sparse.version = Some((number(value)?, self.version().1)),
            b"GNU.sparse.minor" => self.sparse.version = Some((self.version().0, number(value)?)),
            b"GNU.sparse.name" => self.sparse.name = Some(value.to_vec()),
            b"GNU.sparse.size" | b"GNU.sparse.realsize" => self.sparse.size = Some(number(value)?),
            b"GNU.sparse.offset" => self.sparse.offset = Some(number(value)?),
            b"GNU.sparse.numbytes" => {
                let offset = self.sparse.offset.take().ok_or_else(|| damaged("a map of holes is damaged"))?;
                self.sparse.pieces.push((offset, number(value)?));
            }
            b"GNU.sparse.map" => {
                let numbers: Vec<u64> = value.split(|byte| *byte == b',').map(number).collect::<io::Result<_>>()?;
                let (pairs, []) = numbers.as_chunks::<2>() else { return Err(damaged("a map of holes is damaged")) };
                self.sparse.pieces = pairs.iter().map(|[offset, length]| (*offset, *length)).collect();
            }
            b"SCHILY.realsize" => self.has_other_holes = true,
            _ if key.starts_with(b"GNU.volume.") => {
                return Err(damaged("it is a part of an archive in several volumes"));
            }
            _ => self.has_attributes |= ATTRIBUTES.iter().any(|it| key.starts_with(it)),
        }
        Ok(())
    }

    fn version(&self) -> (u64, u64) {
        self.sparse.version.unwrap_or_default()
    }
}

/// A number in decimal digits.
pub(super) fn number(digits: &[u8]) -> io::Result<u64> {
    let text = std::str::from_utf8(digits).ok().filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
    text.and_then(|it| it.parse().ok()).ok_or_else(|| damaged("an extended header is damaged"))
}
