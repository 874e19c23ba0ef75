//! Playing the scenarios that the registry names for a page: the program runs itself, reads the events, and judges each
//! piece by those of its scenarios.
//!
//! A process of its own, so that the suite is used as anybody uses it, and a signal ends both.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use gitlab_mattermost_core::document::claims::means;
use gitlab_mattermost_core::document::{Examination, Examined, Recognised, Shown};
use serde::Serialize;

use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_stage::subject::Choices;
use gitlab_mattermost_suite::event::{Event, Outcome};

/// How a scenario ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Played {
    /// In one word: passed, failed, errored, known-deviation, skipped, not-run.
    pub outcome: String,
    /// The requirement that is not met, or why it was not played.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What it shows of a claim.
    #[serde(skip)]
    shown: Shown,
}

impl Played {
    fn of(id: &str, outcome: &Outcome) -> Self {
        let why = match outcome {
            Outcome::Skipped { reason } | Outcome::NotRun { reason } => Some(reason.clone()),
            ended => ended.failure().map(|failure| failure.requirement.clone()),
        };
        Self { outcome: outcome.name().replace(' ', "-"), why, shown: outcome.shown(id) }
    }

    /// Whether it speaks against the page, or could not be judged.
    pub fn is_bad(&self) -> bool {
        matches!(self.outcome.as_str(), "failed" | "errored" | "known-deviation" | "not-run")
    }
}

/// How the scenario `id`, or each row of the outline `id`, ended.
pub(super) fn of_id<'a>(
    id: &'a str,
    played: &'a BTreeMap<String, Played>,
) -> impl Iterator<Item = (&'a String, &'a Played)> {
    played.iter().filter(move |(other, _)| means(id, other))
}

/// Judges every piece by its scenarios.
pub(super) fn judge(examination: &mut Examination, played: &BTreeMap<String, Played>) {
    for piece in examination.pieces.iter_mut().filter(|piece| is_as_known(piece)) {
        let shown = piece.scenarios.iter().flat_map(|id| match of_id(id, played).next() {
            Some(_) => of_id(id, played).map(|(_, played)| played.shown.clone()).collect(),
            None => vec![Shown::Nothing],
        });
        let shown: Vec<Shown> = shown.collect();
        piece.judge_by(&shown);
    }
}

/// Whether the page says it as the 14.7 page does: a scenario checks what that page says.
fn is_as_known(piece: &Examined) -> bool {
    !matches!(piece.recognised, Recognised::Changed { .. })
}

/// Why scenarios were not played.
#[derive(Debug, thiserror::Error)]
pub enum NotPlayed {
    /// The program could not be run again.
    #[error("the program cannot be started once more")]
    Start(#[from] std::io::Error),
    /// It printed something that is no event.
    #[error("an event cannot be read")]
    Event(#[from] serde_json::Error),
    /// The lab did not start; it has said why.
    #[error("the lab did not start")]
    NotStarted,
    /// It ended otherwise than by its scenarios.
    #[error("`run` ended with status {status}")]
    Ended {
        /// The status, `signal` where there is none.
        status: String,
    },
}

/// Plays the scenarios of the page's claims that are as the 14.7 page has them, changed ones left out: they check what
/// that page says.
pub(super) fn play(examination: &Examination, choices: &Choices) -> Result<BTreeMap<String, Played>, NotPlayed> {
    let pieces = examination.pieces.iter().filter(|piece| is_as_known(piece));
    let ids: BTreeSet<&String> = pieces.flat_map(|piece| &piece.scenarios).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["run", "--format", "json"]).args(choices.as_arguments());
    for id in ids {
        command.args(["--only", id]);
    }
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let mut played = BTreeMap::new();
    if let Some(events) = child.stdout.take() {
        for line in BufReader::new(events).lines() {
            if let Event::ScenarioFinished(result) = serde_json::from_str(&line?)? {
                let id = result.heading.id;
                played.insert(id.clone(), Played::of(&id, &result.outcome));
            }
        }
    }
    let status = child.wait()?;
    match status.code() {
        // Where everything is skipped, the reasons are known.
        Some(0 | 1 | 4) => Ok(played),
        Some(code) if code == i32::from(Exit::NotStarted.code()) => Err(NotPlayed::NotStarted),
        code => Err(NotPlayed::Ended { status: code.map_or_else(|| "signal".to_owned(), |code| code.to_string()) }),
    }
}
