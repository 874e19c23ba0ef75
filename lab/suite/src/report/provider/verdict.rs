//! The verdict over a provider, made of the record of a run.

use std::collections::BTreeMap;

use gitlab_mattermost_core::provider_requirement::{self, Requirement};
use serde::{Deserialize, Serialize};

use crate::event::{Header, Outcome, ScenarioResult};

/// Version of the JSON form, which `lab/schemas/provider-verdict.schema.json` describes.
const FORMAT_VERSION: u32 = 1;
/// Most characters of a reason.
const LONGEST: usize = 300;

/// How a provider stands by a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It meets it.
    Met,
    /// It does not.
    NotMet,
    /// It was asked, but something else went wrong before it could be judged.
    NotJudged,
    /// It was not asked: an ability is missing.
    NotAsked,
}

impl Standing {
    /// A sign for it.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Met => "✓",
            Self::NotMet => "✗",
            Self::NotJudged => "?",
            Self::NotAsked => "–",
        }
    }

    /// The verdict in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not met",
            Self::NotJudged => "not judged",
            Self::NotAsked => "not asked",
        }
    }
}

/// A requirement and how the provider stands by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequirementVerdict {
    /// The requirement's name.
    pub id: String,
    /// What a provider does that meets it.
    pub short: String,
    /// `must`, `should` or `may`.
    pub level: String,
    /// Where it comes from.
    pub source: Vec<String>,
    /// How the provider stands by it.
    pub verdict: Standing,
    /// Why, where it is not met, not judged or not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The scenarios of the run that asked for it, and how each ended.
    pub scenarios: BTreeMap<String, String>,
}

/// All requirements, and how a provider stands by them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderVerdict {
    /// Version of this form.
    pub format_version: u32,
    /// What stood in GitLab's place.
    pub provider: String,
    /// What stood in Mattermost's.
    pub mattermost: String,
    /// When the run began.
    pub started_at: jiff::Timestamp,
    /// How many requirements stand how, by level.
    pub counts: BTreeMap<String, BTreeMap<Standing, usize>>,
    /// The reason of the first requirement that must be met and is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// Each requirement that the run asked for.
    pub requirements: Vec<RequirementVerdict>,
}

impl ProviderVerdict {
    /// The verdict of a run; nothing if the run asked for no requirement.
    pub fn of(header: &Header, records: &[ScenarioResult]) -> Option<Self> {
        let requirements: Vec<_> =
            provider_requirement::all().iter().filter_map(|it| RequirementVerdict::of(it, records)).collect();
        if requirements.is_empty() {
            return None;
        }
        let mut counts: BTreeMap<String, BTreeMap<Standing, usize>> = BTreeMap::new();
        for requirement in &requirements {
            *counts.entry(requirement.level.clone()).or_default().entry(requirement.verdict).or_default() += 1;
        }
        let subject = |slot: &str| header.subjects.get(slot).cloned().unwrap_or_default();
        let broken = requirements.iter().find(|it| it.verdict == Standing::NotMet && it.level == "must");
        Some(Self {
            format_version: FORMAT_VERSION,
            provider: subject("GitLab"),
            mattermost: subject("Mattermost"),
            started_at: header.started_at,
            counts,
            headline: broken.map(|it| format!("{}: {}", it.short, it.reason.clone().unwrap_or_default())),
            requirements,
        })
    }

    /// How many requirements of a level stand so.
    pub fn count(&self, level: &str, standing: Standing) -> usize {
        self.counts.get(level).and_then(|counts| counts.get(&standing)).copied().unwrap_or(0)
    }

    /// The verdict in a line.
    pub fn sentence(&self) -> String {
        let of = |level: &str| {
            let (met, not) = (self.count(level, Standing::Met), self.count(level, Standing::NotMet));
            let open = self.count(level, Standing::NotJudged);
            let open = if open > 0 { format!(", {open} not judged") } else { String::new() };
            (met + not > 0 || !open.is_empty())
                .then(|| format!("{met} of {} met ({}){open}", met + not, level.to_uppercase()))
        };
        let parts: Vec<String> = ["must", "should", "may"].into_iter().filter_map(of).collect();
        if parts.is_empty() { "nothing could be asked".to_owned() } else { parts.join(", ") }
    }
}

impl RequirementVerdict {
    /// The verdict over one requirement; nothing if no scenario of the run asks for it.
    fn of(requirement: &Requirement, records: &[ScenarioResult]) -> Option<Self> {
        let asking: Vec<&ScenarioResult> =
            records.iter().filter(|record| requirement.is_asked_by(&record.heading.id)).collect();
        let first = |wanted: fn(&Outcome) -> bool| asking.iter().find(|record| wanted(&record.outcome));
        let failed = |outcome: &Outcome| matches!(outcome, Outcome::Failed { .. } | Outcome::KnownDeviation { .. });
        let open = |outcome: &Outcome| matches!(outcome, Outcome::Errored { .. } | Outcome::NotRun { .. });
        let passed = |outcome: &Outcome| matches!(outcome, Outcome::Passed);
        let (verdict, telling) = match (first(failed), first(open), first(passed)) {
            (Some(record), ..) => (Standing::NotMet, Some(record)),
            (None, Some(record), _) => (Standing::NotJudged, Some(record)),
            (None, None, Some(_)) => (Standing::Met, None),
            (None, None, None) => (Standing::NotAsked, Some(asking.first()?)),
        };
        Some(Self {
            id: requirement.id.clone(),
            short: requirement.short.clone(),
            level: requirement.level.clone(),
            source: requirement.source.clone(),
            verdict,
            reason: telling.map(|record| reason(record)),
            scenarios: asking.iter().map(|it| (it.heading.id.clone(), it.outcome.name().to_owned())).collect(),
        })
    }

    /// The level as it is written in standards, where it matters: of what is not met.
    pub fn level_mark(&self) -> String {
        if self.verdict == Standing::NotMet { format!(" ({})", self.level.to_uppercase()) } else { String::new() }
    }
}

/// Why a scenario did not pass, in a line.
fn reason(record: &ScenarioResult) -> String {
    let text = match &record.outcome {
        Outcome::Skipped { reason } | Outcome::NotRun { reason } => {
            reason.split_once(": ").map_or(reason.as_str(), |(_, reason)| reason).to_owned()
        }
        outcome => {
            let failure = outcome.failure();
            let actual = failure.map(|failure| failure.actual.as_str()).unwrap_or_default();
            // What stands after the finding are notes on the parts of the lab.
            let actual = actual.split("\nnote: ").next().unwrap_or_default();
            row_of(&record.heading.id).map_or_else(|| actual.to_owned(), |row| format!("{row}: {actual}"))
        }
    };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    line.chars().take(LONGEST).chain("…".chars()).collect()
}

/// The row of an outline that a scenario is, in words.
fn row_of(id: &str) -> Option<String> {
    id.splitn(3, '/').nth(2).map(|row| row.replace('-', " "))
}
