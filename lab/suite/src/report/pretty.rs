//! For people: one line per scenario, each cause of failures in full when it first happens, and all of them in short at the
//! end.

use std::io::{self, Write};
use std::time::Duration;

use clap::builder::styling::{AnsiColor, Style};

use super::cause::{Cause, Causes};
use super::failure::{describe_within, visible};
use super::rerun::rerun;
use super::{Report, write_line};
use crate::event::{Counts, Event, Footer, Outcome, ScenarioResult};
use crate::known_deviation::KnownDeviation;

/// Most scenarios named below the cause that they have in common.
const SHOWN_OF_CAUSE: usize = 3;

/// Writes text, styled; `anstream` takes the styles out again where they are not wanted.
#[derive(Debug)]
pub struct Pretty<W> {
    to: W,
    rerun: Vec<String>,
    durations: bool,
    width: Option<usize>,
    causes: Causes,
}

impl<W: Write> Pretty<W> {
    /// Writes to `to`.
    ///
    /// `rerun` are the words of the command that runs the same features against the same subjects; the report adds
    /// the `--only`. Without `durations` two equal runs print the same.
    pub fn new(to: W, rerun: Vec<String>, durations: bool) -> Self {
        Self { to, rerun, durations, width: None, causes: Causes::default() }
    }

    /// The same, with diagrams as wide as a terminal of so many columns.
    #[must_use]
    pub fn within(self, width: Option<usize>) -> Self {
        Self { width, ..self }
    }

    fn finished(&mut self, record: &ScenarioResult) -> io::Result<()> {
        let id = &record.heading.id;
        let time = self.time(record.duration);
        let same = match &record.outcome {
            Outcome::Passed | Outcome::KnownDeviation { .. } => None,
            _ => self.causes.take(record),
        };
        let line = match (&record.outcome, same) {
            (Outcome::Passed, _) => format!(" {id}{time}"),
            (Outcome::KnownDeviation { failure, reason, link }, _) => {
                format!(" {id}{time}: {}\n    {reason} ({link})", failure.requirement)
            }
            (Outcome::NotRun { reason }, _) | (Outcome::Skipped { reason }, None) => {
                format!(" {id}: {reason}")
            }
            (Outcome::Skipped { .. }, Some(other)) => format!(" {id}: as {other}"),
            (_, Some(other)) => format!(" {id}{time}: the same as {other}"),
            (_, None) => format!(" {id}{time}\n{}", describe_within(record, self.width).trim_end()),
        };
        self.outcome_line(&record.outcome, &line)
    }

    fn summary(&mut self, footer: &Footer) -> io::Result<()> {
        let causes = std::mem::take(&mut self.causes);
        self.failures(causes.of(Outcome::is_bad))?;
        self.listed("not run", causes.of(|outcome| matches!(outcome, Outcome::NotRun { .. })))?;
        for (number, cause) in causes.of(|outcome| matches!(outcome, Outcome::Skipped { .. })).enumerate() {
            if number == 0 {
                self.line("\nskipped:")?;
            }
            let (scenarios, line) = (number_of_scenarios(cause.scenarios()), cause.line());
            self.line(&format!("         {scenarios}: {line}"))?;
        }
        if !footer.no_longer.is_empty() {
            self.line("\nknown deviations that no longer happen; remove them from the list:")?;
        }
        for KnownDeviation { scenario, reason, link } in &footer.no_longer {
            self.line(&format!("         {scenario}: {reason} ({link})"))?;
        }
        let Counts { passed, failed, errored, known_deviations, skipped, not_run } = footer.counts;
        let interrupted = match &footer.silent {
            Some(silent) => format!("ended early: {silent}; "),
            None if footer.interrupted => "interrupted; ".to_owned(),
            None => String::new(),
        };
        let (total, time) = (number_of_scenarios(footer.counts.total()), self.time(footer.duration));
        let known = match known_deviations {
            0 => String::new(),
            1 => "1 known deviation, ".to_owned(),
            more => format!("{more} known deviations, "),
        };
        let counts =
            format!("{passed} passed, {failed} failed, {errored} errored, {known}{skipped} skipped, {not_run} not run");
        self.line(&format!("\n{interrupted}{total}: {counts}{time}"))
    }

    /// Each cause, with the scenarios that have it and the command that plays them again.
    fn failures<'c>(&mut self, causes: impl Iterator<Item = &'c Cause>) -> io::Result<()> {
        for (number, cause) in causes.enumerate() {
            if number == 0 {
                self.line("\nfailures:")?;
            }
            let (outcome, line) = (&cause.first.outcome, cause.line());
            let rerun = rerun(&self.rerun, &cause.first.heading.id);
            if cause.others.is_empty() {
                self.outcome_line(outcome, &format!(" {}: {line}\n         {rerun}", cause.first.heading.id))?;
                continue;
            }
            self.outcome_line(outcome, &format!(" {}: {line}", number_of_scenarios(cause.scenarios())))?;
            for id in cause.ids().take(SHOWN_OF_CAUSE) {
                self.line(&format!("         {id}"))?;
            }
            if let Some(more) = cause.scenarios().checked_sub(SHOWN_OF_CAUSE).filter(|more| *more > 0) {
                self.line(&format!("         and {more} more"))?;
            }
            self.line(&format!("         {rerun}"))?;
        }
        Ok(())
    }

    fn listed<'c>(&mut self, title: &str, causes: impl Iterator<Item = &'c Cause>) -> io::Result<()> {
        for (number, id) in causes.flat_map(Cause::ids).enumerate() {
            if number == 0 {
                self.line(&format!("\n{title}:"))?;
            }
            self.line(&format!("         {id}"))?;
        }
        Ok(())
    }

    /// Writes an outcome in its colour and what belongs to it.
    fn outcome_line(&mut self, outcome: &Outcome, text: &str) -> io::Result<()> {
        write!(self.to, "{}", styled(outcome))?;
        self.line(text)
    }

    /// Writes lines in which nothing controls a terminal, whoever said it.
    fn line(&mut self, text: &str) -> io::Result<()> {
        write_line(&mut self.to, &visible(text))
    }

    fn time(&self, duration: Duration) -> String {
        if self.durations { format!(" ({:.3} s)", duration.as_secs_f64()) } else { String::new() }
    }
}

impl<W: Write> Report for Pretty<W> {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(_) | Event::ScenarioStarted { .. } => Ok(()),
            Event::ScenarioFinished(record) => self.finished(record),
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
