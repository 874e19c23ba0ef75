//! A diagnosis as JUnit XML: a test case for each rule, failed by its findings, skipped where it was not checked.

use gitlab_mattermost_core::diagnosis::{Diagnosis, Examined, Finding, Outcome};
use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::pretty::options;

/// The document.
///
/// # Errors
/// The writer fails, which on a `String` it does not.
pub(super) fn render(diagnosis: &Diagnosis) -> Result<String, quick_junit::SerializeError> {
    let mut suite = TestSuite::new("doctor");
    suite.add_test_cases(diagnosis.rules.iter().map(|rule| case(rule, &diagnosis.findings)));
    let mut report = Report::new("mattermost-lab doctor");
    report.add_test_suite(suite);
    report.to_string()
}

fn case(rule: &Examined, findings: &[Finding]) -> TestCase {
    let mut status = match &rule.outcome {
        Outcome::Found { .. } => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Outcome::NotSeen { .. } => TestCaseStatus::success(),
        Outcome::NotChecked { not_known, .. } if !not_known.is_empty() => {
            let places: Vec<String> = not_known.iter().map(ToString::to_string).collect();
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("not checked, as this is not known: {}", places.join(", ")));
            status
        }
        Outcome::NotChecked { needs, .. } => {
            let needs: Vec<String> = needs.iter().map(|set| options(set)).collect();
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("not checked; it needs {}", needs.join(", or ")));
            status
        }
    };
    let own: Vec<&Finding> = findings.iter().filter(|finding| finding.rule == rule.rule).collect();
    if let Some(first) = own.first() {
        status.set_type(first.severity.to_string()).set_message(&first.evidence);
        status.set_description(own.iter().map(|finding| described(finding)).collect::<Vec<_>>().join("\n\n"));
    }
    let mut case = TestCase::new(format!("{} {}", rule.rule, rule.title), status);
    case.set_classname("doctor");
    case.add_property(Property::new("findings", own.len().to_string()));
    case
}

fn described(finding: &Finding) -> String {
    let places: String = finding.places.iter().map(|place| format!("\n  at {place}")).collect();
    let count = finding.count;
    format!(
        "{}: {}{places}\n  seen {count} times\n  cause: {}\n  fix: {}\n  source: {}",
        finding.severity, finding.evidence, finding.cause, finding.fix, finding.source
    )
}
