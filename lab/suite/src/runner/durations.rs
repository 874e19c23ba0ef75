//! How long each scenario took when it was last recorded, for splitting a suite into parts that take equally long.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use crate::report::{Recording, RecordingError};

/// Recorded with `mattermost-lab report durations`; `lab/suite/data/README.md` says on what.
const BUILT_IN: &str = include_str!("../../data/scenario-durations.csv");

/// Durations by scenario id.
#[derive(Debug, Clone)]
pub struct Durations {
    known: BTreeMap<String, Duration>,
    /// What a scenario nobody has timed is taken to need: the median of the known ones.
    usual: Duration,
}

impl Durations {
    /// The durations this program was built with.
    pub fn built_in() -> Self {
        let rows = BUILT_IN.lines().skip(1).filter_map(|row| row.split_once(','));
        rows.filter_map(|(id, time)| Some((id, time.parse::<u64>().ok()?))).collect()
    }

    /// The durations of a recorded run (`events.jsonl`).
    ///
    /// # Errors
    /// [`RecordingError`].
    pub fn recorded(file: &Path) -> Result<Self, RecordingError> {
        let recording = Recording::read(file)?;
        let records = recording.records.iter().filter(|record| !record.steps.is_empty());
        Ok(records.map(|record| (record.heading.id.as_str(), record.duration)).collect())
    }

    /// How long the scenario with this id takes.
    pub fn of(&self, id: &str) -> Duration {
        self.known.get(id).copied().unwrap_or(self.usual)
    }

    /// Two columns: id and milliseconds.
    pub fn to_csv(&self) -> String {
        let rows = self.known.iter().map(|(id, time)| format!("{id},{}\n", time.as_millis()));
        std::iter::once("id,milliseconds\n".to_owned()).chain(rows).collect()
    }
}

impl<'a> FromIterator<(&'a str, Duration)> for Durations {
    fn from_iter<I: IntoIterator<Item = (&'a str, Duration)>>(durations: I) -> Self {
        let known: BTreeMap<String, Duration> = durations.into_iter().map(|(id, time)| (id.to_owned(), time)).collect();
        let mut times: Vec<Duration> = known.values().copied().collect();
        times.sort_unstable();
        let usual = times.get(times.len() / 2).copied().unwrap_or(Duration::from_millis(1));
        Self { known, usual }
    }
}

impl<'a> FromIterator<(&'a str, u64)> for Durations {
    fn from_iter<I: IntoIterator<Item = (&'a str, u64)>>(durations: I) -> Self {
        durations.into_iter().map(|(id, time)| (id, Duration::from_millis(time))).collect()
    }
}

impl<const N: usize> From<[(&str, u64); N]> for Durations {
    fn from(durations: [(&str, u64); N]) -> Self {
        durations.into_iter().collect()
    }
}
