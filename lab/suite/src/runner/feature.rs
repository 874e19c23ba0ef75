//! The scenarios of one feature file: outlines expanded, backgrounds put before, tags inherited.

use std::path::Path;

use cucumber::feature::{ExpandExamplesError, Ext as _};
use cucumber::gherkin;

use super::load_error::LoadError;
use super::needs;
use crate::scenario::{Heading, Level, Scenario, row_slugs, slug};

/// How much alike two tags must be for one to be taken for the other misspelt.
const ALIKE: f64 = 0.8;
/// Tags beside those of needs that mean something.
const MEANT: &[&str] = &["must", "should", "may", "serial"];

/// The scenarios of the feature file `path` that has this text, in their order.
///
/// # Errors
/// Every [`LoadError`] but those of reading and of duplicates; what is wrong with single scenarios is told of all at once.
pub fn scenarios_of(path: &str, text: &str) -> Result<Vec<Scenario>, LoadError> {
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
    let mut scenarios = file.group(None, &written.scenarios, expanded.scenarios);
    for (rule, expanded) in written.rules.iter().zip(expanded.rules) {
        scenarios.extend(file.group(Some(rule), &rule.scenarios, expanded.scenarios));
    }
    let mut mistakes: Vec<LoadError> = Vec::new();
    let mut right = Vec::new();
    for scenario in scenarios {
        match scenario {
            Ok(scenario) => right.push(scenario),
            Err(found) => mistakes.extend(found),
        }
    }
    match mistakes.pop() {
        None => Ok(right),
        Some(only) if mistakes.is_empty() => Err(only),
        Some(last) => {
            mistakes.push(last);
            Err(LoadError::Several { path: path.to_owned(), mistakes })
        }
    }
}

/// A scenario, or everything that is wrong with it.
type Found = Result<Scenario, Vec<LoadError>>;

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
    ) -> Vec<Found> {
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
                scenarios.push(self.scenario(id, rule, scenario));
            }
        }
        scenarios
    }

    /// The section that a scenario is about: its own first tag, or else that of its rule or of the feature.
    fn section(
        &self,
        location: &str,
        rule: Option<&gherkin::Rule>,
        scenario: &gherkin::Scenario,
    ) -> Result<String, LoadError> {
        let of_rule = rule.and_then(|rule| rule.tags.first());
        let first = [scenario.tags.first(), of_rule, self.feature.tags.first()];
        let anchor = first.into_iter().flatten().find(|tag| is_anchor(tag) && misspelt(location, tag).is_none());
        anchor.cloned().ok_or_else(|| LoadError::NoSection {
            location: location.to_owned(),
            name: scenario.name.clone(),
            found: scenario.tags.first().map_or_else(|| "no tag".to_owned(), |tag| format!("`@{tag}`")),
        })
    }

    fn scenario(&self, id: String, rule: Option<&gherkin::Rule>, scenario: gherkin::Scenario) -> Found {
        let location = format!("{}:{}", self.path, scenario.position.line);
        let mut mistakes = Vec::new();
        let section =
            self.section(&location, rule, &scenario).map_err(|mistake| mistakes.push(mistake)).unwrap_or_default();
        if scenario.steps.is_empty() {
            mistakes.push(LoadError::NoStep { location: location.clone(), name: scenario.name.clone() });
        }
        let mut tags = scenario.tags;
        tags.extend(rule.iter().flat_map(|rule| &rule.tags).chain(&self.feature.tags).cloned());
        let level = tags.iter().find_map(|tag| Level::of_tag(tag));
        if level.is_none() {
            tags.push(Level::default().to_string());
        }
        let needs: Vec<String> = tags.iter().filter(|tag| tag.starts_with("needs-")).cloned().collect();
        let unknown = needs.iter().filter(|need| !needs::NEEDS.contains(&need.as_str()));
        mistakes.extend(unknown.map(|need| unknown_need(&location, need)));
        mistakes.extend(tags.iter().filter(|tag| **tag != section).filter_map(|tag| misspelt(&location, tag)));
        if !mistakes.is_empty() {
            return Err(mistakes);
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

/// Whether a tag can be the anchor of a section: it says nothing else.
fn is_anchor(tag: &str) -> bool {
    Level::of_tag(tag).is_none() && tag != "serial" && !tag.starts_with("needs-")
}

fn unknown_need(location: &str, need: &str) -> LoadError {
    let known = needs::NEEDS.iter().map(|need| format!("`@{need}`")).collect::<Vec<_>>().join(", ");
    let alike = |known: &&&str| strsim::normalized_damerau_levenshtein(need, known) >= ALIKE;
    let nearest = needs::NEEDS.iter().find(alike).map(|near| format!("; did you mean `@{near}`?"));
    LoadError::UnknownNeed {
        location: location.to_owned(),
        need: need.to_owned(),
        known,
        nearest: nearest.unwrap_or_default(),
    }
}

/// A tag that means nothing and looks like one that does.
fn misspelt(location: &str, tag: &str) -> Option<LoadError> {
    let meant = MEANT.iter().chain(needs::NEEDS);
    if tag.starts_with("needs-") || meant.clone().any(|it| *it == tag) {
        return None;
    }
    let nearest = meant.copied().find(|it| strsim::normalized_damerau_levenshtein(tag, it) >= ALIKE)?;
    Some(LoadError::UnknownTag { location: location.to_owned(), tag: tag.to_owned(), nearest: nearest.to_owned() })
}

#[cfg(test)]
mod tests;
