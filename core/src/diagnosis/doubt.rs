//! What of the evidence is not known, and which rules were therefore not checked.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde::Serialize;

use super::{Evidence, Place};
use crate::gitlab_rb::{Span, Unknown};
use crate::omnibus::NotKnown;

/// The most settings that are named at one place.
const NAMED: usize = 3;

/// Something in `gitlab.rb` that only Ruby, or the machine, could tell.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Doubt {
    /// Where it stands, and the settings that are not known for it.
    pub place: Place,
    /// Why it is not known, as a clause.
    pub why: String,
    /// The rules that were not checked because of it.
    pub rules: Vec<&'static str>,
}

/// The doubts of a case, and which of them a check came upon.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    all: RefCell<Vec<Entry>>,
    met: RefCell<BTreeSet<usize>>,
}

#[derive(Debug)]
struct Entry {
    span: Span,
    why: String,
    settings: Vec<String>,
    /// The variables that are not known for it.
    variables: Vec<String>,
    /// Whether it may set any setting.
    is_unseen: bool,
    rules: Vec<&'static str>,
}

impl Doubts {
    /// Those of a settings file: code that cannot be seen, and what is not known of the deployment.
    pub(super) fn of(evidence: &Evidence, not_known: Vec<NotKnown>) -> Self {
        let doubts = Self::default();
        for unseen in evidence.gitlab_rb.iter().flat_map(|file| &file.settings.unseen) {
            let at = doubts.entry(unseen.span, &unseen.reason);
            doubts.all.borrow_mut()[at].is_unseen = true;
        }
        for it in not_known {
            let at = doubts.entry(it.span, &it.reason);
            let mut all = doubts.all.borrow_mut();
            add(&mut all[at].settings, it.setting);
            if let Some(variable) = it.variable {
                add(&mut all[at].variables, variable);
            }
        }
        doubts
    }

    fn entry(&self, span: Span, why: &str) -> usize {
        let mut all = self.all.borrow_mut();
        if let Some(at) = all.iter().position(|it| it.span == span && it.why == why) {
            return at;
        }
        let (settings, variables, rules) = (Vec::new(), Vec::new(), Vec::new());
        all.push(Entry { span, why: why.to_owned(), settings, variables, is_unseen: false, rules });
        all.len() - 1
    }

    /// A check asked for a setting of the file that is not known.
    pub(super) fn meet(&self, setting: String, unknown: &Unknown) {
        let at = self.entry(unknown.span, &unknown.reason);
        add(&mut self.all.borrow_mut()[at].settings, setting);
        self.met.borrow_mut().insert(at);
    }

    /// A check asked for a variable.
    pub(super) fn meet_variable(&self, name: &str) {
        self.meet_where(|it| it.variables.iter().any(|variable| variable == name) || it.is_of_the_env());
    }

    /// A check asked for all variables.
    pub(super) fn meet_variables(&self) {
        self.meet_where(|it| !it.variables.is_empty() || it.is_of_the_env());
    }

    /// A check asked for other parts of the deployment.
    pub(super) fn meet_deployment(&self) {
        self.meet_where(|it| it.settings.len() > it.variables.len());
    }

    /// A check looked at the settings as a whole.
    pub(super) fn meet_unseen(&self) {
        self.meet_where(|it| it.is_unseen);
    }

    fn meet_where(&self, is: impl Fn(&Entry) -> bool) {
        let all = self.all.borrow();
        let found = all.iter().enumerate().filter(|(_, it)| is(it)).map(|(at, _)| at);
        self.met.borrow_mut().extend(found);
    }

    /// What was met since the last time, noted down for `rule` if it was `not_checked` because of it.
    pub(super) fn take_met(&self, rule: &'static str, not_checked: bool, file: &Evidence) -> Vec<Place> {
        let met = std::mem::take(&mut *self.met.borrow_mut());
        if !not_checked {
            return Vec::new();
        }
        let mut all = self.all.borrow_mut();
        let places = met.into_iter().filter_map(|at| {
            let entry = all.get_mut(at)?;
            entry.rules.push(rule);
            Some(entry.place(file))
        });
        places.collect()
    }

    /// All of them, in the order of the file.
    pub(super) fn all(self, evidence: &Evidence) -> Vec<Doubt> {
        let mut all = self.all.into_inner();
        all.sort_by_key(|it| it.span);
        let doubt = |it: Entry| Doubt { place: it.place(evidence), why: it.why, rules: it.rules };
        all.into_iter().map(doubt).collect()
    }
}

impl Entry {
    /// Whether it is about which variables there are.
    fn is_of_the_env(&self) -> bool {
        self.settings.iter().any(|setting| setting == "mattermost['env']")
    }

    fn place(&self, evidence: &Evidence) -> Place {
        let Some(file) = &evidence.gitlab_rb else { return Place::file("gitlab.rb") };
        let place = Place::line(&file.name, self.span.line_and_column(&file.text).0 as u64);
        if self.is_unseen {
            return place.showing("any setting");
        }
        let more = self.settings.len().saturating_sub(NAMED);
        let mut named = self.settings.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        if more > 0 {
            named.push_str(&format!(" and {more} more"));
        }
        place.showing(named)
    }
}

fn add(list: &mut Vec<String>, name: String) {
    if !list.contains(&name) {
        list.push(name);
    }
}
