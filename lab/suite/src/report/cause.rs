//! Why scenarios did not hold, said once for all of them that did not hold for the same reason.

use std::collections::HashMap;

use crate::event::{Failure, ScenarioResult};

/// What several scenarios did not hold for.
#[derive(Debug)]
pub struct Cause<'a> {
    /// The failure of the first of them.
    pub failure: &'a Failure,
    /// The scenarios, in the order of the run.
    pub records: Vec<&'a ScenarioResult>,
}

/// The causes of what did not hold, those of most scenarios first. Two scenarios share a cause if the same was required of
/// them and the same was found; numbers and ids in it may differ.
pub fn causes<'a>(records: impl IntoIterator<Item = &'a ScenarioResult>) -> Vec<Cause<'a>> {
    let mut causes: Vec<Cause<'a>> = Vec::new();
    let mut known: HashMap<(bool, String), usize> = HashMap::new();
    for record in records.into_iter().filter(|record| record.outcome.is_bad()) {
        let Some(failure) = record.outcome.failure() else { continue };
        // What cannot do its work says in `actual` why; what it would have shown does not matter then.
        let errored = matches!(record.outcome, crate::event::Outcome::Errored { .. });
        let required = if errored { "" } else { failure.requirement.as_str() };
        let key = (errored, format!("{required}\n{}", without_numbers(&failure.actual)));
        match known.get(&key) {
            Some(&place) => causes[place].records.push(record),
            None => {
                known.insert(key, causes.len());
                causes.push(Cause { failure, records: vec![record] });
            }
        }
    }
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.records.len()));
    causes
}

/// The first line, with every word that has a digit in it taken for any other such word.
fn without_numbers(text: &str) -> String {
    let words = text.lines().next().unwrap_or_default().split_whitespace();
    let words = words.map(|word| if word.contains(|c: char| c.is_ascii_digit()) { "#" } else { word });
    words.collect::<Vec<_>>().join(" ")
}
