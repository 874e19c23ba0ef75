//! Why an archive is not unpacked, each reason with the entry that it is about.

use std::path::PathBuf;

/// Why an archive is not unpacked.
///
/// # Shape
/// One variant per rule; displayed, one line that names the entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The path begins with a slash.
    #[error("`{path}` has an absolute path", path = path.display())]
    Absolute {
        /// The entry.
        path: PathBuf,
    },
    /// The path climbs with `..`.
    #[error("`{path}` climbs out of its folder", path = path.display())]
    Climbs {
        /// The entry.
        path: PathBuf,
    },
    /// The first component names no part.
    #[error("`{path}` belongs to none of `{expected}`", path = path.display())]
    Foreign {
        /// The entry.
        path: PathBuf,
        /// What may be there.
        expected: String,
    },
    /// A link leads out of its part.
    #[error("the link `{path}` leads out of the archive, to `{target}`: what it stands for is not in it", path = path.display(), target = target.display())]
    LeadsOut {
        /// The entry.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// The entry lies behind a link.
    #[error("`{path}` lies behind a link", path = path.display())]
    BehindLink {
        /// The entry.
        path: PathBuf,
    },
    /// A place is taken by something of another kind.
    #[error("`{path}` is in it twice, as {before} and as {now}", path = path.display())]
    Taken {
        /// The place.
        path: PathBuf,
        /// What came first.
        before: &'static str,
        /// What came then.
        now: &'static str,
    },
    /// The entry lies below a file.
    #[error("`{path}` lies below a file", path = path.display())]
    BelowFile {
        /// The entry.
        path: PathBuf,
    },
    /// Another name of what is no file of the archive before it.
    #[error("`{path}` is another name of `{target}`, and no such file comes before it", path = path.display(), target = target.display())]
    NoTarget {
        /// The entry.
        path: PathBuf,
        /// What it should be another name of.
        target: PathBuf,
    },
    /// No file system takes such a name.
    #[error("`{start}…` {what}")]
    TooLong {
        /// How its path begins.
        start: String,
        /// What is too long.
        what: &'static str,
    },
    /// A device, a pipe or the like.
    #[error("`{path}` is {what}", path = path.display())]
    Special {
        /// The entry.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// The path has a byte that no file name can have, or is empty.
    #[error("the archive has an entry without a usable name")]
    Nameless,
    /// A part's file, such as `config.json`, as a folder, or its folder as a file.
    #[error("`{path}` is not what it has to be: {expected}", path = path.display())]
    WrongKind {
        /// The entry.
        path: PathBuf,
        /// What it has to be.
        expected: &'static str,
    },
    /// More bytes or entries than allowed.
    #[error("it holds more than {limit} {unit}")]
    Oversize {
        /// How many are allowed.
        limit: u64,
        /// Of what.
        unit: &'static str,
    },
}
