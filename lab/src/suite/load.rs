//! Feature files, built into the program or read from paths, become scenarios. Which of them run is `select`'s matter.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cucumber::feature::{ExpandExamplesError, Ext as _};
use cucumber::gherkin;
use include_dir::{Dir, include_dir};

use super::scenario::{Heading, Level, Scenario, row_slugs, slug};
use super::start;

/// The features this program was built with.
static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../features");

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

fn read(paths: &[PathBuf]) -> Result<Vec<(String, String)>, LoadError> {
    let mut files = Vec::new();
    for path in paths {
        for file in files_below(path)? {
            let shown = file.display().to_string();
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

fn scenarios_of(path: &str, text: &str) -> Result<Vec<Scenario>, LoadError> {
    let written = gherkin::Feature::parse(text, gherkin::GherkinEnv::default()).map_err(|error| {
        // Of the message only the line is of use: `Error at LINE:COLUMN: {"rule of the grammar", …}`.
        let message = error.to_string();
        let line = message.trim_start_matches("Error at ").split(':').next().unwrap_or_default().to_owned();
        LoadError::Syntax { path: path.to_owned(), line }
    })?;
    let expanded = written.clone().expand_examples().map_err(|ExpandExamplesError { pos, name, .. }| {
        LoadError::Placeholder { path: path.to_owned(), line: pos.line, placeholder: name }
    })?;
    let stem = Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();

    let file = File { path, stem, feature: &written };
    let mut scenarios = file.group(None, &written.scenarios, expanded.scenarios)?;
    for (rule, expanded) in written.rules.iter().zip(expanded.rules) {
        scenarios.extend(file.group(Some(rule), &rule.scenarios, expanded.scenarios)?);
    }
    Ok(scenarios)
}

/// A feature file while its scenarios are taken out of it.
struct File<'a> {
    path: &'a str,
    stem: String,
    feature: &'a gherkin::Feature,
}

impl File<'_> {
    /// The scenarios of the feature itself or of one of its rules. `expanded` has one scenario for each of `written`,
    /// or for each row of its examples, in the same order.
    fn group(
        &self,
        rule: Option<&gherkin::Rule>,
        written: &[gherkin::Scenario],
        expanded: Vec<gherkin::Scenario>,
    ) -> Result<Vec<Scenario>, LoadError> {
        let mut expanded = expanded.into_iter();
        let mut scenarios = Vec::new();
        for outline in written {
            let base = format!("{}/{}", self.stem, slug(&outline.name));
            let ids = if outline.examples.is_empty() {
                vec![base]
            } else {
                let tables = outline.examples.iter().filter_map(|examples| examples.table.as_ref());
                let rows: Vec<&[String]> =
                    tables.flat_map(|table| table.rows.iter().skip(1)).map(Vec::as_slice).collect();
                row_slugs(&rows).into_iter().map(|row| format!("{base}/{row}")).collect()
            };
            for (id, scenario) in ids.into_iter().zip(expanded.by_ref()) {
                scenarios.push(self.scenario(id, rule, scenario)?);
            }
        }
        Ok(scenarios)
    }

    fn scenario(
        &self,
        id: String,
        rule: Option<&gherkin::Rule>,
        scenario: gherkin::Scenario,
    ) -> Result<Scenario, LoadError> {
        let location = format!("{}:{}", self.path, scenario.position.line);
        let section = section(&location, &scenario)?;
        if scenario.steps.is_empty() {
            return Err(LoadError::NoStep { location, name: scenario.name });
        }
        let mut tags = scenario.tags;
        tags.extend(rule.iter().flat_map(|rule| &rule.tags).chain(&self.feature.tags).cloned());
        let level = tags.iter().find_map(|tag| Level::of_tag(tag));
        if level.is_none() {
            tags.push(Level::default().to_string());
        }
        let needs: Vec<String> = tags.iter().filter(|tag| tag.starts_with("needs-")).cloned().collect();
        if let Some(need) = needs.iter().find(|need| !start::NEEDS.contains(&need.as_str())) {
            let known = start::NEEDS.map(|need| format!("`@{need}`")).join(", ");
            return Err(LoadError::UnknownNeed { location, need: need.clone(), known });
        }

        let backgrounds = [self.feature.background.as_ref(), rule.and_then(|rule| rule.background.as_ref())];
        let before = backgrounds.into_iter().flatten().flat_map(|background| background.steps.iter().cloned());
        let heading = Heading {
            id,
            section,
            level: level.unwrap_or_default(),
            name: scenario.name,
            serial: tags.iter().any(|tag| tag == "serial"),
            needs,
            location,
        };
        Ok(Scenario { heading, steps: before.chain(scenario.steps).collect(), tags })
    }
}

fn section(location: &str, scenario: &gherkin::Scenario) -> Result<String, LoadError> {
    let no_section = |found| LoadError::NoSection { location: location.to_owned(), name: scenario.name.clone(), found };
    let first = scenario.tags.first().ok_or_else(|| no_section("no tag".to_owned()))?;
    if Level::of_tag(first).is_some() || first == "serial" || first.starts_with("needs-") {
        return Err(no_section(format!("`@{first}`")));
    }
    Ok(first.clone())
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

#[cfg(test)]
mod tests;
