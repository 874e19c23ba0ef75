//! The files that rows of `fileinfo` speak of, and whether an archive has them.

use std::hash::{DefaultHasher, Hasher};

/// A row of `fileinfo`: a file that somebody attached to a post.
///
/// # Shape
/// `path` is below `data`; a slash at its start means nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Where it lies, below `data`.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
}

/// The files of an archive and their sizes, 16 bytes each whatever their names.
///
/// # Shape
/// Opaque: filled with [`FileIndex::insert`], put in order with [`FileIndex::sort`], then asked.
///
/// ```
/// use gitlab_mattermost_core::backup::{Attachment, FileIndex};
///
/// let mut files = FileIndex::default();
/// files.insert(b"20210805/a.png", 3);
/// files.sort();
/// let attachment = |size| Attachment { path: "/20210805/a.png".to_owned(), size };
/// assert!(files.has(&attachment(3)) && !files.has(&attachment(4)));
/// ```
#[derive(Debug, Clone, Default)]
pub struct FileIndex {
    files: Vec<(u64, u64)>,
    sorted: bool,
}

impl FileIndex {
    /// Of files known by the hashes of their paths below `data`, and their sizes.
    pub fn of_hashes(files: impl Iterator<Item = (u64, u64)>) -> Self {
        Self { files: files.collect(), sorted: false }
    }

    /// Notes a file; `path` is relative to `data`.
    pub fn insert(&mut self, path: &[u8], size: u64) {
        self.files.push((path_hash(path), size));
        self.sorted = false;
    }

    /// Puts the index in order; after that it can be asked.
    pub fn sort(&mut self) {
        self.files.sort_unstable();
        self.sorted = true;
    }

    /// Whether the attachment's file is there with its size.
    pub fn has(&self, attachment: &Attachment) -> bool {
        self.has_hashed(path_hash(clean(&attachment.path).as_bytes()), attachment.size)
    }

    /// Whether the file whose name has this [`fingerprint`] is there, with this size.
    pub fn has_hashed(&self, hash: u64, size: u64) -> bool {
        debug_assert!(self.sorted, "ask after `sort`");
        self.files.binary_search(&(hash, size)).is_ok()
    }
}

/// What an attachment is found by, in 16 bytes: hash of its path, and its size.
pub fn fingerprint(attachment: &Attachment) -> (u64, u64) {
    (path_hash(clean(&attachment.path).as_bytes()), attachment.size)
}

/// Paths in the table may begin with a slash, which means nothing there.
fn clean(path: &str) -> &str {
    path.trim_start_matches('/')
}

/// The hash that a path below `data` is known by.
pub fn path_hash(path: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(path);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_by_path_and_size_alone() {
        let mut index = FileIndex::default();
        for number in 0..1000_u64 {
            index.insert(format!("20211123/{number}.png").as_bytes(), number);
        }
        index.sort();
        let attachment = |path: &str, size| Attachment { path: path.to_owned(), size };
        assert!(index.has(&attachment("20211123/7.png", 7)) && index.has(&attachment("/20211123/7.png", 7)));
        assert!(!index.has(&attachment("20211123/7.png", 8)) && !index.has(&attachment("20211123/x.png", 7)));
    }
}
