//! The state of the evaluation of one file, and what the evaluation and the methods of values alike ask of it.
//!
//! Not here: what the statements do (`evaluate`).

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

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

/// Local variables of the file, a method or a block.
pub(super) type Scope<'a> = Rc<RefCell<IndexMap<&'a str, Value>>>;

/// A method that runs, as its statements and the blocks in them see it.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    /// The number of this run.
    pub(super) number: usize,
    /// The block that it was called with.
    pub(super) block: Option<Callback<'a>>,
}

/// A block or lambda with what it sees around it.
#[derive(Debug, Clone)]
pub(super) struct Closure<'a> {
    pub(super) block: &'a Block,
    /// The call that it stands at, or its own place.
    pub(super) at: Span,
    pub(super) scopes: Vec<Scope<'a>>,
    /// The run of the method that it stands in.
    pub(super) frame: Option<Rc<Frame<'a>>>,
    /// Whether it is a lambda, which `return` ends.
    pub(super) is_lambda: bool,
}

/// What a call passes as its block, ready to be called.
#[derive(Debug, Clone)]
pub(super) enum Callback<'a> {
    /// A block of the file.
    Block(Closure<'a>),
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
    pub(super) outer_scopes: Vec<Scope<'a>>,
    /// Local variables: the file's own scope, then that of each block on the way.
    pub(super) scopes: Vec<Scope<'a>>,
    /// Instance and global variables, and constants that the file defines.
    pub(super) shared: IndexMap<&'a str, Value>,
    pub(super) methods: IndexMap<&'a str, Method<'a>>,
    /// Names of the methods that run, the innermost last.
    pub(super) running: Vec<&'a str>,
    /// The method whose statements are evaluated, by way of its blocks too; `None` in the file itself.
    pub(super) frame: Option<Rc<Frame<'a>>>,
    /// How many methods were run.
    pub(super) runs: usize,
    /// Lambdas that the file makes, by their places; `None` for one that is made more than once, so that only Ruby could
    /// tell which it is.
    pub(super) lambdas: BTreeMap<Span, Option<Closure<'a>>>,
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
