//! How long each scenario took when it was last recorded, and the split of a suite into parts that take equally long.
//!
//! Scenarios go to the part that has least to do, longest first, so every machine that knows the same durations splits
//! alike.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use crate::recording::{Recording, RecordingError};
use crate::shard::Shard;

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

    /// The places, in order, of those `ids` that belong to the part `shard` of the suite.
    pub fn places(&self, shard: Shard, ids: &[&str]) -> Vec<usize> {
        let mut longest_first: Vec<usize> = (0..ids.len()).collect();
        longest_first.sort_by_key(|&place| (std::cmp::Reverse(self.of(ids[place])), ids[place]));
        let mut busy: BTreeMap<usize, u128> = (1..=shard.of()).map(|part| (part, 0)).collect();
        let mut mine = Vec::new();
        for place in longest_first {
            let Some((&part, _)) = busy.iter().min_by_key(|&(part, time)| (*time, *part)) else { break };
            *busy.entry(part).or_default() += self.of(ids[place]).as_millis().max(1);
            if part == shard.part() {
                mine.push(place);
            }
        }
        mine.sort_unstable();
        mine
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

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str) -> Shard {
        text.parse().unwrap()
    }

    #[test]
    fn the_parts_share_the_time_and_not_the_number() {
        let durations = Durations::from([("long", 900), ("b", 300), ("c", 300), ("d", 300)]);
        let ids = ["b", "c", "long", "d"];
        assert_eq!(durations.places(part("1/2"), &ids), [2]);
        assert_eq!(durations.places(part("2/2"), &ids), [0, 1, 3]);
    }

    #[test]
    fn scenarios_that_took_no_time_are_shared_out_too() {
        let durations = Durations::from([("a", 0), ("b", 0)]);
        assert_eq!(durations.places(part("2/2"), &["a", "b"]), [1]);
    }
}
