//! The names that a settings file may use at top level, by GitLab release.

use std::sync::LazyLock;

use crate::version::Version;

/// The table, with its header line.
const TABLE: &str = include_str!("../../data/gitlab-rb-settings.csv");

/// The names, read once.
static NAMES: LazyLock<Names> = LazyLock::new(|| Names { rows: TABLE.lines().skip(1).filter_map(row).collect() });

/// All names with the releases that know them.
#[derive(Debug)]
pub(super) struct Names {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: &'static str,
    is_section: bool,
    since: Option<Version>,
    until: Option<Version>,
}

impl Names {
    /// The names of all releases.
    pub(super) fn all() -> &'static Self {
        &NAMES
    }

    /// Whether the name stands for a section (a hash) in this release; `None` if the release does not know it.
    pub(super) fn is_section(&self, name: &str, version: Version) -> Option<bool> {
        let start = self.rows.partition_point(|row| row.name < name);
        let mut same = self.rows[start..].iter().take_while(|row| row.name == name);
        same.find(|row| row.holds_in(version)).map(|row| row.is_section)
    }

    /// Whether some release knows the name.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.rows.binary_search_by(|row| row.name.cmp(name)).is_ok()
    }

    /// The names that the release knows, and whether each is a section.
    pub(super) fn known(&self, version: Version) -> impl Iterator<Item = (&'static str, bool)> {
        self.rows.iter().filter(move |row| row.holds_in(version)).map(|row| (row.name, row.is_section))
    }

    /// What to do about an unknown name: the releases that know it, or a name like it.
    pub(super) fn advice(&self, name: &str, version: Version) -> Option<String> {
        if let Some(row) = self.rows.iter().find(|row| row.name == name) {
            return Some(match (row.since, row.until) {
                (Some(since), _) if version < since => format!("`{name}` exists from GitLab {since} on"),
                (_, Some(until)) => format!("`{name}` exists only before GitLab {until}; remove the line"),
                _ => return None,
            });
        }
        let near = self.known(version).map(|(known, _)| (distance(name, known), known));
        let (edits, nearest) = near.min()?;
        (edits <= 1 + name.chars().count() / 5).then(|| format!("did you mean `{nearest}`?"))
    }
}

impl Row {
    fn holds_in(&self, version: Version) -> bool {
        self.since.is_none_or(|since| version >= since) && self.until.is_none_or(|until| version < until)
    }
}

fn row(line: &'static str) -> Option<Row> {
    let mut fields = line.split(',');
    let (name, kind) = (fields.next()?, fields.next()?);
    let mut version = || fields.next().and_then(|text| text.parse().ok());
    Some(Row { name, is_section: kind == "section", since: version(), until: version() })
}

/// The number of single-character edits between two names.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    // A name longer than any setting is like none of them.
    if a.len() > 100 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{Names, TABLE};
    use crate::version::Version;

    const V14_7: Version = Version::new(14, 7, 0);

    #[test]
    fn every_line_of_the_table_is_read_and_the_names_are_sorted() {
        let names = Names::all();
        assert_eq!(names.rows.len(), TABLE.lines().count() - 1);
        assert!(names.rows.is_sorted_by(|a, b| a.name <= b.name));
    }

    #[test]
    fn names_are_known_from_and_until_their_releases() {
        let names = Names::all();
        assert_eq!(names.is_section("mattermost", V14_7), Some(true));
        assert_eq!(names.is_section("external_url", V14_7), Some(false));
        assert_eq!(names.is_section("gitlab_kas_external_url", V14_7), None);
        assert_eq!(names.is_section("gitlab_kas_external_url", Version::new(15, 10, 0)), Some(false));
        assert_eq!(names.is_section("omnibus_gitconfig", Version::new(18, 2, 0)), None);
    }

    #[test]
    fn advice_names_the_nearest_or_the_releases() {
        let names = Names::all();
        assert_eq!(names.advice("matermost", V14_7).as_deref(), Some("did you mean `mattermost`?"));
        assert_eq!(
            names.advice("gitlab_kas_external_url", V14_7).as_deref(),
            Some("`gitlab_kas_external_url` exists from GitLab 15.10.0 on")
        );
        assert_eq!(names.advice("zzzzzz", V14_7), None);
    }
}
