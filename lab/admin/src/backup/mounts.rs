//! Finds mount points: they cannot be renamed, whatever file system they are of.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use super::error::{BackupError, failed};

/// What the kernel says of this process's mounts.
const MOUNTINFO: &str = "/proc/self/mountinfo";

/// The mount points of this process.
pub(super) fn points() -> Result<Vec<PathBuf>, BackupError> {
    let text = std::fs::read(MOUNTINFO).map_err(failed("read", Path::new(MOUNTINFO)))?;
    Ok(text.split(|byte| *byte == b'\n').filter_map(point).collect())
}

/// The mount point of a line: the fifth word, in which blanks and backslashes are octal.
fn point(line: &[u8]) -> Option<PathBuf> {
    let word = line.split(|byte| *byte == b' ').nth(4)?;
    let mut path = Vec::with_capacity(word.len());
    let mut rest = word;
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..3).filter(|_| *first == b'\\');
        let escaped = digits.and_then(|it| u8::from_str_radix(std::str::from_utf8(it).ok()?, 8).ok());
        path.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { after.get(3..).unwrap_or_default() } else { after };
    }
    Some(OsString::from_vec(path).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_point_is_read_with_its_blanks() {
        let line = br"36 35 98:0 /mnt1 /srv/with\040blank\134 rw,noatime master:1 - ext3 /dev/root rw";
        assert_eq!(point(line), Some(PathBuf::from(r"/srv/with blank\")));
        assert_eq!(point(b""), None);
        assert!(points().unwrap().contains(&PathBuf::from("/")));
    }
}
