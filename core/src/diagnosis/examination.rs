//! Applying the rules to the evidence.

use serde::Serialize;

use super::case::Case;
use super::log::findings as log_findings;
use super::{Evidence, Finding, Input, Severity, rules};

/// What the examination of an installation gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// Everything found, in the order of the rules.
    pub findings: Vec<Finding>,
    /// Every rule, whether or not it could be applied.
    pub rules: Vec<Examined>,
}

/// What became of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Examined {
    /// Number of the rule.
    pub rule: &'static str,
    /// Name of its problem.
    pub title: &'static str,
    /// What came out.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What came out of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The problem is there, or may be.
    Found {
        /// The severest of its findings.
        severity: Severity,
    },
    /// Everything that was given was looked at, and the problem is not seen in it.
    NotSeen {
        /// What was looked at.
        looked_at: Vec<Input>,
    },
    /// Nothing that the rule looks at was given.
    NotChecked {
        /// What it needs: any one of these sets.
        needs: Vec<Vec<Input>>,
    },
}

/// Applies every rule whose inputs are there.
pub fn examine(evidence: &Evidence) -> Diagnosis {
    let case = Case::of(evidence);
    let mut diagnosis = Diagnosis { findings: Vec::new(), rules: Vec::new() };
    for rule in rules() {
        let (mut findings, mut looked_at) = (Vec::new(), Vec::new());
        if Input::Log.is_in(evidence) && rule.reads_logs() {
            looked_at.push(Input::Log);
            findings.extend(log_findings(rule.problem, &evidence.logs));
        }
        for check in rule.checks.iter().filter(|check| check.needs.iter().all(|input| input.is_in(evidence))) {
            looked_at.extend(check.needs);
            findings.extend((check.examine)(&case));
        }
        looked_at.sort_unstable();
        looked_at.dedup();
        let outcome = match findings.iter().map(|finding| finding.severity).max() {
            Some(severity) => Outcome::Found { severity },
            None if looked_at.is_empty() => Outcome::NotChecked { needs: rule.needs() },
            None => Outcome::NotSeen { looked_at },
        };
        diagnosis.rules.push(Examined { rule: rule.problem.rule, title: rule.problem.title, outcome });
        diagnosis.findings.extend(findings);
    }
    diagnosis
}
