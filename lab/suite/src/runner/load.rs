//! Feature files, built into the program or read from paths. What a file says is `feature`'s matter, which scenarios
//! run is `select`'s.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use gitlab_mattermost_ground::named_input;
use include_dir::{Dir, include_dir};

use super::feature::scenarios_of;
use super::load_error::LoadError;
use super::vocabulary;
use crate::scenario::Scenario;

/// The features this program was built with.
static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../features");

/// Loads the scenarios of the given files and folders, or of the built-in features if none are given.
///
/// # Errors
/// The first [`LoadError`] in the order of the files; steps that nobody has defined are told of all files at once. Nothing
/// is loaded in part.
pub fn load(paths: &[PathBuf]) -> Result<Vec<Scenario>, LoadError> {
    let mut scenarios = Vec::new();
    for (path, text) in if paths.is_empty() { built_in()? } else { read(paths)? } {
        scenarios.extend(scenarios_of(&path, &text)?);
    }
    refuse_duplicates(&scenarios)?;
    // The built-in ones are held to it by a test.
    if !paths.is_empty() {
        refuse_unknown_steps(&scenarios)?;
    }
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
            let bytes = named_input::read_path(&file)
                .map_err(|source| LoadError::Unreadable { path: shown.clone(), source })?;
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

fn refuse_unknown_steps(scenarios: &[Scenario]) -> Result<(), LoadError> {
    let steps = vocabulary::unknown_of(scenarios);
    if steps.is_empty() { Ok(()) } else { Err(LoadError::UnknownSteps { steps }) }
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
