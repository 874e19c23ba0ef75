//! A recorded run (`events.jsonl`), read back; and several parts of one run, put together again.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use gitlab_mattermost_ground::named_input;
use serde::Deserialize;

use crate::event::{Counts, Event, FORMAT_VERSION, Footer, Header, ScenarioResult};
use crate::known_deviation::Tally;
use crate::shard::Shard;

/// A run as it was recorded.
#[derive(Debug, Clone)]
pub struct Recording {
    /// What was known before the first scenario.
    pub header: Header,
    /// What is known of every scenario, in order of their ids.
    pub records: Vec<ScenarioResult>,
    /// How the run ended; nothing if it did not come to its end.
    pub footer: Option<Footer>,
}

/// Why a recording cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A line is no event.
    #[error("`{}`, line {line}: this is no event of a run; give the file `events.jsonl` of a report", path.display())]
    NoEvent {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        /// What the reader of JSON says.
        source: serde_json::Error,
    },
    /// A version of the form that this program does not know.
    #[error("`{}` has format version {found}; this program reads {FORMAT_VERSION}", path.display())]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// The version it says.
        found: u64,
    },
    /// The events do not make a run.
    #[error("`{}` is no record of one run: {what}", path.display())]
    NoRun {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// Recordings that are not parts of the same whole.
    #[error("these recordings are not parts of one run: {what}")]
    NotOneRun {
        /// What tells them apart.
        what: String,
    },
}

impl Recording {
    /// Reads `events.jsonl`.
    ///
    /// # Errors
    /// [`RecordingError`], with the line where there is one.
    pub fn read(path: &Path) -> Result<Self, RecordingError> {
        let unreadable = |source| RecordingError::Unreadable { path: path.to_owned(), source };
        let lines = BufReader::new(named_input::open_path(path).map_err(unreadable)?).lines();
        let mut events = Vec::new();
        for (number, line) in (1..).zip(lines) {
            let line = line.map_err(unreadable)?;
            if number == 1 {
                refuse_other_version(path, &line)?;
            }
            let event: Event = serde_json::from_str(&line).map_err(|source| RecordingError::NoEvent {
                path: path.to_owned(),
                line: number,
                source,
            })?;
            events.push(event);
        }
        Self::of(events).map_err(|what| RecordingError::NoRun { path: path.to_owned(), what })
    }

    fn of(events: Vec<Event>) -> Result<Self, String> {
        let mut events = events.into_iter();
        let Some(Event::RunStarted(header)) = events.next() else {
            return Err("it does not begin with `run-started`".to_owned());
        };
        let mut recording = Self { header, records: Vec::new(), footer: None };
        for event in events {
            if recording.footer.is_some() {
                return Err("something follows its `run-finished`".to_owned());
            }
            match event {
                Event::RunStarted(_) => return Err("it begins twice".to_owned()),
                Event::ScenarioStarted { .. } => {}
                Event::ScenarioFinished(record) => recording.records.push(*record),
                Event::RunFinished(footer) => recording.footer = Some(footer),
            }
        }
        recording.records.sort_by(|a, b| a.heading.id.cmp(&b.heading.id));
        match twice(&recording.records) {
            Some(id) => Err(format!("scenario `{id}` ends twice in it")),
            None => Ok(recording),
        }
    }

    /// How many scenarios ended how.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.records.iter().for_each(|record| counts.add(&record.outcome));
        counts
    }

    /// Whether the run came to its end with every scenario played.
    pub fn is_complete(&self) -> bool {
        self.footer.as_ref().is_some_and(|footer| !footer.interrupted)
    }

    /// The events of this run, scenarios in the order of their ids. A run that did not come to its end counts as
    /// interrupted.
    pub fn into_events(self) -> impl Iterator<Item = Event> {
        let counts = self.counts();
        let duration = self.records.iter().map(|record| record.duration).sum();
        let footer = self.footer.unwrap_or(Footer {
            counts,
            listed: Vec::new(),
            no_longer: Vec::new(),
            interrupted: true,
            silent: None,
            duration,
        });
        let records = self.records.into_iter().map(|record| Event::ScenarioFinished(Box::new(record)));
        std::iter::once(Event::RunStarted(self.header)).chain(records).chain([Event::RunFinished(footer)])
    }

    /// Puts the parts of one run together: every scenario once, the time of the longest part.
    ///
    /// # Errors
    /// [`RecordingError::NotOneRun`] if they were played against different subjects or by different versions of this
    /// program, if a scenario is in two of them, or if a part of a split suite is missing.
    pub fn merge(parts: Vec<Self>) -> Result<Self, RecordingError> {
        let differ = |what: String| RecordingError::NotOneRun { what };
        let mut parts = parts.into_iter();
        let Some(mut whole) = parts.next() else { return Err(differ("there are none".to_owned())) };
        let mut shards = vec![whole.header.shard];
        for part in parts {
            same(&whole.header, &part.header).map_err(differ)?;
            shards.push(part.header.shard);
            whole.header.started_at = whole.header.started_at.min(part.header.started_at);
            whole.header.scenarios += part.header.scenarios;
            whole.header.jobs = whole.header.jobs.max(part.header.jobs);
            whole.records.extend(part.records);
            let split = part.header.shard.is_some();
            whole.footer = together(whole.footer, part.footer, split).map_err(differ)?;
        }
        missing(&shards).map_err(differ)?;
        whole.header.shard = None;
        whole.records.sort_by(|a, b| a.heading.id.cmp(&b.heading.id));
        if let Some(id) = twice(&whole.records) {
            return Err(differ(format!("scenario `{id}` is in two of them")));
        }
        let counts = whole.counts();
        whole.footer = whole.footer.map(|footer| Footer { counts, no_longer: Tally::over(&footer.listed), ..footer });
        Ok(whole)
    }
}

