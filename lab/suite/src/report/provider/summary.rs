//! The verdict as text, for people.

use std::io::{self, Write};

use clap::builder::styling::{AnsiColor, Style};

use super::verdict::{ProviderVerdict, RequirementVerdict, Standing};
use crate::event::{Event, Header, ScenarioResult};
use crate::report::Report;
use crate::report::failure::visible;

/// Writes the verdict over the provider at the end of a run that asked for nothing else.
#[derive(Debug)]
pub struct ProviderSummary<W> {
    to: W,
    header: Option<Header>,
    records: Vec<ScenarioResult>,
    others: bool,
}

/// The section of the scenarios that ask for requirements.
const SECTION: &str = "mattermost-provider";

impl<W: Write> ProviderSummary<W> {
    /// Writes to `to`.
    pub const fn new(to: W) -> Self {
        Self { to, header: None, records: Vec::new(), others: false }
    }
}

impl<W: Write> Report for ProviderSummary<W> {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(header) => self.header = Some(header.clone()),
            Event::ScenarioStarted { .. } => {}
            Event::ScenarioFinished(record) if record.heading.section == SECTION => {
                let mut record = record.as_ref().clone();
                record.exchanges.clear();
                self.records.push(record);
            }
            Event::ScenarioFinished(_) => self.others = true,
            Event::RunFinished(_) => {
                let verdict = self.header.as_ref().and_then(|header| ProviderVerdict::of(header, &self.records));
                if let Some(verdict) = verdict.filter(|_| !self.others) {
                    self.to.write_all(text(&verdict).as_bytes())?;
                    self.to.flush()?;
                }
            }
        }
        Ok(())
    }
}

/// The verdict, a line for each requirement.
pub(super) fn text(verdict: &ProviderVerdict) -> String {
    let mut lines = vec![format!(
        "\n{} with Mattermost {}: {}",
        visible(&verdict.provider),
        verdict.mattermost,
        verdict.sentence()
    )];
    if let Some(headline) = &verdict.headline {
        lines.push(format!("  {}", visible(headline)));
    }
    for standing in [Standing::NotMet, Standing::NotJudged, Standing::Met, Standing::NotAsked] {
        let standing_so: Vec<_> = verdict.requirements.iter().filter(|it| it.verdict == standing).collect();
        match standing {
            Standing::NotMet | Standing::Met => lines.extend(standing_so.into_iter().map(line)),
            Standing::NotJudged | Standing::NotAsked => lines.extend(grouped(&standing_so)),
        }
    }
    lines.join("\n") + "\n"
}

/// A line for each reason, with all that it keeps from being judged.
fn grouped(requirements: &[&RequirementVerdict]) -> Vec<String> {
    let mut groups: Vec<(&str, Vec<&RequirementVerdict>)> = Vec::new();
    for requirement in requirements {
        let reason = requirement.reason.as_deref().unwrap_or_default();
        // What is behind it all, whatever was to be judged: `…: this cannot be judged without a code, and there is none: …`.
        let cause = reason.split_once("there is none: ").or_else(|| reason.split_once("nobody is signed in: "));
        let cause = cause.map_or(reason, |(_, cause)| cause);
        // A long one may have been cut.
        let begins = |one: &str, other: &str| one.starts_with(other.trim_end_matches('…'));
        match groups.iter_mut().find(|(known, _)| begins(known, cause) || begins(cause, known)) {
            Some((_, group)) => group.push(requirement),
            None => groups.push((cause, vec![requirement])),
        }
    }
    let told = groups.into_iter().filter_map(|(cause, group)| {
        let sign = sign(group.first()?.verdict);
        let names: Vec<&str> = group.iter().map(|it| it.short.as_str()).collect();
        let why = if group.first()?.verdict == Standing::NotJudged { "not judged" } else { "not asked" };
        Some(format!("{sign} {why} ({}): {}", visible(cause), names.join(", ")))
    });
    told.collect()
}

/// The sign of a standing in its colour.
fn sign(standing: Standing) -> String {
    let color = match standing {
        Standing::Met => AnsiColor::Green,
        Standing::NotMet => AnsiColor::Red,
        Standing::NotJudged | Standing::NotAsked => AnsiColor::Yellow,
    };
    let style = Style::new().fg_color(Some(color.into()));
    format!("{style}{}{style:#}", standing.sign())
}

fn line(requirement: &RequirementVerdict) -> String {
    let sign = sign(requirement.verdict);
    let reason = requirement.reason.as_ref().map(|reason| format!(": {}", visible(reason))).unwrap_or_default();
    format!("{sign} {}{}{reason}", requirement.short, requirement.level_mark())
}
