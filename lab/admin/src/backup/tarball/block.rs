//! The blocks that an archive consists of, and what can be wrong with them.

use std::io;

/// Everything in a tar archive comes in blocks of this size.
pub(super) const BLOCK: u64 = 512;

/// The archive is not what it claims to be.
pub(super) fn damaged(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// The archive ends in the middle of something.
pub(super) fn cut_short() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "it ends too early")
}
