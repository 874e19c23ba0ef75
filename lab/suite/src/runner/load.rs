//! Feature files, built into the program or read from paths. What a file says is `feature`'s matter, which scenarios
//! run is `select`'s.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use super::feature::scenarios_of;
use crate::scenario::Scenario;

/// The features this program was built with.
static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../features");

/// Why features could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file or folder could not be read.
    #[error("cannot read `{path}`")]
    Unreadable {
        /// The path as it was given or found.
        path: String,
        /// Why not.
        source: io::Error,
    },
    /// A file is not text in UTF-8.
    #[error("`{path}` is not UTF-8 text")]
    NotText {
        /// The file.
        path: String,
    },
    /// A file is not Gherkin.
    #[error("`{path}` is not a feature file: syntax error in line {line}")]
    Syntax {
        /// The file.
        path: String,
        /// The line, as far as the parser can tell.
        line: String,
    },
    /// An outline uses a placeholder that its examples have no column for.
    #[error("`{path}`, line {line}: the examples have no column `{placeholder}`")]
    Placeholder {
        /// The file.
        path: String,
        /// Line of the step or of the row.
        line: usize,
        /// Name of the missing column.
        placeholder: String,
    },
    /// The first tag of a scenario is missing or is not the anchor of a section.
    #[error("`{location}`: the first tag of scenario `{name}` must be the anchor of its section, found {found}")]
    NoSection {
        /// Where the scenario stands.
        location: String,
        /// Its name.
        name: String,
        /// What stands there instead.
        found: String,
    },
    /// A scenario without steps, which could not fail; a line with a misspelt keyword is taken for a description.
    #[error("`{location}`: scenario `{name}` has no step; a step begins with Given, When, Then, And or But")]
    NoStep {
        /// Where the scenario stands.
        location: String,
        /// Its name.
        name: String,
    },
    /// A scenario needs something that no subject can ever offer.
    #[error("`{location}`: unknown need `@{need}`, known are {known}")]
    UnknownNeed {
        /// Where the scenario stands.
        location: String,
        /// The tag, without the `@`.
        need: String,
        /// Every need there is.
        known: String,
    },
    /// Two scenarios have the same identifier.
    #[error("two scenarios have the id `{id}`: `{first}` and `{second}`; rename one")]
    DuplicateId {
        /// The identifier.
        id: String,
        /// Where the first one stands.
        first: String,
        /// Where the second one stands.
        second: String,
    },
}

/// Loads the scenarios of the given files and folders, or of the built-in features if none are given.
///
/// # Errors
/// The first [`LoadError`] in the order of the files. Nothing is loaded in part.
pub fn load(paths: &[PathBuf]) -> Result<Vec<Scenario>, LoadError> {
    let mut scenarios = Vec::new();
    for (path, text) in if paths.is_empty() { built_in()? } else { read(paths)? } {
        scenarios.extend(scenarios_of(&path, &text)?);
    }
    refuse_duplicates(&scenarios)?;
    Ok(scenarios)
}

fn built_in() -> Result<Vec<(String, String)>, LoadError> {
    let mut files = Vec::new();
    let mut folders = vec![&BUILT_IN];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files().filter(|file| is_feature(file.path())) {
            let path = format!("features/{}", file.path().display());
            let Some(text) = file.contents_utf8() else { return Err(LoadError::NotText { path }) };
            files.push((path, text.to_owned()));
        }
    }
    files.sort();
    Ok(files)
}

/// Path and text of each file; one that is named twice is read once.
fn read(paths: &[PathBuf]) -> Result<Vec<(String, String)>, LoadError> {
    let mut files = Vec::new();
    for path in paths {
        for file in files_below(path)? {
            let shown = file.display().to_string();
            if files.iter().any(|(path, _)| *path == shown) {
                continue;
            }
            let bytes = fs::read(&file).map_err(|source| LoadError::Unreadable { path: shown.clone(), source })?;
            let Ok(text) = String::from_utf8(bytes) else { return Err(LoadError::NotText { path: shown }) };
            files.push((shown, text));
        }
    }
    Ok(files)
}

/// The file itself, or all feature files in and below a folder, by name.
fn files_below(path: &Path) -> Result<Vec<PathBuf>, LoadError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unreadable = |source| LoadError::Unreadable { path: path.display().to_string(), source };
    let mut entries: Vec<PathBuf> = fs::read_dir(path)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
        .map_err(unreadable)?;
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        if entry.is_dir() {
            files.extend(files_below(&entry)?);
        } else if is_feature(&entry) {
            files.push(entry);
        }
    }
    Ok(files)
}

fn is_feature(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "feature")
}

fn refuse_duplicates(scenarios: &[Scenario]) -> Result<(), LoadError> {
    let mut seen = BTreeMap::new();
    for Scenario { heading, .. } in scenarios {
        if let Some(first) = seen.insert(&heading.id, &heading.location) {
            let (id, first, second) = (heading.id.clone(), first.clone(), heading.location.clone());
            return Err(LoadError::DuplicateId { id, first, second });
        }
    }
    Ok(())
}
