//! The rules by which entries of an archive are unpacked, and where.
//!
//! An archive is judged entry by entry before anything of it is written. Whatever it holds, unpacking it can only make
//! plain files, folders and links inside the parts it is for.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use super::FileIndex;
use super::attachment::path_hash;

mod refusal;

pub use refusal::Refusal;

/// The longest name that file systems take, in bytes.
const LONGEST_NAME: usize = 255;

/// The longest path, and target of a link, that system calls take, in bytes.
const LONGEST_PATH: usize = 4095;

/// Folders in folders are made this deep.
const DEEPEST: usize = 256;

/// What an entry makes.
///
/// # Shape
/// A target is as the archive writes it: relative, absolute or out of its part; [`Rules::judge`] decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// A plain file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link with this target.
    Link(PathBuf),
    /// Another name of an entry before it.
    HardLink(PathBuf),
    /// A device, a pipe, or anything else; in words.
    Other(&'static str),
}

/// An entry's head.
///
/// # Shape
/// `path` is as the archive writes it: `./data/a.png`, `/data`, `../x`; [`Rules::judge`] decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path as the archive gives it.
    pub path: PathBuf,
    /// What it makes.
    pub kind: EntryKind,
    /// Its size in bytes.
    pub size: u64,
}

/// A part of Mattermost that archives hold, named by the first component of its entries.
///
/// # Shape
/// In JSON the name: `data`, `config.json`, `plugins`, `client-plugins`, `env`, `gitlab.rb`, `gitlab-secrets.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The folder with the users' files.
    Data,
    /// Mattermost's configuration.
    #[serde(rename = "config.json")]
    ConfigJson,
    /// The installed plugins.
    Plugins,
    /// What plugins give to browsers.
    ClientPlugins,
    /// The env directory.
    Env,
    /// The Mattermost part of GitLab's settings.
    #[serde(rename = "gitlab.rb")]
    GitlabRb,
    /// The Mattermost section of GitLab's secrets.
    #[serde(rename = "gitlab-secrets.json")]
    Secrets,
}

impl Part {
    /// Those that lie in Mattermost's own home.
    pub const HOME: [Self; 4] = [Self::Data, Self::ConfigJson, Self::Plugins, Self::ClientPlugins];

    /// The first component of its entries.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::ConfigJson => "config.json",
            Self::Plugins => "plugins",
            Self::ClientPlugins => "client-plugins",
            Self::Env => "env",
            Self::GitlabRb => "gitlab.rb",
            Self::Secrets => "gitlab-secrets.json",
        }
    }

    /// Whether it is a file; the others are folders.
    pub const fn is_file(self) -> bool {
        matches!(self, Self::ConfigJson | Self::GitlabRb | Self::Secrets)
    }
}

/// How much an archive may hold.
///
/// # Shape
/// The default is 1 TiB in 50 million entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all files.
    pub bytes: u64,
    /// Number of entries.
    pub entries: u64,
}

impl Default for Limits {
    /// 1 TiB in 50 million entries: more than any Mattermost has.
    fn default() -> Self {
        Self { bytes: 1 << 40, entries: 50_000_000 }
    }
}

/// Judges the entries of one archive, in their order.
///
/// A file, a link or another name that comes again takes the place of the one before it, as `tar` has it: that is how
/// archives are brought up to date.
///
/// # Shape
/// Opaque: made with [`Rules::new`] for the parts that the archive may hold, then asked entry by entry.
///
/// ```
/// use gitlab_mattermost_core::backup::{Entry, EntryKind, Limits, Part, Refusal, Rules};
///
/// let entry = |path: &str| Entry { path: path.into(), kind: EntryKind::File, size: 3 };
/// let mut rules = Rules::new(&[Part::Data], Limits::default());
/// assert_eq!(rules.judge(&entry("data/a.png")), Ok((Part::Data, "a.png".into())));
/// assert!(matches!(rules.judge(&entry("data/../a.png")), Err(Refusal::Climbs { .. })));
/// ```
#[derive(Debug)]
pub struct Rules {
    parts: Vec<Part>,
    limits: Limits,
    bytes: u64,
    entries: u64,
    found: BTreeSet<Part>,
    /// What came so far, by the hash of part and path.
    known: BTreeMap<u64, Known>,
    /// The folder that the entry before this one lies in: what comes next is mostly in the same.
    last: Option<(Part, PathBuf)>,
}

