//! Where the parts of Mattermost lie in an archive or a folder, under whatever names and however deep.
//!
//! What an entry is called by the names of the parts is decided here; whether it may be unpacked is not (`archive`), nor
//! how the places are found (`survey`).

use std::path::{Component, Path, PathBuf};

use super::Part;

/// A part and the path that it has in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// The part.
    pub part: Part,
    /// Its path, without dots; empty if the part is all of the archive.
    pub path: PathBuf,
}

/// How paths begin that lie in no part: what `tar` puts before them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Spelling {
    /// `data/x`.
    #[default]
    Plain,
    /// `./data/x`.
    Dotted,
    /// `/var/opt/gitlab/mattermost/data/x`, of `tar -P`.
    Absolute,
}

/// The places of all parts in one archive.
///
/// # Shape
/// Opaque: [`Layout::documented`] for archives of this program, [`Layout::new`] for what a survey found.
///
/// ```
/// use gitlab_mattermost_core::backup::layout::{Root, Spelling};
/// use gitlab_mattermost_core::backup::{Layout, Part};
///
/// let root = Root { part: Part::Data, path: "srv/files".into() };
/// let layout = Layout::new(vec![root], Spelling::Dotted);
/// assert_eq!(layout.place("./srv/files/a.png".as_ref()), Some("data/a.png".into()));
/// assert_eq!(layout.place("./srv/logs/x".as_ref()), None);
/// assert_eq!(layout.member(Part::Data), Some("./srv/files".into()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    roots: Vec<Root>,
    spelling: Spelling,
    /// Whether nothing but the parts is expected, as in what this program makes.
    strict: bool,
}

impl Layout {
    /// The layout of archives of the document and of this program: every part under its own name, and nothing else.
    pub fn documented(parts: &[Part]) -> Self {
        let roots = parts.iter().map(|part| Root { part: *part, path: part.name().into() }).collect();
        Self { roots, spelling: Spelling::Plain, strict: true }
    }

    /// A layout with these places, beside which other things may lie.
    pub fn new(roots: Vec<Root>, spelling: Spelling) -> Self {
        Self { roots, spelling, strict: false }
    }

    /// The parts that it has.
    pub fn parts(&self) -> Vec<Part> {
        self.roots.iter().map(|root| root.part).collect()
    }

    /// Where a part lies.
    pub fn root(&self, part: Part) -> Option<&Path> {
        self.roots.iter().find(|root| root.part == part).map(|root| root.path.as_path())
    }

    /// The name by which `tar` has to be asked for a part.
    pub fn member(&self, part: Part) -> Option<PathBuf> {
        let path = self.root(part)?;
        Some(match self.spelling {
            Spelling::Plain => path.to_owned(),
            Spelling::Dotted => Path::new(".").join(path),
            Spelling::Absolute => Path::new("/").join(path),
        })
    }

    /// Whether every part has its own name.
    pub fn is_plain(&self) -> bool {
        self.roots.iter().all(|root| root.path == Path::new(root.part.name()))
    }

    /// The path of an entry by the names of the parts: `data/x` for `./srv/files/x`, say. `None` if it belongs to no part.
    /// A path that leads elsewhere stays as it is, for the rules to refuse it.
    pub fn place(&self, path: &Path) -> Option<PathBuf> {
        if self.strict {
            return Some(path.to_owned());
        }
        let leads_elsewhere = |component| match component {
            Component::ParentDir | Component::Prefix(_) => true,
            Component::RootDir => self.spelling != Spelling::Absolute,
            Component::CurDir | Component::Normal(_) => false,
        };
        if path.as_os_str().is_empty() || path.components().any(leads_elsewhere) {
            return Some(path.to_owned());
        }
        let normal = normal(path);
        let inside = |root: &&Root| normal.starts_with(&root.path);
        let root = self.roots.iter().filter(inside).max_by_key(|root| root.path.components().count())?;
        let below = normal.strip_prefix(&root.path).ok()?;
        let part = Path::new(root.part.name());
        Some(if below.as_os_str().is_empty() { part.to_owned() } else { part.join(below) })
    }
}

/// A path without dots and the slash at its start.
///
/// ```
/// use gitlab_mattermost_core::backup::layout::normal;
/// assert_eq!(normal("/./srv/./data/".as_ref()), std::path::Path::new("srv/data"));
/// ```
pub fn normal(path: &Path) -> PathBuf {
    path.components().filter(|component| matches!(component, Component::Normal(_))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_called_by_the_part_that_it_lies_in() {
        let root = |part, path: &str| Root { part, path: path.into() };
        let roots = vec![root(Part::Data, "srv/files"), root(Part::ConfigJson, "srv/config/config.json")];
        let layout = Layout::new(roots, Spelling::Dotted);
        let place = |path: &str| layout.place(Path::new(path));
        assert_eq!(place("./srv/files/a/b"), Some("data/a/b".into()));
        assert_eq!(place("srv/config/config.json"), Some("config.json".into()));
        assert_eq!(place("./srv/files/"), Some("data".into()));
        assert_eq!(place("./srv/logs/x"), None);
        assert_eq!(place("./"), None);
        for elsewhere in ["/srv/files/a", "srv/files/../x", ""] {
            assert_eq!(place(elsewhere), Some(elsewhere.into()), "{elsewhere}");
        }
        assert_eq!(layout.member(Part::Data), Some("./srv/files".into()));
        let absolute = Layout::new(vec![root(Part::Data, "data")], Spelling::Absolute);
        assert_eq!(absolute.place(Path::new("/data/x")), Some("data/x".into()));
        let all = Layout::new(vec![root(Part::Data, "")], Spelling::Plain);
        assert_eq!(all.place(Path::new("./20210805/x")), Some("data/20210805/x".into()));
        assert_eq!(all.place(Path::new("./")), Some("data".into()));
    }
}
