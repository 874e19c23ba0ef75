//! Reading tar archives, whoever made them: GNU tar in all its formats, bsdtar, Python, Go, star and the old ones.
//!
//! What a member is called, what it is and how large it is, files with holes included, is decided here once, for whoever
//! checks an archive and for whoever unpacks it. What may be made of it is not its job (`core::backup::archive`).

mod block;
mod pax;
mod sparse;

use std::ffi::OsString;
use std::io::{self, Read};
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;

use gitlab_mattermost_core::backup::EntryKind;
use tar::{EntryType, Header};

use self::block::{BLOCK, cut_short, damaged};
use self::pax::Records;
use self::sparse::{Map, Segment};
use super::gzip::Packing;

/// An archive ends with this many blocks of zeros.
const END: u32 = 2;

/// Largest name, and largest header of extensions, that is read, in bytes.
const LARGEST_NAME: u64 = 1 << 20;
const LARGEST_EXTENSIONS: u64 = 16 << 20;

/// A member of an archive.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) path: PathBuf,
    pub(super) kind: EntryKind,
    /// Size of the file that it makes, in bytes.
    pub(super) size: u64,
    /// How much of that the archive holds; the rest is holes.
    pub(super) stored: u64,
    pub(super) mode: u32,
    /// When it was changed last, in seconds of Unix time.
    pub(super) modified: u64,
}

/// What an archive has besides files and folders, and what was made of it.
#[derive(Debug, Default)]
pub(super) struct Oddities {
    /// Archives after the first, which `tar` passes over unless it is told otherwise.
    pub(super) further_archives: u64,
    /// Members with access lists, attributes or labels.
    pub(super) attributes: u64,
}

/// An archive that is read from its beginning to its end.
pub(super) struct Tarball<R> {
    from: R,
    /// What of the present member's content was not read yet.
    left: u64,
    /// What follows it up to the next block.
    padding: u64,
    /// Holes and content of the present member, if it has holes.
    segments: Vec<Segment>,
    zeros: u32,
    begun: bool,
    pub(super) oddities: Oddities,
}

impl<R: Read> Tarball<R> {
    pub(super) fn new(from: R) -> Self {
        let oddities = Oddities::default();
        Self { from, left: 0, padding: 0, segments: Vec::new(), zeros: 0, begun: false, oddities }
    }

    /// What it is read from.
    pub(super) fn into_inner(self) -> R {
        self.from
    }

    /// The next member; `None` at the end of a whole archive.
    pub(super) fn next(&mut self) -> io::Result<Option<Member>> {
        let (mut name, mut target, mut records) = (None, None, None);
        loop {
            let Some(header) = self.header()? else {
                let is_left = name.is_some() || target.is_some() || records.is_some();
                return if is_left { Err(cut_short()) } else { Ok(None) };
            };
            let size = match header.entry_size() {
                Ok(size) => size,
                // A label tells none.
                Err(_) if header.entry_type().as_byte() == b'V' => 0,
                Err(_) => return Err(damaged("a member has no readable size")),
            };
            let once = |taken: bool| if taken { Err(damaged("a member has two names")) } else { Ok(()) };
            match header.entry_type().as_byte() {
                b'L' => {
                    once(name.is_some())?;
                    name = Some(self.text(size)?);
                }
                b'K' => {
                    once(target.is_some())?;
                    target = Some(self.text(size)?);
                }
                b'x' | b'X' => {
                    once(records.is_some())?;
                    records = Some(Records::read(&self.content_of(size, LARGEST_EXTENSIONS)?)?);
                }
                b'g' => {
                    let global = Records::read(&self.content_of(size, LARGEST_EXTENSIONS)?)?;
                    if global.names_members() {
                        return Err(damaged("it gives the same name or size to all of its members"));
                    }
                }
                // A label of the volume, access lists of Solaris, inode tables: no members.
                b'V' | b'A' | b'E' | b'I' => self.set_content(size)?,
                b'N' => return Err(damaged("its long names are of a format that no program writes any more")),
                _ => return self.member(&header, size, name, target, records.unwrap_or_default()).map(Some),
            }
        }
    }

