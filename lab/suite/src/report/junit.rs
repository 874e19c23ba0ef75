//! JUnit XML, as GitLab CI reads it: `artifacts:reports:junit`.
//!
//! GitLab tells test cases apart by class name and name together; here they are the section and the scenario's id, of
//! which the id is unique already.

use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};

use super::{Report, describe};
use crate::event::{Event, Footer, Outcome, ScenarioResult};
use crate::known_deviation::KnownDeviation;

/// Writes one XML document at the end of the run; a run that does not come to its end leaves an empty file.
#[derive(Debug)]
pub struct Junit<W> {
    to: W,
    cases: Vec<TestCase>,
}

impl<W: Write> Junit<W> {
    /// Writes to `to`.
    pub const fn new(to: W) -> Self {
        Self { to, cases: Vec::new() }
    }

    fn document(&mut self, footer: &Footer) -> io::Result<()> {
        let mut cases = std::mem::take(&mut self.cases);
        cases.sort_by(|a, b| a.name.as_str().cmp(b.name.as_str()));
        cases.extend(footer.no_longer.iter().map(no_longer));
        let mut suite = TestSuite::new("mattermost-lab");
        suite.set_time(footer.duration).add_test_cases(cases);
        suite.add_property(Property::new("interrupted", footer.interrupted.to_string()));
        let mut report = quick_junit::Report::new("mattermost-lab");
        report.set_time(footer.duration).add_test_suite(suite);
        report.serialize(&mut self.to).map_err(io::Error::other)?;
        self.to.flush()
    }
}

impl<W: Write> Report for Junit<W> {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(_) | Event::ScenarioStarted { .. } => Ok(()),
            Event::ScenarioFinished(record) => {
                self.cases.push(case(record));
                Ok(())
            }
            Event::RunFinished(footer) => self.document(footer),
        }
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
    case
}

fn case(record: &ScenarioResult) -> TestCase {
    let non_success = |kind| {
        let mut status = TestCaseStatus::non_success(kind);
        if let Some(failure) = record.outcome.failure() {
            status.set_message(&failure.requirement).set_description(describe(record));
        }
        status
    };
    let status = match &record.outcome {
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
    };
    let mut case = TestCase::new(&record.heading.id, status);
    case.set_classname(&record.heading.section);
    if record.duration > Duration::ZERO {
        case.set_time(record.duration);
    }
    case.add_property(Property::new("level", record.heading.level.to_string()));
    case
}