/// Looks at nothing but the version that the first line says: the rest of another version's form may be anything.
fn refuse_other_version(path: &Path, first_line: &str) -> Result<(), RecordingError> {
    #[derive(Deserialize)]
    struct Versioned {
        format_version: u64,
    }
    match serde_json::from_str(first_line) {
        Ok(Versioned { format_version: found }) if found != u64::from(FORMAT_VERSION) => {
            Err(RecordingError::OtherVersion { path: path.to_owned(), found })
        }
        // A line without a version is not a header; the reader that expects one reports it.
        _ => Ok(()),
    }
}

fn twice(records: &[ScenarioResult]) -> Option<&str> {
    let id = |record| -> &str {
        let record: &ScenarioResult = record;
        &record.heading.id
    };
    records.windows(2).find(|two| id(&two[0]) == id(&two[1])).map(|two| id(&two[0]))
}

fn same(first: &Header, other: &Header) -> Result<(), String> {
    if first.program_version != other.program_version {
        return Err(format!("versions {} and {} of this program", first.program_version, other.program_version));
    }
    let slots: BTreeSet<&String> = first.subjects.keys().chain(other.subjects.keys()).collect();
    let stood = |subjects: &BTreeMap<String, String>, slot| subjects.get(slot).cloned().unwrap_or_default();
    for slot in slots {
        let (one, two) = (stood(&first.subjects, slot), stood(&other.subjects, slot));
        if one != two {
            return Err(format!("{slot} was `{one}` in one and `{two}` in another"));
        }
    }
    Ok(())
}

/// Refuses a split suite of which a part is not there; parts that were selected by other means may be merged freely.
fn missing(shards: &[Option<Shard>]) -> Result<(), String> {
    let given: BTreeSet<Shard> = shards.iter().flatten().copied().collect();
    let sizes: BTreeSet<usize> = given.iter().map(|shard| shard.of()).collect();
    match sizes.iter().copied().collect::<Vec<_>>()[..] {
        [] => Ok(()),
        [of] if given.len() == of => Ok(()),
        [of] => {
            let missing: Vec<String> =
                Shard::all(of).filter(|shard| !given.contains(shard)).map(|shard| shard.to_string()).collect();
            Err(format!("the part {} is missing", missing.join(", ")))
        }
        _ => Err("the suite was split into different numbers of parts".to_owned()),
    }
}

/// The footer of two parts; nothing where one did not come to its end. Parts of a `split` suite count the scenarios that a
/// known deviation means over the whole, others each over their own selection.
fn together(one: Option<Footer>, other: Option<Footer>, split: bool) -> Result<Option<Footer>, String> {
    let (Some(one), Some(other)) = (one, other) else { return Ok(None) };
    let mut listed = one.listed;
    let mut more = other.listed;
    for tally in &mut listed {
        let same = |part: &Tally| part.deviation == tally.deviation;
        match more.iter().position(same).map(|at| more.remove(at)) {
            Some(part) if split && part.means != tally.means => {
                let scenario = &tally.deviation.scenario;
                return Err(format!(
                    "the known deviation `{scenario}` means {} and {} scenarios",
                    tally.means, part.means
                ));
            }
            Some(part) => {
                tally.means += if split { 0 } else { part.means };
                tally.add(&part);
            }
            None if split => return Err(not_listed(tally)),
            None => {}
        }
    }
    if let Some(tally) = more.first().filter(|_| split) {
        return Err(not_listed(tally));
    }
    listed.extend(more);
    let (interrupted, duration) = (one.interrupted || other.interrupted, one.duration.max(other.duration));
    let silent = one.silent.clone().or(other.silent);
    Ok(Some(Footer { interrupted, silent, duration, listed, ..one }))
}

fn not_listed(tally: &Tally) -> String {
    format!("the known deviation `{}` is listed in one alone", tally.deviation.scenario)
}