/// What a place is known to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Folder,
    Link,
    /// With its size.
    File(u64),
}

impl Known {
    const fn what(self) -> &'static str {
        match self {
            Self::Folder => "a folder",
            Self::Link => "a link",
            Self::File(_) => "a file",
        }
    }
}

impl Rules {
    /// For an archive of these parts.
    pub fn new(parts: &[Part], limits: Limits) -> Self {
        Self {
            parts: parts.to_vec(),
            limits,
            bytes: 0,
            entries: 0,
            found: BTreeSet::new(),
            known: BTreeMap::new(),
            last: None,
        }
    }

    /// Where the entry goes: its part, and its path below that (empty for the part itself).
    ///
    /// # Errors
    /// The entry must not be unpacked, and with it the archive.
    pub fn judge(&mut self, entry: &Entry) -> Result<(Part, PathBuf), Refusal> {
        self.entries += 1;
        self.bytes = self.bytes.saturating_add(entry.size);
        for (count, limit, unit) in
            [(self.bytes, self.limits.bytes, "bytes"), (self.entries, self.limits.entries, "entries")]
        {
            if count > limit {
                return Err(Refusal::Oversize { limit, unit });
            }
        }
        let (part, below) = self.place(&entry.path)?;
        self.open_way(part, &below, &entry.path)?;
        let path = || entry.path.clone();
        let is_part = below.as_os_str().is_empty();
        let new = match &entry.kind {
            EntryKind::Other(what) => return Err(Refusal::Special { path: path(), what }),
            EntryKind::Link(target) => {
                if is_part || !stays_inside(&below, target) {
                    return Err(Refusal::LeadsOut { path: path(), target: target.clone() });
                }
                if target.as_os_str().len() > LONGEST_PATH {
                    return Err(too_long(&entry.path, "has a target that no link can have"));
                }
                Known::Link
            }
            EntryKind::HardLink(target) => self.target((part, &below), target, &entry.path)?,
            EntryKind::File if is_part && !part.is_file() => {
                return Err(Refusal::WrongKind { path: path(), expected: "a folder" });
            }
            EntryKind::Folder if part.is_file() => {
                return Err(Refusal::WrongKind { path: path(), expected: "a file" });
            }
            EntryKind::File => Known::File(entry.size),
            EntryKind::Folder => Known::Folder,
        };
        match (self.known.insert(key(part, &below), new), new) {
            (None, _) | (Some(Known::Folder), Known::Folder) | (Some(Known::Link), Known::Link) => {}
            (Some(Known::File(_)), Known::File(_)) => {}
            (Some(Known::Link), _) => return Err(Refusal::BehindLink { path: path() }),
            (Some(before), now) => {
                return Err(Refusal::Taken { path: path(), before: before.what(), now: now.what() });
            }
        }
        self.found.insert(part);
        Ok((part, below))
    }

