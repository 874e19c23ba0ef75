//! The state of the evaluation of one file, and what the evaluation and the methods of values alike ask of it.
//!
//! Not here: what the statements do (`evaluate`).

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::failure::{Failure, Kind as FailureKind};
use super::inclusion::{Inclusions, Room};
use super::machine::Machine;
use super::names::Names;
use super::outcome::Outcome;
use super::syntax::Block;
use super::{Settings, Span, Unknown, Value};
use crate::version::Version;

/// Units of work that a file may take: one for each expression evaluated, one for each four bytes of text made.
const WORK_LIMIT: u64 = 5_000_000;

/// A local variable of the file that is named as a setting.
#[derive(Debug, Clone, Copy)]
pub(super) struct Local {
    /// Where it was first assigned.
    pub(super) span: Span,
    /// Whether its value is taken somewhere.
    pub(super) is_read: bool,
}

/// A method of the file.
#[derive(Debug, Clone)]
pub(super) struct Method<'a> {
    pub(super) body: &'a Block,
    /// Set when only Ruby could tell whether it is defined.
    pub(super) doubt: Option<Unknown>,
}

/// What a call passes as its block, ready to be called.
#[derive(Debug, Clone)]
pub(super) enum Callback<'a> {
    /// A block of the file.
    Block(&'a Block),
    /// `&:name`
    Method(String),
    /// Something only Ruby can call.
    Unknown(Unknown),
}

/// The state of the evaluation of one file.
pub(super) struct Evaluation<'a> {
    pub(super) machine: Machine<'a>,
    pub(super) version: Version,
    pub(super) names: &'a Names,
    /// Room for the statements of other texts, and those that were run so far.
    pub(super) room: &'a Room,
    pub(super) inclusions: Inclusions,
    /// Local variables around each `eval`.
    pub(super) outer_scopes: Vec<IndexMap<&'a str, Value>>,
    /// Local variables: the file's own scope, then that of each block on the way.
    pub(super) scopes: Vec<IndexMap<&'a str, Value>>,
    /// Instance and global variables, and constants that the file defines.
    pub(super) shared: IndexMap<&'a str, Value>,
    pub(super) methods: IndexMap<&'a str, Method<'a>>,
    pub(super) running: Vec<&'a str>,
    /// Local variables of the file that are named as settings.
    pub(super) locals: IndexMap<&'a str, Local>,
    /// Bodies that may run at any time after their definition.
    pub(super) deferred: Vec<&'a Block>,
    pub(super) settings: Settings,
    pub(super) unknown_spans: BTreeSet<Span>,
    pub(super) unknowns_met: usize,
    pub(super) doubt: Option<Unknown>,
    /// The doubt after which even the end of the file is not certain to be reached.
    pub(super) lasting_doubt: Option<Unknown>,
    pub(super) work: u64,
    pub(super) depth: usize,
}

impl Evaluation<'_> {
    /// Counts work.
    pub(super) fn work(&mut self, units: usize, span: Span) -> Outcome<()> {
        self.work = self.work.saturating_add(units as u64);
        if self.work > WORK_LIMIT {
            let message = "evaluating the file takes too much work".to_owned();
            let help = "settings files assign values; this one computes far more than any setting can hold";
            return Err(Failure::new(FailureKind::TooMuchWork, span, message).with_help(help).into());
        }
        Ok(())
    }

    /// A new string object, its making counted as work.
    pub(super) fn new_text(&mut self, text: String, span: Span) -> Outcome {
        self.work(text.len() / 4, span)?;
        Ok(Value::text(text))
    }

    /// A value that only Ruby could tell, put on the list of those.
    pub(super) fn unknown(&mut self, span: Span, reason: impl Into<String>) -> Value {
        let unknown = Unknown { span, reason: reason.into() };
        self.unknowns_met += 1;
        if self.unknown_spans.insert(span) {
            self.settings.unknowns.push(unknown.clone());
        }
        Value::Unknown(unknown)
    }
}
