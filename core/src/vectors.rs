//! Checks that are tables, as data for anybody: what goes in, what has to come out, and why the row exists.
//!
//! The files are those that this crate's own tests read. Not here: writing them anywhere, and judging somebody's answers.

mod lint;

pub use lint::{VectorFault, lint};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The version of the files' form; it rises when a reader of the old form could go wrong.
pub const FORMAT_VERSION: u32 = 1;

/// The files by family: name, text, and the fields of input and expected result.
const FILES: [(Family, &str); 8] = [
    (
        Family {
            name: "settings-to-env",
            input: &["gitlab_version", "gitlab_rb"],
            expected: &[],
            expected_optional: &["enabled", "env", "error"],
        },
        include_str!("../tests/data/vectors/settings-to-env.json"),
    ),
    (
        Family {
            name: "legacy-translation",
            input: &["gitlab_version", "gitlab_rb"],
            expected: &["env", "keep", "keep_env", "untranslatable", "landing"],
            expected_optional: &["path_env", "also_lands_in"],
        },
        include_str!("../tests/data/vectors/legacy-translation.json"),
    ),
    (
        Family {
            name: "documented-variables",
            input: &["variable"],
            expected: &["by_version"],
            expected_optional: &[],
        },
        include_str!("../tests/data/vectors/documented-variables.json"),
    ),
    (
        Family {
            name: "env-over-file",
            input: &["variable", "setting", "env_value", "value_in_config_json"],
            expected: &["by_version"],
            expected_optional: &[],
        },
        include_str!("../tests/data/vectors/env-over-file.json"),
    ),
    (
        Family {
            name: "versions",
            input: &["gitlab"],
            expected: &[],
            expected_optional: &["mattermost", "documented", "first", "latest", "verdict"],
        },
        include_str!("../tests/data/vectors/versions.json"),
    ),
    (
        Family {
            name: "redirect-uris",
            input: &["registered", "requested"],
            expected: &["accepted"],
            expected_optional: &[],
        },
        include_str!("../tests/data/vectors/redirect-uris.json"),
    ),
    (
        Family {
            name: "token-answers",
            input: &["form"],
            expected: &["status"],
            expected_optional: &["error", "error_description", "token_type"],
        },
        include_str!("../tests/data/vectors/token-answers.json"),
    ),
    (
        Family {
            name: "archive-rules",
            input: &["parts", "limits", "entries"],
            expected: &["accepted"],
            expected_optional: &["entry", "because"],
        },
        include_str!("../tests/data/vectors/archive-rules.json"),
    ),
];

/// What the vectors of one file have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Family {
    name: &'static str,
    /// Fields that every input has; `authorization` may be added.
    input: &'static [&'static str],
    /// Fields that every expected result has.
    expected: &'static [&'static str],
    /// Fields that it may have.
    expected_optional: &'static [&'static str],
}

/// A file of vectors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VectorFile {
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// What is checked; the file's name without its ending.
    pub family: String,
    /// What the family is about, for people.
    pub title: String,
    /// Where the expected results come from.
    pub source: String,
    /// Why vectors exist: each flag with its meaning.
    pub flags: IndexMap<String, String>,
    /// How many vectors there are.
    pub count: usize,
    /// The vectors.
    pub vectors: Vec<Vector>,
}

/// One row of such a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// A stable name in lower case, unique in its file.
    pub id: String,
    /// Anchor of the document's section that it is about.
    pub section: String,
    /// Why it exists: names of the file's flags.
    pub flags: Vec<String>,
    /// What it shows, where its name does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What goes in.
    pub input: Map<String, Value>,
    /// What has to come out.
    pub expected: Map<String, Value>,
}

/// The files, by their names, as they are.
pub fn files() -> impl Iterator<Item = (String, &'static str)> {
    FILES.iter().map(|(family, text)| (format!("{}.json", family.name), *text))
}

/// Reads the built-in file of a family; `None` if there is no such family.
///
/// ```
/// use gitlab_mattermost_core::vectors::{family, files};
///
/// let (name, _) = files().next().expect("a family");
/// let file = family(name.trim_end_matches(".json")).expect("it can be read");
/// assert_eq!(file.count, file.vectors.len());
/// ```
pub fn family(name: &str) -> Option<VectorFile> {
    let (_, text) = FILES.iter().find(|(family, _)| family.name == name)?;
    serde_json::from_str(text).ok()
}
