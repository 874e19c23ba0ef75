//! `cucumber.json`, the form that tools around Cucumber read: a feature with its scenarios, a scenario with its steps.
//!
//! Durations are whole nanoseconds, as Cucumber has them.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use gitlab_mattermost_ground::visible::to_json;
use serde_json::{Value, json};

use super::{Report, describe};
use crate::event::{Event, Outcome, ScenarioResult};
use crate::scenario::slug;

/// Writes one JSON document at the end of the run; a run that does not come to its end leaves an empty file.
#[derive(Debug)]
pub struct CucumberJson<W> {
    to: W,
    features: BTreeMap<String, Vec<(u64, Value)>>,
}

impl<W: Write> CucumberJson<W> {
    /// Writes to `to`.
    pub const fn new(to: W) -> Self {
        Self { to, features: BTreeMap::new() }
    }
}

impl<W: Write> Report for CucumberJson<W> {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(_) | Event::ScenarioStarted { .. } => Ok(()),
            Event::ScenarioFinished(record) => {
                let (file, line) = place(&record.heading.location);
                self.features.entry(file.to_owned()).or_default().push((line, element(record)));
                Ok(())
            }
            Event::RunFinished(_) => {
                let features = std::mem::take(&mut self.features);
                let document: Vec<Value> =
                    features.into_iter().map(|(file, elements)| feature(&file, elements)).collect();
                self.to.write_all(to_json(&document)?.as_bytes())?;
                self.to.flush()
            }
        }
    }
}

/// File and line of a location.
fn place(location: &str) -> (&str, u64) {
    let (file, line) = location.rsplit_once(':').unwrap_or((location, ""));
    (file, line.parse().unwrap_or(0))
}

fn feature(file: &str, mut elements: Vec<(u64, Value)>) -> Value {
    elements.sort_by_key(|(line, _)| *line);
    let stem = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".feature");
    let elements: Vec<Value> = elements.into_iter().map(|(_, element)| element).collect();
    json!({
        "uri": file, "id": slug(stem), "keyword": "Feature", "name": stem, "description": "", "line": 1,
        "elements": elements,
    })
}

fn element(record: &ScenarioResult) -> Value {
    let heading = &record.heading;
    let (_, line) = place(&heading.location);
    let tags = [heading.section.clone(), heading.level.to_string()].into_iter().chain(heading.needs.iter().cloned());
    let tags: Vec<Value> = tags.map(|tag| json!({"name": format!("@{tag}"), "line": line})).collect();
    json!({
        "id": heading.id, "keyword": "Scenario", "type": "scenario", "name": heading.name, "description": "",
        "line": line, "tags": tags, "steps": steps(record, line),
    })
}

/// The steps that were begun. One that was not begun has one step with the reason, as tools count steps.
fn steps(record: &ScenarioResult, line: u64) -> Vec<Value> {
    let step = |text: &str, result: Value| {
        let (keyword, name) = text.split_once(' ').unwrap_or(("", text));
        json!({"keyword": format!("{keyword} "), "name": name, "line": line, "match": {"location": ""}, "result": result})
    };
    let nanos = |duration: Duration| u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
    if let Outcome::Skipped { reason } | Outcome::NotRun { reason } = &record.outcome {
        return vec![step("Given the scenario is played", json!({"status": "skipped", "error_message": reason}))];
    }
    let last = record.steps.len().saturating_sub(1);
    let played = record.steps.iter().enumerate().map(|(index, played)| {
        let duration = nanos(played.duration);
        let result = match (&record.outcome, index == last) {
            (Outcome::Passed, _) | (_, false) => json!({"status": "passed", "duration": duration}),
            (Outcome::KnownDeviation { reason, .. }, true) => {
                json!({"status": "pending", "duration": duration, "error_message": reason})
            }
            (_, true) => json!({"status": "failed", "duration": duration, "error_message": describe(record)}),
        };
        step(&played.text, result)
    });
    played.collect()
}
