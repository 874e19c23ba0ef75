//! Known deviations: failures that a run may have, each with its reason, and that it must have as long as it is listed.
//!
//! # Shape
//! A TOML file: `[[deviation]]` with `scenario` (an id, or the beginning of several), `reason` and `link`. Its schema is
//! `lab/schemas/expectations.schema.json`.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use gitlab_mattermost_ground::named_input;
use gitlab_mattermost_stage::toml_fault::toml_fault;
use serde::Deserialize;

use super::select::{hint, near};
use crate::event::{Outcome, ScenarioResult};
use crate::known_deviation::{KnownDeviation, Tally};
use crate::scenario::Scenario;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "deviation")]
    deviations: Vec<KnownDeviation>,
}

/// Why a file of known deviations is of no use.
#[derive(Debug, thiserror::Error)]
pub enum ExpectationsError {
    /// It cannot be read.
    #[error("cannot read the known deviations in `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is not such a file.
    #[error("`{}` does not list known deviations: {message}", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        message: String,
    },
    /// An entry that no scenario answers to.
    #[error("`{}` lists `{scenario}`, but no scenario's id begins so{}", path.display(), hint(near))]
    UnknownId {
        /// The file.
        path: PathBuf,
        /// The entry.
        scenario: String,
        /// Ids that look like it.
        near: Vec<String>,
    },
    /// An entry without its reason or link, or one that is listed twice.
    #[error("`{}`: the entry `{scenario}` {what}", path.display())]
    BadEntry {
        /// The file.
        path: PathBuf,
        /// The entry.
        scenario: String,
        /// What is wrong with it, as a clause.
        what: &'static str,
    },
}

/// The known deviations of a run, and what became of them.
#[derive(Debug, Clone, Default)]
pub struct Expectations {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    tally: Tally,
    in_full: bool,
}

impl Expectations {
    /// Reads a file; every entry must mean at least one of `scenarios`.
    ///
    /// # Errors
    /// [`ExpectationsError`].
    pub fn read(path: &Path, scenarios: &[Scenario]) -> Result<Self, ExpectationsError> {
        let text = named_input::text(path)
            .map_err(|source| ExpectationsError::Unreadable { path: path.to_owned(), source })?;
        let file: File = toml::from_str(&text)
            .map_err(|error| ExpectationsError::Unfit { path: path.to_owned(), message: toml_fault(&text, &error) })?;
        let ids: Vec<&str> = scenarios.iter().map(|scenario| scenario.heading.id.as_str()).collect();
        let mut seen = BTreeSet::new();
        for KnownDeviation { scenario, reason, link } in &file.deviations {
            if !ids.iter().any(|id| id.starts_with(scenario.as_str())) {
                let (path, near) = (path.to_owned(), near(scenario, &ids));
                return Err(ExpectationsError::UnknownId { path, scenario: scenario.clone(), near });
            }
            let what = match () {
                () if scenario.is_empty() => "means every scenario",
                () if reason.trim().is_empty() => "has no reason",
                () if link.trim().is_empty() => "has no link",
                () if !seen.insert(scenario) => "is listed twice",
                () => continue,
            };
            return Err(ExpectationsError::BadEntry { path: path.to_owned(), scenario: scenario.clone(), what });
        }
        let entries = file.deviations.into_iter().map(|deviation| {
            let in_full = ids.contains(&deviation.scenario.as_str());
            Entry { tally: Tally { deviation, means: 0, passed: 0, others: 0, skipped: 0 }, in_full }
        });
        Ok(Self { entries: entries.collect() })
    }

    /// Takes note of the scenarios that were selected, before they are split: by them it is known whether a part holds
    /// everything that an entry means.
    pub fn select<'a>(&mut self, ids: impl IntoIterator<Item = &'a str>) {
        self.entries.iter_mut().for_each(|entry| entry.tally.means = 0);
        for id in ids {
            if let Some(entry) = self.of(id) {
                entry.tally.means += 1;
            }
        }
    }

    /// The entry that means this id: the one that says most of it.
    fn of(&mut self, id: &str) -> Option<&mut Entry> {
        let means = |entry: &Entry| match entry.in_full {
            true => entry.tally.deviation.scenario == id,
            false => id.starts_with(&entry.tally.deviation.scenario),
        };
        let meant = self.entries.iter_mut().filter(|entry| means(entry));
        meant.max_by_key(|entry| entry.tally.deviation.scenario.len())
    }

    /// Takes note of how a scenario ended; a failure that is known becomes a known deviation.
    pub(super) fn judge(&mut self, record: &mut ScenarioResult) {
        let Some(Entry { tally, .. }) = self.of(&record.heading.id) else { return };
        match &record.outcome {
            Outcome::Passed => tally.passed += 1,
            Outcome::Failed { failure } => {
                tally.others += 1;
                let KnownDeviation { reason, link, .. } = tally.deviation.clone();
                record.outcome = Outcome::KnownDeviation { failure: failure.clone(), reason, link };
            }
            Outcome::Errored { .. } | Outcome::KnownDeviation { .. } => tally.others += 1,
            Outcome::Skipped { .. } => tally.skipped += 1,
            // What never began shows nothing, so the entry is not judged.
            Outcome::NotRun { .. } => {}
        }
    }

    /// What became of each entry that means anything in this selection.
    pub(super) fn tallies(&self) -> Vec<Tally> {
        self.entries.iter().filter(|entry| entry.tally.means > 0).map(|entry| entry.tally.clone()).collect()
    }
}
