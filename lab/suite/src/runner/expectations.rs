//! Known deviations: failures that a run may have, each with its reason, and that it must have as long as it is listed.
//!
//! # Shape
//! A TOML file: `[[deviation]]` with `scenario` (an id, or the beginning of several), `reason` and `link`. Its schema is
//! `lab/schemas/expectations.schema.json`.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Scenario;
use super::select::{hint, near};
use crate::event::{Outcome, Record};

/// A deviation that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownDeviation {
    /// The id of the scenario, or the beginning of the ids of several.
    pub scenario: String,
    /// Why it is as it is.
    pub reason: String,
    /// Where it is followed up.
    pub link: String,
}

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

/// What became of a known deviation in a run, or in a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The deviation.
    pub deviation: KnownDeviation,
    /// How many scenarios of the whole selection it means, those of other parts included.
    pub means: usize,
    /// How many of them passed here.
    pub passed: usize,
    /// How many were begun here and did anything else.
    pub others: usize,
    /// How many were skipped here.
    pub skipped: usize,
}

impl Tally {
    /// Whether all that it means has ended here: a part that lacks some cannot say that it is over.
    pub const fn is_whole(&self) -> bool {
        self.passed + self.others + self.skipped == self.means
    }

    /// Whether it no longer happens: everything that it means and that could be played passed.
    pub const fn is_over(&self) -> bool {
        self.is_whole() && self.passed > 0 && self.others == 0
    }

    /// The deviations that no longer happen.
    pub fn over(all: &[Self]) -> Vec<KnownDeviation> {
        all.iter().filter(|tally| tally.is_over()).map(|tally| tally.deviation.clone()).collect()
    }

    /// Adds what became of it in another part of the same run.
    pub fn add(&mut self, part: &Self) {
        self.passed += part.passed;
        self.others += part.others;
        self.skipped += part.skipped;
    }
}

impl Expectations {
    /// Reads a file; every entry must mean at least one of `scenarios`.
    ///
    /// # Errors
    /// [`ExpectationsError`].
    pub fn read(path: &Path, scenarios: &[Scenario]) -> Result<Self, ExpectationsError> {
        let text = fs::read_to_string(path)
            .map_err(|source| ExpectationsError::Unreadable { path: path.to_owned(), source })?;
        let file: File = toml::from_str(&text).map_err(|error| ExpectationsError::Unfit {
            path: path.to_owned(),
            message: error.to_string().trim_end().to_owned(),
        })?;
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
    pub(super) fn judge(&mut self, record: &mut Record) {
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