    /// The parts that have come so far.
    pub fn found(&self) -> impl Iterator<Item = Part> + '_ {
        self.found.iter().copied()
    }

    /// How many entries have come.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// The files below `data`, each as it came last.
    pub fn files(&self) -> FileIndex {
        let size = |known: &Known| if let Known::File(size) = known { Some(*size) } else { None };
        // Those of other parts have hashes that no path below `data` has.
        let mut files = FileIndex::of_hashes(self.known.iter().filter_map(|(hash, known)| Some((*hash, size(known)?))));
        files.sort();
        files
    }

    /// The part and the path below it that `path` names.
    pub fn place(&self, path: &Path) -> Result<(Part, PathBuf), Refusal> {
        let mut normal = PathBuf::new();
        let mut depth = 0;
        for component in path.components() {
            match component {
                Component::Normal(name) if name.as_bytes().contains(&0) => return Err(Refusal::Nameless),
                Component::Normal(name) if name.len() > LONGEST_NAME => {
                    return Err(too_long(path, "has a name that is longer than the 255 bytes of a file system"));
                }
                Component::Normal(name) => normal.push(name),
                Component::CurDir => {}
                Component::ParentDir => return Err(Refusal::Climbs { path: path.to_owned() }),
                Component::RootDir | Component::Prefix(_) => return Err(Refusal::Absolute { path: path.to_owned() }),
            }
            depth += 1;
        }
        if normal.as_os_str().len() > LONGEST_PATH || depth > DEEPEST {
            return Err(too_long(path, "is a path that is longer, or lies deeper, than one can work with"));
        }
        let mut components = normal.components();
        let first = components.next().ok_or(Refusal::Nameless)?.as_os_str().to_owned();
        let part = self.parts.iter().copied().find(|part| first == OsStr::new(part.name()));
        let Some(part) = part else {
            let expected = self.parts.iter().map(|part| part.name()).collect::<Vec<_>>().join("`, `");
            return Err(Refusal::Foreign { path: path.to_owned(), expected });
        };
        let below = components.as_path().to_owned();
        if part.is_file() && !below.as_os_str().is_empty() {
            return Err(Refusal::WrongKind { path: path.to_owned(), expected: "a file" });
        }
        Ok((part, below))
    }

    /// Sees to it that what lies above a place is folders, which the archive need not list.
    fn open_way(&mut self, part: Part, below: &Path, path: &Path) -> Result<(), Refusal> {
        let Some(above) = below.parent() else { return Ok(()) };
        if self.last.as_ref().is_some_and(|(of, last)| *of == part && last == above) {
            return Ok(());
        }
        for folder in above.ancestors() {
            match self.known.entry(key(part, folder)).or_insert(Known::Folder) {
                Known::Folder => {}
                Known::Link => return Err(Refusal::BehindLink { path: path.to_owned() }),
                Known::File(_) => return Err(Refusal::BelowFile { path: path.to_owned() }),
            }
        }
        self.last = Some((part, above.to_owned()));
        Ok(())
    }

    /// What another name of `target` makes: the same file.
    fn target(&mut self, (part, below): (Part, &Path), target: &Path, path: &Path) -> Result<Known, Refusal> {
        let leads_out = || Refusal::LeadsOut { path: path.to_owned(), target: target.to_owned() };
        let (of, there) = self.place(target).map_err(|_| leads_out())?;
        let behind = there.ancestors().skip(1).any(|above| self.known.get(&key(of, above)) == Some(&Known::Link));
        if of != part || behind || below.as_os_str().is_empty() {
            return Err(leads_out());
        }
        match self.known.get(&key(of, &there)) {
            Some(Known::File(size)) if there != below => Ok(Known::File(*size)),
            _ => Err(Refusal::NoTarget { path: path.to_owned(), target: target.to_owned() }),
        }
    }
}

/// What a place is known by. That of a file below `data` is what its attachment is found by.
fn key(part: Part, below: &Path) -> u64 {
    let hash = path_hash(below.as_os_str().as_bytes());
    if part == Part::Data { hash } else { hash ^ path_hash(part.name().as_bytes()).rotate_left(1) }
}

fn too_long(path: &Path, what: &'static str) -> Refusal {
    Refusal::TooLong { start: path.to_string_lossy().chars().take(60).collect(), what }
}

