//! The SQL of a dump, in whichever form it lies there: plain, packed, or in one of `pg_dump`'s own formats.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use gitlab_mattermost_core::backup::dump::unix::UnixLines;
use gitlab_mattermost_ground::named_file;
use sha2::{Digest as _, Sha256};

use super::error::BackupError;
pub(crate) use super::error::failed;
use super::gzip::{FileFacts, GzipReader, Packing, hexadecimal, unpack};
use super::packed::{of_a_part, packed_otherwise};
use super::process::{self, Running};

/// What `pg_restore` writes is read in pieces of this size.
const PIECE: usize = 256 * 1024;

/// The first `pg_restore` that has to be told to write to its standard output.
const TOLD_WHERE: u32 = 12;

/// The form of a dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// SQL, packed or not.
    Sql(Packing),
    /// `pg_dump -Fc`.
    Custom,
    /// `pg_dump -Ft`.
    Tar,
    /// `pg_dump -Fd`.
    Folder,
}

impl Form {
    /// The form of what lies there.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        if path.is_dir() {
            let toc =
                ["toc.dat", "toc.dat.gz", "toc.dat.lz4", "toc.dat.zst"].iter().any(|name| path.join(name).is_file());
            return if toc { Ok(Self::Folder) } else { Err(io::ErrorKind::IsADirectory.into()) };
        }
        let mut start = Vec::new();
        named_file::open(path)?.take(512).read_to_end(&mut start)?;
        if let Some((what, command)) = packed_otherwise(&start) {
            let path = path.to_owned();
            return Err(io::Error::other(BackupError::ForeignForm { path, what, command }));
        }
        Ok(match start.as_slice() {
            [b'P', b'G', b'D', b'M', b'P', ..] => Self::Custom,
            _ if start.starts_with(b"toc.dat\0") => Self::Tar,
            _ => Self::Sql(Packing::of(&start)),
        })
    }

    /// What it is called.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sql(Packing::Plain) => "SQL",
            Self::Sql(Packing::Gzip) => "SQL in a gzip archive",
            Self::Sql(Packing::Zstd) => "SQL in a zstd archive",
            Self::Sql(Packing::Xz) => "SQL in an xz archive",
            Self::Sql(Packing::Bzip2) => "SQL in a bzip2 archive",
            Self::Custom => "a custom-format dump",
            Self::Tar => "a dump in tar format",
            Self::Folder => "a dump in directory format",
        }
    }

    /// The command of a shell that writes its SQL, followed by its name.
    pub(crate) const fn reader(self) -> &'static str {
        match self {
            Self::Sql(Packing::Plain) => "cat",
            Self::Sql(Packing::Gzip) => "zcat",
            Self::Sql(Packing::Zstd) => "zstdcat",
            Self::Sql(Packing::Xz) => "xzcat",
            Self::Sql(Packing::Bzip2) => "bzcat",
            Self::Custom | Self::Tar | Self::Folder => "pg_restore --no-owner -f -",
        }
    }
}

/// Reads the SQL of a dump to its end, its lines ending as `pg_dump` ends them, and hands it on piece by piece. Programs of
/// PostgreSQL are looked for if none are given and they are needed.
///
/// # Errors
/// It cannot be read, or `take` wants no more of it.
pub(crate) fn read_dump(
    path: &Path,
    programs: Option<&Path>,
    mut take: impl FnMut(&[u8]) -> Result<(), BackupError>,
) -> Result<FileFacts, BackupError> {
    let form = Form::at(path).map_err(failed("open", path))?;
    let mut lines = UnixLines::default();
    let facts = match form {
        Form::Sql(packing) => {
            let file = named_file::open(path).map_err(failed("open", path))?;
            let mut reader = GzipReader::of(file, packing);
            loop {
                let piece = reader.next_piece().map_err(|error| failed("read", path)(of_a_part(path, error)))?;
                if piece.is_empty() {
                    break;
                }
                take(&lines.convert(piece))?;
            }
            reader.finish().map_err(|error| failed("read", path)(of_a_part(path, error)))?
        }
        Form::Custom | Form::Tar | Form::Folder => {
            let (size, sha256) = sum(path).map_err(failed("read", path))?;
            let read = restored(path, programs, |piece| take(&lines.convert(piece)));
            let content_size = read.map_err(|source| match source {
                source @ (BackupError::Program { .. } | BackupError::NoProgram { .. }) => {
                    BackupError::DumpForm { path: path.to_owned(), form: form.name(), source: Box::new(source) }
                }
                other => other,
            })?;
            FileFacts { size, sha256, content_size }
        }
    };
    take(lines.rest())?;
    Ok(facts)
}

/// Reads the SQL of a dump that comes by a pipe, to its end.
pub(crate) fn read_piped(from: impl Read, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut from = BufReader::with_capacity(PIECE, from);
    let packing = Packing::of(from.fill_buf()?);
    let mut lines = UnixLines::default();
    unpack(&mut from, packing, PIECE, |piece| {
        take(&lines.convert(&piece));
        Ok(())
    })?;
    take(lines.rest());
    Ok(())
}

/// Has `pg_restore` write a dump of its own formats as SQL; gives how many bytes that were.
fn restored(
    path: &Path,
    programs: Option<&Path>,
    mut take: impl FnMut(&[u8]) -> Result<(), BackupError>,
) -> Result<u64, BackupError> {
    let programs = programs.map_or_else(process::find_programs, |programs| Ok(programs.to_owned()))?;
    let program = programs.join("pg_restore");
    if !program.is_file() {
        return Err(BackupError::NoProgram { program: "pg_restore", looked_in: format!("`{}`", programs.display()) });
    }
    let mut pg_restore = Command::new(&program);
    if process::major_version(&program)? >= TOLD_WHERE {
        pg_restore.args(["-f", "-"]);
    }
    // A name that begins with a dash is a name all the same.
    pg_restore.arg("--").arg(path).env("LC_ALL", "C");
    let mut running = Running::start(pg_restore.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let mut stdout = running.child.stdout.take().ok_or(BackupError::OurBug)?;
    let (mut piece, mut bytes) = (vec![0; PIECE], 0);
    let passed = loop {
        let count = match stdout.read(&mut piece) {
            Ok(0) => break Ok(()),
            Ok(count) => count,
            Err(error) => break Err(failed("read from", &program)(error)),
        };
        bytes += count as u64;
        if let Err(error) = take(&piece[..count]) {
            break Err(error);
        }
    };
    match passed {
        Ok(()) => running.finish().map(|()| bytes),
        Err(error) => {
            running.abandon();
            Err(error)
        }
    }
}

/// Size and SHA-256 of a file, or of the files of a folder, one after the other.
fn sum(path: &Path) -> io::Result<(u64, String)> {
    let mut files: Vec<PathBuf> = match path.is_dir() {
        true => fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?,
        false => vec![path.to_owned()],
    };
    files.sort();
    let (mut hash, mut size) = (Sha256::new(), 0);
    let mut piece = vec![0; PIECE];
    for file in files {
        let mut file = named_file::open(&file)?;
        loop {
            let count = file.read(&mut piece)?;
            if count == 0 {
                break;
            }
            size += count as u64;
            hash.update(&piece[..count]);
        }
    }
    Ok((size, hexadecimal(&hash.finalize())))
}