    /// The content of the present member, its holes filled with zeros.
    pub(super) fn content(&mut self) -> Content<'_, R> {
        Content { of: self }
    }

    fn member(
        &mut self,
        header: &Header,
        size: u64,
        name: Option<Vec<u8>>,
        target: Option<Vec<u8>>,
        records: Records,
    ) -> io::Result<Member> {
        let mut stored = records.size.unwrap_or(size);
        let path = records.sparse.name.clone().or(name).or_else(|| records.path.clone());
        let path = path.unwrap_or_else(|| header.path_bytes().into_owned());
        let target = target.or_else(|| records.link_path.clone());
        let target = || {
            let target = target.clone().or_else(|| header.link_name_bytes().map(|it| it.into_owned()));
            to_path(target.unwrap_or_default())
        };
        let is_folder = path.ends_with(b"/") && stored == 0;
        let kind = match header.entry_type() {
            EntryType::Regular | EntryType::Continuous if is_folder => EntryKind::Folder,
            EntryType::Regular | EntryType::Continuous if records.has_other_holes => {
                EntryKind::Other("a file with holes as `star` writes it, which is not read here")
            }
            EntryType::Regular | EntryType::Continuous => EntryKind::File,
            EntryType::Directory => EntryKind::Folder,
            EntryType::Symlink => EntryKind::Link(target()),
            EntryType::Link => EntryKind::HardLink(target()),
            EntryType::Char | EntryType::Block => EntryKind::Other("a device"),
            EntryType::Fifo => EntryKind::Other("a pipe"),
            EntryType::GNUSparse => EntryKind::File,
            other => match other.as_byte() {
                // What a folder held when an incremental backup was made; the folder is all that counts.
                b'D' => EntryKind::Folder,
                b'M' => EntryKind::Other("the end of a file that begins in another volume"),
                _ => EntryKind::Other("of a kind that no backup has"),
            },
        };
        let has_content =
            !matches!(kind, EntryKind::Link(_) | EntryKind::HardLink(_) | EntryKind::Other("a device" | "a pipe"));
        let is_plain_folder = header.entry_type() == EntryType::Directory;
        if (!has_content || is_plain_folder) && stored > 0 {
            // Programs differ in whether something follows then.
            return Err(damaged("a link or folder in it claims to have content"));
        }
        self.set_content(stored)?;
        let mut size = stored;
        let map = if header.entry_type() == EntryType::GNUSparse {
            Some(self.map_of_header(header)?)
        } else if kind == EntryKind::File {
            self.map_of_records(&records)?
        } else {
            None
        };
        if let Some(map) = map {
            stored = self.left;
            size = map.size;
            self.segments = map.segments(stored)?;
        }
        self.oddities.attributes += u64::from(records.has_attributes);
        let mode = header.mode().unwrap_or(0o600);
        let modified = records.modified.or_else(|| header.mtime().ok()).unwrap_or_default();
        let size = if kind == EntryKind::File { size } else { 0 };
        Ok(Member { path: to_path(path), kind, size, stored: stored.min(size), mode, modified })
    }

    /// The map of holes in GNU tar's own header and the blocks after it.
    fn map_of_header(&mut self, header: &Header) -> io::Result<Map> {
        let gnu = header.as_gnu().ok_or_else(|| damaged("a file with holes has no map of them"))?;
        let number = |it: io::Result<u64>| it.map_err(|_| damaged("a map of holes is damaged"));
        let mut map = Map::new(number(gnu.real_size())?);
        let mut extended = gnu.is_extended();
        for piece in gnu.sparse.iter().filter(|piece| !piece.is_empty()) {
            map.add(number(piece.offset())?, number(piece.length())?)?;
        }
        while extended {
            let mut block = tar::GnuExtSparseHeader::new();
            self.from.read_exact(block.as_mut_bytes()).map_err(|_| cut_short())?;
            for piece in block.sparse().iter().filter(|piece| !piece.is_empty()) {
                map.add(number(piece.offset())?, number(piece.length())?)?;
            }
            extended = block.is_extended();
        }
        Ok(map)
    }

    /// The map of holes in extensions, in any of the three ways that GNU tar has had, of which bsdtar writes the last.
    fn map_of_records(&mut self, records: &Records) -> io::Result<Option<Map>> {
        let sparse = &records.sparse;
        let Some(size) = sparse.size else {
            return if sparse.is_none() { Ok(None) } else { Err(damaged("a map of holes is damaged")) };
        };
        match sparse.version {
            Some((1, 0)) => Map::read(size, || {
                let mut block = [0; BLOCK as usize];
                if self.left < BLOCK {
                    return Err(damaged("a map of holes is damaged"));
                }
                self.from.read_exact(&mut block).map_err(|_| cut_short())?;
                self.left -= BLOCK;
                Ok(block)
            })
            .map(Some),
            None | Some((0, 0 | 1)) => {
                let mut map = Map::new(size);
                for (offset, length) in &sparse.pieces {
                    map.add(*offset, *length)?;
                }
                Ok(Some(map))
            }
            Some(_) => Err(damaged("its files with holes are of a later format")),
        }
    }

    /// The next header that is not all zeros; `None` at the end.
    fn header(&mut self) -> io::Result<Option<Header>> {
        self.skip()?;
        loop {
            let mut header = Header::new_old();
            match self.block(header.as_mut_bytes())? {
                false if self.zeros >= END => return Ok(None),
                false if self.begun => {
                    return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive has no end"));
                }
                false => return Err(damaged("it is empty")),
                true => {}
            }
            if header.as_bytes().iter().all(|byte| *byte == 0) {
                self.zeros = self.zeros.saturating_add(1);
                continue;
            }
            if !is_header(&header) {
                return Err(damaged(match (self.begun, self.zeros) {
                    (false, _) if Packing::of(header.as_bytes()) != Packing::Plain => {
                        "it is packed twice: unpack it once before"
                    }
                    (false, _) => "it is no tar archive",
                    (true, 0) => "it is damaged",
                    (true, _) => "after the end of the archive there is something else",
                }));
            }
            self.oddities.further_archives += u64::from(self.zeros > 0 && self.begun);
            self.zeros = 0;
            self.begun = true;
            return Ok(Some(header));
        }
    }

    /// Reads a block; `false` at the end of everything.
    fn block(&mut self, block: &mut [u8; BLOCK as usize]) -> io::Result<bool> {
        let mut count = 0;
        while let Some(rest) = block.get_mut(count..).filter(|rest| !rest.is_empty()) {
            match self.from.read(rest) {
                Ok(0) if count == 0 => return Ok(false),
                Ok(0) => return Err(cut_short()),
                Ok(more) => count += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Announces the content of the present member.
    fn set_content(&mut self, size: u64) -> io::Result<()> {
        let padded = size.checked_next_multiple_of(BLOCK).ok_or_else(|| damaged("a member has no readable size"))?;
        self.left = size;
        self.padding = padded - size;
        self.segments.clear();
        Ok(())
    }

    /// Passes over what is left of the present member.
    fn skip(&mut self) -> io::Result<()> {
        let left = std::mem::take(&mut self.left).saturating_add(std::mem::take(&mut self.padding));
        self.segments.clear();
        let skipped = io::copy(&mut self.from.by_ref().take(left), &mut io::sink())?;
        if skipped == left { Ok(()) } else { Err(cut_short()) }
    }

    fn content_of(&mut self, size: u64, most: u64) -> io::Result<Vec<u8>> {
        if size > most {
            return Err(damaged("a name or a header in it is larger than any"));
        }
        self.set_content(size)?;
        let mut content = Vec::new();
        self.content().read_to_end(&mut content)?;
        Ok(content)
    }

    /// A long name, which ends with a zero.
    fn text(&mut self, size: u64) -> io::Result<Vec<u8>> {
        let mut name = self.content_of(size, LARGEST_NAME)?;
        if name.last() == Some(&0) {
            name.pop();
        }
        Ok(name)
    }
}

/// Whether a block is a header: its sum says so, with bytes as numbers from 0 or, in old archives, with signs.
pub(super) fn is_header(header: &Header) -> bool {
    let bytes = header.as_bytes();
    let counted = || bytes[..148].iter().chain(&bytes[156..]);
    let unsigned: i64 = counted().map(|byte| i64::from(*byte)).sum::<i64>() + 8 * 32;
    let signed: i64 = counted().map(|byte| i64::from(byte.cast_signed())).sum::<i64>() + 8 * 32;
    header.cksum().is_ok_and(|sum| i64::from(sum) == unsigned || i64::from(sum) == signed)
}

fn to_path(bytes: Vec<u8>) -> PathBuf {
    OsString::from_vec(bytes).into()
}

/// The content of a member.
pub(super) struct Content<'a, R> {
    of: &'a mut Tarball<R>,
}

impl<R: Read> Read for Content<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.of.segments.last().is_some_and(Segment::is_empty) {
            self.of.segments.pop();
        }
        let room = buffer.len() as u64;
        let most = match self.of.segments.last_mut() {
            Some(Segment::Hole(left)) => {
                let count = room.min(*left);
                *left -= count;
                let count = usize::try_from(count).unwrap_or_default();
                buffer[..count].fill(0);
                return Ok(count);
            }
            Some(Segment::Content(left)) => room.min(*left),
            None => room.min(self.of.left),
        };
        let count = self.of.from.read(&mut buffer[..usize::try_from(most).unwrap_or_default()])?;
        if count == 0 && most > 0 {
            return Err(cut_short());
        }
        self.of.left -= count as u64;
        if let Some(Segment::Content(left)) = self.of.segments.last_mut() {
            *left -= count as u64;
        }
        Ok(count)
    }
}