/// Whether a link at `link` with this target stays in the folder that `link` is relative to. `..` may stand at the start
/// of a target only: after a name it would climb from wherever that name leads.
///
/// ```
/// use gitlab_mattermost_core::backup::archive::stays_inside;
/// assert!(stays_inside("a/link".as_ref(), "../b".as_ref()));
/// assert!(!stays_inside("a/link".as_ref(), "../../b".as_ref()) && !stays_inside("a/link".as_ref(), "/b".as_ref()));
/// ```
pub fn stays_inside(link: &Path, target: &Path) -> bool {
    let mut depth = link.components().count().saturating_sub(1);
    let mut named = false;
    for component in target.components() {
        match component {
            Component::Normal(_) => named = true,
            Component::CurDir => {}
            Component::ParentDir if named || depth == 0 => return false,
            Component::ParentDir => depth -= 1,
            Component::RootDir | Component::Prefix(_) => return false,
        }
    }
    !target.as_os_str().is_empty()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(path: &str, kind: EntryKind) -> Entry {
        Entry { path: path.into(), kind, size: 1 }
    }

    fn judge(path: &str, kind: EntryKind) -> Result<(Part, PathBuf), Refusal> {
        Rules::new(&[Part::Data, Part::ConfigJson], Limits::default()).judge(&entry(path, kind))
    }

    #[test]
    fn the_documents_entries_go_to_their_places() {
        assert_eq!(judge("data/", EntryKind::Folder), Ok((Part::Data, "".into())));
        assert_eq!(judge("./data/20211123/x.png", EntryKind::File), Ok((Part::Data, "20211123/x.png".into())));
        assert_eq!(judge("config.json", EntryKind::File), Ok((Part::ConfigJson, "".into())));
        assert_eq!(judge("data/a/l", EntryKind::Link("../b".into())), Ok((Part::Data, "a/l".into())));
    }

    #[derive(serde::Deserialize)]
    struct Input {
        parts: Vec<Part>,
        limits: Allowed,
        entries: Vec<Head>,
    }

    #[derive(serde::Deserialize)]
    struct Allowed {
        bytes: u64,
        entries: u64,
    }

    #[derive(serde::Deserialize)]
    struct Head {
        path: PathBuf,
        kind: String,
        target: Option<PathBuf>,
        #[serde(default)]
        size: u64,
    }

    impl From<Head> for Entry {
        fn from(head: Head) -> Self {
            let target = head.target.unwrap_or_default();
            let kind = match head.kind.as_str() {
                "file" => EntryKind::File,
                "folder" => EntryKind::Folder,
                "link" => EntryKind::Link(target),
                "hard-link" => EntryKind::HardLink(target),
                "device" => EntryKind::Other("a device"),
                "pipe" => EntryKind::Other("a pipe"),
                other => panic!("no kind of entry: {other}"),
            };
            Self { path: head.path, kind, size: head.size }
        }
    }

    fn because(refusal: &Refusal) -> &'static str {
        match refusal {
            Refusal::Absolute { .. } => "absolute",
            Refusal::Climbs { .. } => "climbs",
            Refusal::Foreign { .. } => "foreign",
            Refusal::LeadsOut { .. } => "leads-out",
            Refusal::BehindLink { .. } => "behind-link",
            Refusal::Taken { .. } => "taken",
            Refusal::BelowFile { .. } => "below-file",
            Refusal::NoTarget { .. } => "no-target",
            Refusal::TooLong { .. } => "too-long",
            Refusal::Special { .. } => "special",
            Refusal::Nameless => "nameless",
            Refusal::WrongKind { .. } => "wrong-kind",
            Refusal::Oversize { .. } => "oversize",
        }
    }

    #[test]
    fn every_archive_of_the_vectors_is_judged_as_expected() {
        let vectors = crate::vectors::family("archive-rules").unwrap().vectors;
        let mut reasons = BTreeSet::new();
        for vector in vectors {
            let input: Input = serde_json::from_value(vector.input.into()).unwrap();
            let mut rules =
                Rules::new(&input.parts, Limits { bytes: input.limits.bytes, entries: input.limits.entries });
            let entries = input.entries.into_iter().map(Entry::from).enumerate();
            let refused = entries.map(|(index, entry)| (index, rules.judge(&entry))).find(|(_, it)| it.is_err());
            let found = match refused.and_then(|(index, judged)| Some((index, judged.err()?))) {
                None => serde_json::json!({"accepted": true}),
                Some((index, refusal)) => {
                    reasons.insert(because(&refusal));
                    serde_json::json!({"accepted": false, "entry": index, "because": because(&refusal)})
                }
            };
            assert_eq!(found, serde_json::Value::from(vector.expected), "{}", vector.id);
        }
        assert_eq!(reasons.len(), 13, "a reason without a vector: {reasons:?}");
    }

    proptest! {
        #[test]
        fn prop_a_path_that_is_taken_has_normal_components_only(path in "(\\./|\\.\\./|/|data/|[a-c]/){0,6}[a-z.]{0,4}") {
            if let Ok((part, below)) = judge(&path, EntryKind::File) {
                let joined = Path::new(part.name()).join(below);
                prop_assert!(joined.components().all(|it| matches!(it, Component::Normal(_))), "{}", path);
            }
        }

        #[test]
        fn prop_a_link_that_is_taken_ends_inside(depth in 0_usize..4, target in "(\\.\\./|[a-c]/|\\./){0,5}[a-c]?") {
            let link = (0..depth).map(|_| "d").chain(["l"]).collect::<PathBuf>();
            if stays_inside(&link, Path::new(&target)) {
                let mut level = i32::try_from(depth).unwrap();
                for component in Path::new(&target).components() {
                    level += match component { Component::ParentDir => -1, Component::Normal(_) => 1, _ => 0 };
                    prop_assert!(level >= 0, "{:?} {}", link, target);
                }
            }
        }
    }
}
