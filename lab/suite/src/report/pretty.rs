//! For people: one line a scenario, each failure in full when it happens and again in short at the end.

use std::io::{self, Write};
use std::time::Duration;

use clap::builder::styling::{AnsiColor, Style};

use super::rerun::rerun;
use super::{Report, describe, write_line};
use crate::event::{Counts, Event, Footer, Outcome, ScenarioResult};
use crate::known_deviation::KnownDeviation;

/// Writes text, styled; `anstream` takes the styles out again where they are not wanted.
#[derive(Debug)]
pub struct Pretty<W> {
    to: W,
    rerun: Vec<String>,
    durations: bool,
    not_passed: Vec<ScenarioResult>,
}

impl<W: Write> Pretty<W> {
    /// Writes to `to`.
    ///
    /// `rerun` are the words of the command that runs the same features against the same subjects; the report adds
    /// the `--only`. Without `durations` two equal runs print the same.
    pub const fn new(to: W, rerun: Vec<String>, durations: bool) -> Self {
        Self { to, rerun, durations, not_passed: Vec::new() }
    }

    fn finished(&mut self, record: &ScenarioResult) -> io::Result<()> {
        let (id, outcome) = (&record.heading.id, styled(&record.outcome));
        let time = self.time(record.duration);
        match &record.outcome {
            Outcome::Passed => write_line(&mut self.to, &format!("{outcome} {id}{time}")),
            Outcome::KnownDeviation { failure, reason, link } => {
                let line = format!("{outcome} {id}{time}: {}\n    {reason} ({link})", failure.requirement);
                write_line(&mut self.to, &line)
            }
            Outcome::Skipped { reason } | Outcome::NotRun { reason } => {
                write_line(&mut self.to, &format!("{outcome} {id}: {reason}"))
            }
            Outcome::Failed { .. } | Outcome::Errored { .. } => {
                write_line(&mut self.to, &format!("{outcome} {id}{time}\n{}", describe(record).trim_end()))
            }
        }
    }

    fn summary(&mut self, footer: &Footer) -> io::Result<()> {
        let records = std::mem::take(&mut self.not_passed);
        let (failures, not_run): (Vec<&ScenarioResult>, Vec<&ScenarioResult>) =
            records.iter().partition(|record| record.outcome.is_bad());
        if !failures.is_empty() {
            write_line(&mut self.to, "\nfailures:")?;
        }
        for record in failures {
            let requirement = record.outcome.failure().map(|failure| failure.requirement.as_str()).unwrap_or_default();
            let rerun = rerun(&self.rerun, &record.heading.id);
            let outcome = styled(&record.outcome);
            let lines = format!("{outcome} {}: {requirement}\n         {rerun}", record.heading.id);
            write_line(&mut self.to, &lines)?;
        }
        if !not_run.is_empty() {
            write_line(&mut self.to, "\nnot run:")?;
        }
        for record in not_run {
            write_line(&mut self.to, &format!("         {}", record.heading.id))?;
        }
        if !footer.no_longer.is_empty() {
            write_line(&mut self.to, "\nknown deviations that no longer happen; take them out of the list:")?;
        }
        for KnownDeviation { scenario, reason, link } in &footer.no_longer {
            write_line(&mut self.to, &format!("         {scenario}: {reason} ({link})"))?;
        }
        let Counts { passed, failed, errored, known_deviations, skipped, not_run } = footer.counts;
        let interrupted = if footer.interrupted { "interrupted; " } else { "" };
        let (total, time) = (number_of_scenarios(footer.counts.total()), self.time(footer.duration));
        let known = match known_deviations {
            0 => String::new(),
            1 => "1 known deviation, ".to_owned(),
            more => format!("{more} known deviations, "),
        };
        let counts =
            format!("{passed} passed, {failed} failed, {errored} errored, {known}{skipped} skipped, {not_run} not run");
        write_line(&mut self.to, &format!("\n{interrupted}{total}: {counts}{time}"))
    }

    fn time(&self, duration: Duration) -> String {
        if self.durations { format!(" ({:.3} s)", duration.as_secs_f64()) } else { String::new() }
    }
}

impl<W: Write> Report for Pretty<W> {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(_) | Event::ScenarioStarted { .. } => Ok(()),
            Event::ScenarioFinished(record) => {
                if !matches!(record.outcome, Outcome::Passed | Outcome::Skipped { .. } | Outcome::KnownDeviation { .. })
                {
                    self.not_passed.push(ScenarioResult::clone(record));
                }
                self.finished(record)
            }
            Event::RunFinished(footer) => self.summary(footer),
        }
    }
}

/// `1 scenario`, `2 scenarios`.
pub fn number_of_scenarios(number: usize) -> String {
    format!("{number} scenario{}", if number == 1 { "" } else { "s" })
}

/// The outcome's name in its colour, as wide as the widest, with a margin.
fn styled(outcome: &Outcome) -> String {
    let color = match outcome {
        Outcome::Passed => AnsiColor::Green,
        Outcome::Failed { .. } | Outcome::Errored { .. } => AnsiColor::Red,
        Outcome::KnownDeviation { .. } | Outcome::Skipped { .. } | Outcome::NotRun { .. } => AnsiColor::Yellow,
    };
    let style = Style::new().fg_color(Some(color.into()));
    format!("{style}{:<7}{style:#} ", outcome.name())
}
