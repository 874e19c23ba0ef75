//! JUnit XML, as GitLab CI reads it: `artifacts:reports:junit`.
//!
//! A suite for each feature file. GitLab tells test cases apart by class name, name and file together: here the section,
//! the scenario's title, after which the id's last part tells the rows of an outline apart, and the feature file.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use gitlab_mattermost_ground::visible::visible;
use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};

use super::rerun::rerun;
use super::{Report, describe};
use crate::event::{Event, Footer, Outcome, ScenarioResult};
use crate::known_deviation::KnownDeviation;

/// Writes one XML document at the end of the run; a run that does not come to its end leaves an empty file.
#[derive(Debug)]
pub struct Junit<W> {
    to: W,
    /// The folder that has `sequences/`, if there is one.
    folder: Option<PathBuf>,
    command: Vec<String>,
    records: Vec<ScenarioResult>,
}

impl<W: Write> Junit<W> {
    /// Writes to `to`. Diagrams of the exchanges are attached from `sequences/` in `folder`.
    pub fn new(to: W, folder: Option<&Path>) -> Self {
        Self { to, folder: folder.map(Path::to_owned), command: Vec::new(), records: Vec::new() }
    }

    fn document(&mut self, footer: &Footer) -> io::Result<()> {
        let mut records = std::mem::take(&mut self.records);
        records.sort_by(|a, b| a.heading.id.cmp(&b.heading.id));
        let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
        for record in &records {
            let chapter = record.heading.id.split('/').next().unwrap_or_default();
            let suite = suites.entry(chapter).or_insert_with(|| {
                let mut suite = TestSuite::new(chapter);
                suite.set_time(Duration::ZERO);
                suite
            });
            suite.time = suite.time.map(|time| time + record.duration);
            suite.add_test_case(self.case(record));
        }
        let mut report = quick_junit::Report::new("mattermost-lab");
        report.set_time(footer.duration).add_test_suites(suites.into_values());
        let mut about = TestSuite::new("the run");
        about.add_test_cases(footer.no_longer.iter().map(no_longer));
        about.add_property(Property::new("interrupted", footer.interrupted.to_string()));
        report.add_test_suite(about);
        let text = report.to_string().map_err(io::Error::other)?;
        self.to.write_all(visible(&text).as_bytes())?;
        self.to.flush()
    }

    fn case(&self, record: &ScenarioResult) -> TestCase {
        let heading = &record.heading;
        let mut case = TestCase::new(title(record), status(record));
        case.set_classname(&heading.section);
        let file = heading.location.rsplit_once(':').map_or(heading.location.as_str(), |(file, _)| file);
        case.extra.insert("file".into(), file.into());
        if record.duration > Duration::ZERO {
            case.set_time(record.duration);
        }
        case.add_property(Property::new("id", &heading.id));
        case.add_property(Property::new("level", heading.level.to_string()));
        let mut told = Vec::new();
        if !self.command.is_empty() {
            told.push(format!("again: {}", rerun(&self.command, &heading.id)));
        }
        if let (Some(folder), true) = (&self.folder, !record.exchanges.is_empty() && record.outcome.failure().is_some())
        {
            told.push(format!(
                "[[ATTACHMENT|{}]]",
                folder.join("sequences").join(&heading.id).display().to_string() + ".svg"
            ));
        }
        if !told.is_empty() {
            case.set_system_out(told.join("\n"));
        }
        case
    }
}

impl<W: Write> Report for Junit<W> {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(header) => self.command.clone_from(&header.command),
            Event::ScenarioStarted { .. } => {}
            Event::ScenarioFinished(record) => self.records.push(record.as_ref().clone()),
            Event::RunFinished(footer) => return self.document(footer),
        }
        Ok(())
    }
}

/// The scenario's name, and of an outline the row.
fn title(record: &ScenarioResult) -> String {
    let heading = &record.heading;
    match heading.id.splitn(3, '/').nth(2) {
        Some(row) => format!("{} ({row})", heading.name),
        None => heading.name.clone(),
    }
}

/// A known deviation that no longer happens is a test case of its own, which fails.
fn no_longer(deviation: &KnownDeviation) -> TestCase {
    let KnownDeviation { scenario, reason, link } = deviation;
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message("the known deviation no longer happens; take it out of the list");
    status.set_description(format!("{reason}\n{link}"));
    let mut case = TestCase::new(scenario.as_str(), status);
    case.set_classname("known deviations");
    case.extra.insert("file".into(), "known deviations".into());
    case
}

fn status(record: &ScenarioResult) -> TestCaseStatus {
    let non_success = |kind| {
        let mut status = TestCaseStatus::non_success(kind);
        if let Some(failure) = record.outcome.failure() {
            status.set_message(&failure.requirement).set_description(describe(record));
        }
        status
    };
    match &record.outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Failed { .. } => non_success(NonSuccessKind::Failure),
        Outcome::Errored { .. } => non_success(NonSuccessKind::Error),
        Outcome::KnownDeviation { reason, link, .. } => {
            let mut status = TestCaseStatus::skipped();
            status.set_type(record.outcome.name()).set_message(reason);
            status.set_description(format!("{link}\n{}", describe(record)));
            status
        }
        Outcome::Skipped { reason } | Outcome::NotRun { reason } => {
            let mut status = TestCaseStatus::skipped();
            status.set_type(record.outcome.name()).set_message(reason);
            status
        }
    }
}
