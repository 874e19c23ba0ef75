//! What several scenarios did not pass for: the same words, but for what differs from one scenario to the next.

use crate::event::{Outcome, ScenarioResult};

/// Scenarios of one outcome and one cause.
#[derive(Debug)]
pub(super) struct Cause {
    /// Of the first scenario, whose words stand for all.
    pub first: ScenarioResult,
    /// The ids of the others.
    pub others: Vec<String>,
    key: String,
}

impl Cause {
    /// How many scenarios there are.
    pub fn scenarios(&self) -> usize {
        1 + self.others.len()
    }

    /// The ids of all.
    pub fn ids(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.first.heading.id).chain(&self.others)
    }

    /// The cause in one line.
    pub fn line(&self) -> &str {
        match &self.first.outcome {
            Outcome::Skipped { reason } | Outcome::NotRun { reason } => first_line(reason),
            outcome => match outcome.failure() {
                // What found no words of its own is called after its scenario, which says nothing of the others.
                Some(failure) if failure.requirement == self.first.heading.name && !self.others.is_empty() => {
                    first_line(&failure.actual)
                }
                Some(failure) => &failure.requirement,
                None => "",
            },
        }
    }
}

/// The causes of a run, in the order in which they came up.
#[derive(Debug, Default)]
pub(super) struct Causes(Vec<Cause>);

impl Causes {
    /// The causes of these scenarios that did not hold, those of most scenarios first.
    pub fn of_bad(records: &[ScenarioResult]) -> Vec<Cause> {
        let mut causes = Self::default();
        for record in records.iter().filter(|record| record.outcome.is_bad()) {
            causes.take(record);
        }
        causes.0.sort_by_key(|cause| std::cmp::Reverse(cause.scenarios()));
        causes.0
    }

    /// Takes a scenario that did not pass; returns the id of the one before it that has the same cause, if there is one.
    pub fn take(&mut self, record: &ScenarioResult) -> Option<String> {
        let key = key(record);
        if let Some(known) = self.0.iter_mut().find(|cause| cause.key == key) {
            known.others.push(record.heading.id.clone());
            return Some(known.first.heading.id.clone());
        }
        self.0.push(Cause { first: record.clone(), others: Vec::new(), key });
        None
    }

    /// Those whose outcome `is_meant`.
    pub fn of(&self, is_meant: impl Fn(&Outcome) -> bool) -> impl Iterator<Item = &Cause> {
        self.0.iter().filter(move |cause| is_meant(&cause.first.outcome))
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// Equal for the same cause.
fn key(record: &ScenarioResult) -> String {
    let words = match &record.outcome {
        Outcome::Passed => String::new(),
        Outcome::Skipped { reason } | Outcome::NotRun { reason } => reason.clone(),
        Outcome::Failed { failure } | Outcome::Errored { failure } | Outcome::KnownDeviation { failure, .. } => {
            let own = failure.requirement == record.heading.name;
            let requirement = if own { "" } else { failure.requirement.as_str() };
            [requirement, &failure.expected, &failure.actual].join("\n")
        }
    };
    format!("{}\n{}", record.outcome.name(), without_numbers(&words))
}

/// The text with numbers that are given out anew each time (ports, processes, containers, ids) left out. Shorter ones, as a
/// status is, count.
fn without_numbers(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        let is_number = word.len() >= 4
            && word.chars().all(|c| c.is_ascii_hexdigit())
            && word.contains(|c: char| c.is_ascii_digit());
        plain.push_str(if is_number { "#" } else { &word });
        word.clear();
        plain.push(c);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::without_numbers;

    #[test]
    fn ports_and_ids_do_not_make_another_cause_but_a_status_does() {
        let same = ["no answer at 127.0.0.1:40123 from 4711a9", "no answer at 127.0.0.1:9999 from 0815bc"];
        assert_eq!(without_numbers(same[0]), without_numbers(same[1]));
        for (one, other) in [("status 302", "status 401"), ("a face", "a facade"), ("port 25", "port 80")] {
            assert_ne!(without_numbers(one), without_numbers(other));
        }
    }
}
