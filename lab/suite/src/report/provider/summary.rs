//! The verdict as text, for people.

use std::io::{self, Write};

use clap::builder::styling::{AnsiColor, Style};

use super::verdict::{ProviderVerdict, RequirementVerdict, Standing};
use crate::event::{Event, Header, ScenarioResult};
use crate::report::Report;

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
    let mut lines = vec![format!("\n{} with Mattermost {}: {}", verdict.provider, verdict.mattermost, verdict.sentence())];
    if let Some(headline) = &verdict.headline {
        lines.push(format!("  {headline}"));
    }
    let standings = [Standing::NotMet, Standing::NotJudged, Standing::Met, Standing::NotAsked];
    for standing in standings {
        lines.extend(verdict.requirements.iter().filter(|it| it.verdict == standing).map(line));
    }
    lines.join("\n") + "\n"
}

fn line(requirement: &RequirementVerdict) -> String {
    let color = match requirement.verdict {
        Standing::Met => AnsiColor::Green,
        Standing::NotMet => AnsiColor::Red,
        Standing::NotJudged | Standing::NotAsked => AnsiColor::Yellow,
    };
    let style = Style::new().fg_color(Some(color.into()));
    let sign = requirement.verdict.sign();
    let reason = requirement.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    format!("{style}{sign}{style:#} {}{}{reason}", requirement.short, requirement.level_mark())
}
