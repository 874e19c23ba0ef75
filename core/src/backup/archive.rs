//! Which entries of an archive may be unpacked, and where.
//!
//! An archive is judged entry by entry before anything of it is written. Whatever it holds, unpacking it can only make
//! plain files, folders and links inside the parts it is for.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

/// What an entry makes.
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

/// Why an archive is not unpacked.
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
    /// The first component is none of the parts.
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

/// Judges the entries of one archive, in their order.
#[derive(Debug)]
pub struct Rules {
    parts: Vec<Part>,
    limits: Limits,
    bytes: u64,
    entries: u64,
    links: BTreeSet<PathBuf>,
    found: BTreeSet<Part>,
}

impl Rules {
    /// For an archive of these parts.
    pub fn new(parts: &[Part], limits: Limits) -> Self {
        let (links, found) = (BTreeSet::new(), BTreeSet::new());
        Self { parts: parts.to_vec(), limits, bytes: 0, entries: 0, links, found }
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
        let path = || entry.path.clone();
        match &entry.kind {
            EntryKind::Other(what) => return Err(Refusal::Special { path: path(), what }),
            EntryKind::Link(target) => {
                if below.as_os_str().is_empty() || !stays_inside(&below, target) {
                    return Err(Refusal::LeadsOut { path: path(), target: target.clone() });
                }
                self.links.insert(Path::new(part.name()).join(&below));
            }
            EntryKind::HardLink(target) => {
                let inside = self.place(target).is_ok_and(|(of, _)| of == part);
                if !inside || below.as_os_str().is_empty() {
                    return Err(Refusal::LeadsOut { path: path(), target: target.clone() });
                }
            }
            EntryKind::File if below.as_os_str().is_empty() && !part.is_file() => {
                return Err(Refusal::WrongKind { path: path(), expected: "a folder" });
            }
            EntryKind::Folder if part.is_file() => {
                return Err(Refusal::WrongKind { path: path(), expected: "a file" });
            }
            EntryKind::File | EntryKind::Folder => {}
        }
        self.found.insert(part);
        Ok((part, below))
    }

    /// Which of the parts have come.
    pub fn found(&self) -> impl Iterator<Item = Part> + '_ {
        self.found.iter().copied()
    }

    /// How many entries have come.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// The part and the path below it that `path` names.
    pub fn place(&self, path: &Path) -> Result<(Part, PathBuf), Refusal> {
        let mut normal = PathBuf::new();
        for component in path.components() {
            match component {
                Component::Normal(name) if name.as_bytes().contains(&0) => return Err(Refusal::Nameless),
                Component::Normal(name) => normal.push(name),
                Component::CurDir => {}
                Component::ParentDir => return Err(Refusal::Climbs { path: path.to_owned() }),
                Component::RootDir | Component::Prefix(_) => return Err(Refusal::Absolute { path: path.to_owned() }),
            }
        }
        let mut components = normal.components();
        let first = components.next().ok_or(Refusal::Nameless)?.as_os_str().to_owned();
        let part = self.parts.iter().copied().find(|part| first == OsStr::new(part.name()));
        let Some(part) = part else {
            let expected = self.parts.iter().map(|part| part.name()).collect::<Vec<_>>().join("`, `");
            return Err(Refusal::Foreign { path: path.to_owned(), expected });
        };
        let below = components.as_path().to_owned();
        let behind = normal.ancestors().skip(1).any(|above| self.links.contains(above));
        if behind || self.links.contains(&normal) {
            return Err(Refusal::BehindLink { path: path.to_owned() });
        }
        if part.is_file() && !below.as_os_str().is_empty() {
            return Err(Refusal::WrongKind { path: path.to_owned(), expected: "a file" });
        }
        Ok((part, below))
    }
}

/// Whether a link at `link` with this target stays in the folder that `link` is relative to. `..` may stand at the start
/// of a target only: after a name it would climb from wherever that name leads.
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
        assert_eq!(reasons.len(), 9, "a reason without a vector: {reasons:?}");
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
