//! Applying the rules to the evidence.

use serde::Serialize;

use super::case::Case;
use super::log::findings as log_findings;
use super::{Check, Doubt, Evidence, Finding, Input, Place, Severity, rules};
use crate::version::Version;

/// What the examination of an installation gave.
///
/// # Shape
/// `lab/schemas/doctor.schema.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// The versions by which the evidence was judged.
    pub judged_as: JudgedAs,
    /// Everything found, in the order of the rules.
    pub findings: Vec<Finding>,
    /// What of the evidence is not known, so that rules were not checked; in the order of the file.
    pub not_known: Vec<Doubt>,
    /// Every rule, whether or not it could be applied.
    pub rules: Vec<Examined>,
}

/// The versions by which evidence was judged.
///
/// # Shape
/// A JSON object with these fields; `mattermost` and `target_mattermost` are left out if empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct JudgedAs {
    /// The installed GitLab.
    pub gitlab: Version,
    /// Whether that was assumed, as none was given: it is the document's.
    pub gitlab_is_assumed: bool,
    /// The installed Mattermost: as given, or as the GitLab ships it; `None` where it ships none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mattermost: Option<Version>,
    /// Whether that was assumed from the GitLab, as none was given.
    pub mattermost_is_assumed: bool,
    /// The Mattermost to go to, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_mattermost: Option<Version>,
}

/// What became of a rule.
///
/// # Shape
/// A JSON object with `rule`, `title` and the fields of [`Outcome`].
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
///
/// # Shape
/// A JSON object whose `outcome` is `found`, `not_seen` or `not_checked`.
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
    /// Nothing that the rule looks at was given, or something that it looks at is not known.
    NotChecked {
        /// What it needs: any one of these sets.
        needs: Vec<Vec<Input>>,
        /// What was given and is not known; empty where nothing was given.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        not_known: Vec<Place>,
    },
}

/// Applies every rule whose inputs are there.
///
/// ```
/// use gitlab_mattermost_core::diagnosis::{Evidence, examine};
/// use gitlab_mattermost_core::installation::{DOCUMENTED, SettingsFile};
///
/// let text = "external_url 'https://gitlab.example.com'\nmattermost_external_url 'https://gitlab.example.com'";
/// let file = SettingsFile::read("gitlab.rb", text, Default::default(), DOCUMENTED)?;
/// let diagnosis = examine(&Evidence { gitlab_rb: Some(file), ..Evidence::default() });
/// let found: Vec<_> = diagnosis.findings.iter().map(|finding| finding.rule).collect();
/// assert!(found.contains(&"P51"), "both have one address: {found:?}");
/// assert!(diagnosis.judged_as.gitlab_is_assumed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn examine(evidence: &Evidence) -> Diagnosis {
    let case = Case::of(evidence);
    let judged_as = JudgedAs {
        gitlab: case.gitlab,
        gitlab_is_assumed: evidence.installed.gitlab.is_none(),
        mattermost: case.known_mattermost,
        mattermost_is_assumed: evidence.installed.mattermost.is_none(),
        target_mattermost: case.target,
    };
    let mut diagnosis = Diagnosis { judged_as, findings: Vec::new(), not_known: Vec::new(), rules: Vec::new() };
    for rule in rules() {
        let (mut findings, mut looked_at) = (Vec::new(), Vec::new());
        if Input::Log.is_in(evidence) && rule.reads_logs() {
            looked_at.push(Input::Log);
            findings.extend(log_findings(rule.problem, &evidence.logs));
        }
        for check in rule.checks.iter().filter(|check| check.needs.iter().all(|input| input.is_in(evidence))) {
            looked_at.extend(check.needs);
            if looks_at_settings(check, evidence) {
                case.doubts.meet_unseen();
            }
            findings.extend((check.examine)(&case));
        }
        looked_at.sort_unstable();
        looked_at.dedup();
        let not_known = case.doubts.take_met(rule.problem.rule, findings.is_empty(), evidence);
        let outcome = match findings.iter().map(|finding| finding.severity).max() {
            Some(severity) => Outcome::Found { severity },
            None if looked_at.is_empty() || !not_known.is_empty() => {
                Outcome::NotChecked { needs: rule.needs(), not_known }
            }
            None => Outcome::NotSeen { looked_at },
        };
        diagnosis.rules.push(Examined { rule: rule.problem.rule, title: rule.problem.title, outcome });
        diagnosis.findings.extend(findings);
    }
    diagnosis.not_known = case.doubts.all(evidence);
    diagnosis
}

/// Whether what the check looks at may come from `gitlab.rb`.
fn looks_at_settings(check: &Check, evidence: &Evidence) -> bool {
    let derived = evidence.environment.is_none();
    check.needs.iter().any(|input| match input {
        Input::GitlabRb => true,
        Input::Variables | Input::Settings => derived && evidence.gitlab_rb.is_some(),
        _ => false,
    })
}
