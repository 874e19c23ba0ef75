//! What happens during a run, as data. Every report is made of these events and of nothing else.
//!
//! The JSON form is stable: `lab/schemas/run-events.schema.json` describes it and [`FORMAT_VERSION`] names it.

use std::collections::BTreeMap;
use std::time::Duration;

use gitlab_mattermost_core::document::Shown;
use serde::{Deserialize, Serialize};

use crate::known_deviation::{KnownDeviation, Tally};
use crate::scenario::Heading;
use crate::shard::Shard;
use gitlab_mattermost_ground::exchange::Exchange;

/// Version of the JSON form of events; it rises when a reader of the old form could go wrong.
pub const FORMAT_VERSION: u32 = 3;

/// One thing that happened. A run is `RunStarted`, then two events a scenario, then `RunFinished`.
///
/// A record without its `RunFinished` is of a run that did not come to its end.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The lab stands and the scenarios are known.
    RunStarted(Header),
    /// A scenario begins; scenarios that are skipped or not run never do.
    ScenarioStarted {
        /// Its id.
        id: String,
    },
    /// All is known of a scenario. Each selected scenario has exactly one such event.
    ScenarioFinished(Box<ScenarioResult>),
    /// Nothing more comes.
    RunFinished(Footer),
}

/// What is known before the first scenario.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// Version of this program.
    pub program_version: String,
    /// When the run began.
    pub started_at: jiff::Timestamp,
    /// How many scenarios were selected.
    pub scenarios: usize,
    /// How many are played at the same time.
    pub jobs: usize,
    /// The part of the suite that was selected; `None` for all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// The words of the command that runs the same features against the same subjects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// What stood in each slot of the lab: slot to subject, as a person reads it.
    #[serde(default)]
    pub subjects: BTreeMap<String, String>,
    /// Where the run was played: what is known of the machine and its programs.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
}

/// How the run ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Footer {
    /// How many scenarios ended how.
    pub counts: Counts,
    /// What became of each known deviation that means a scenario of the selection.
    pub listed: Vec<Tally>,
    /// Known deviations that no longer happen: all that they mean passed. They fail the run as a deviation does. A part of
    /// a split suite judges only those of which it holds every scenario.
    pub no_longer: Vec<KnownDeviation>,
    /// Whether a signal ended the run early, or a part that answers no more did.
    pub interrupted: bool,
    /// The part that answers no more, and why, if that ended the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent: Option<String>,
    /// How long the run took, the start of the lab left out.
    #[serde(rename = "duration_ms", with = "milliseconds")]
    pub duration: Duration,
}

/// How many scenarios ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// See [`Outcome::Passed`].
    pub passed: usize,
    /// See [`Outcome::Failed`].
    pub failed: usize,
    /// See [`Outcome::Errored`].
    pub errored: usize,
    /// See [`Outcome::KnownDeviation`].
    pub known_deviations: usize,
    /// See [`Outcome::Skipped`].
    pub skipped: usize,
    /// See [`Outcome::NotRun`].
    pub not_run: usize,
}

impl Counts {
    /// Counts one more outcome.
    pub fn add(&mut self, outcome: &Outcome) {
        *match outcome {
            Outcome::Passed => &mut self.passed,
            Outcome::Failed { .. } => &mut self.failed,
            Outcome::Errored { .. } => &mut self.errored,
            Outcome::KnownDeviation { .. } => &mut self.known_deviations,
            Outcome::Skipped { .. } => &mut self.skipped,
            Outcome::NotRun { .. } => &mut self.not_run,
        } += 1;
    }

    /// All scenarios together.
    pub const fn total(&self) -> usize {
        self.passed + self.failed + self.errored + self.known_deviations + self.skipped + self.not_run
    }
}

/// All that is known of one scenario of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ScenarioResult {
    /// Id, title and section of the scenario.
    #[serde(flatten)]
    pub heading: Heading,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// How long it took; zero if it was not begun.
    #[serde(rename = "duration_ms", with = "milliseconds")]
    pub duration: Duration,
    /// The steps that were begun, in order.
    pub steps: Vec<PlayedStep>,
    /// The HTTP messages observed, in order, secrets masked.
    pub exchanges: Vec<Exchange>,
}

/// A step that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlayedStep {
    /// Keyword and text as written.
    pub text: String,
    /// How long it took; of the step that ended the scenario, until then.
    #[serde(rename = "duration_ms", with = "milliseconds")]
    pub duration: Duration,
}

/// How a scenario ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// Every step held.
    Passed,
    /// A step did not hold: its check found a deviation, it panicked, or the time limit passed.
    Failed {
        /// What did not hold.
        failure: Failure,
    },
    /// It could not be judged: a step is undefined or ambiguous, or could not do its work.
    Errored {
        /// What went wrong.
        failure: Failure,
    },
    /// A step did not hold, as a list of known deviations says.
    KnownDeviation {
        /// What did not hold.
        failure: Failure,
        /// Why that is known.
        reason: String,
        /// Where it is followed up.
        link: String,
    },
    /// A subject lacks what the scenario needs, so it was not begun.
    Skipped {
        /// The need, and why it is not met.
        reason: String,
    },
    /// The run was interrupted before the scenario's end.
    NotRun {
        /// By what.
        reason: String,
    },
}

impl Outcome {
    /// The outcome in one word or two.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed { .. } => "failed",
            Self::Errored { .. } => "errored",
            Self::KnownDeviation { .. } => "known deviation",
            Self::Skipped { .. } => "skipped",
            Self::NotRun { .. } => "not run",
        }
    }

    /// Whether it speaks against the run.
    pub const fn is_bad(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::Errored { .. })
    }

    /// Why it did not pass, if it was begun and did not.
    pub const fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed { failure } | Self::Errored { failure } | Self::KnownDeviation { failure, .. } => {
                Some(failure)
            }
            Self::Passed | Self::Skipped { .. } | Self::NotRun { .. } => None,
        }
    }

    /// What it shows of a claim that the scenario `id` checks: what could not be judged shows nothing.
    pub fn shown(&self, id: &str) -> Shown {
        match self {
            Self::Passed => Shown::Holds,
            Self::Failed { failure } | Self::KnownDeviation { failure, .. } => Shown::Wrong {
                what: format!("scenario `{id}`: {}", failure.requirement),
                evidence: failure.in_one_line(),
            },
            Self::Errored { .. } | Self::Skipped { .. } | Self::NotRun { .. } => Shown::Nothing,
        }
    }
}

/// Why a scenario did not pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The step it happened in: keyword and text.
    pub step: String,
    /// The requirement that is not met; the scenario's name where the step says nothing closer.
    pub requirement: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub actual: String,
}

impl Failure {
    /// The first lines of what was expected and what was found.
    fn in_one_line(&self) -> String {
        let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
        format!("expected {}, found {}", first(&self.expected), first(&self.actual))
    }
}

/// Durations as whole milliseconds.
mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}
