//! gzip on all processors: what is written here every gunzip reads, and whatever gzip wrote is read here.
//!
//! A file consists of members of 1 MiB of content each, as the format allows. Every member says its own size in a field
//! of the header that others pass over, so that it can be found without decompressing the one before.

mod packing;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub(super) use gitlab_mattermost_core::hexadecimal::digits as hexadecimal;
pub(crate) use packing::{Packing, unpack};
pub(super) use read::GzipReader;
pub(super) use write::GzipWriter;

/// Content of a member, in bytes.
const MEMBER: usize = 1 << 20;

/// The marks of the field with the member's size: "Mattermost Lab".
const FIELD: [u8; 2] = *b"ML";

/// Bytes of a member's header: the fixed part, the length of the extra field, the field.
const HEADER: usize = 10 + 2 + 8;

/// Bytes after the compressed content: its CRC-32 and its size.
const FOOTER: usize = 8;

/// A compressed file, as it lies on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileFacts {
    /// Its size in bytes.
    pub(crate) size: u64,
    /// Its SHA-256 in hexadecimal digits.
    pub(crate) sha256: String,
    /// Size of its content in bytes.
    pub(crate) content_size: u64,
}
