//! What the statements of a settings file do, as far as that can be known without running Ruby.
//!
//! The evaluation follows Ruby for literals, variables, conditions and the everyday methods of strings, arrays and
//! hashes. Everything else becomes [`Value::Unknown`] and taints whatever it flows into. Where even the way is unknown
//! (a condition on an unknown value, a block that an unknown method may call) the statements are evaluated *in doubt*:
//! whatever they assign or change becomes unknown, and whatever they raise is not counted.
//!
//! Not here: the syntax (`parse`, `lower`) and the methods of the values (`methods`).

mod assign;
mod block;
mod call;
mod control;
mod doubt;
mod expression;
mod finish;
mod inclusion;
mod local;
mod machine;
mod method;
mod settings;
mod top_level;

use std::collections::BTreeSet;

use indexmap::IndexMap;

pub(super) use self::block::Callback;
use super::failure::{Failure, Kind as FailureKind};
use super::inclusion::{Inclusions, Room};
use super::machine::{Machine, Unseen};
use super::names::Names;
use super::syntax::{Block, Expr};
use super::{ReadOptions, Settings, Span, Unknown, Value};
use crate::version::Version;

/// Units of work that a file may take: one for each expression evaluated, one for each four bytes of text made.
const WORK_LIMIT: u64 = 5_000_000;
/// The deepest nesting of evaluation; only methods that the file defines nest it deeper than the syntax.
const DEPTH_LIMIT: usize = super::lower::DEPTH_LIMIT;
/// The deepest nesting of values.
const NESTING_LIMIT: usize = 100;

/// Why an evaluation did not go on to the next expression.
#[derive(Debug)]
pub(super) enum Stop {
    Failed(Box<Failure>),
    Next(Value),
    Break(Value),
    Return(Value),
}

pub(super) type Outcome<T = Value> = Result<T, Stop>;

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(Box::new(failure))
    }
}

/// A local variable of the file that is named as a setting.
#[derive(Debug, Clone, Copy)]
struct Local {
    /// Where it was first assigned.
    span: Span,
    /// Whether its value is taken somewhere.
    is_read: bool,
}

/// A method of the file.
#[derive(Debug, Clone)]
struct Method<'a> {
    body: &'a Block,
    /// Set when only Ruby could tell whether it is defined.
    doubt: Option<Unknown>,
}

/// The state of the evaluation of one file.
pub(super) struct Evaluation<'a> {
    machine: Machine<'a>,
    version: Version,
    names: &'a Names,
    /// Room for the statements of other texts, and those that were run so far.
    room: &'a Room,
    inclusions: Inclusions,
    /// Local variables around each `eval`.
    outer_scopes: Vec<IndexMap<&'a str, Value>>,
    /// Local variables: the file's own scope, then that of each block on the way.
    scopes: Vec<IndexMap<&'a str, Value>>,
    /// Instance and global variables, and constants that the file defines.
    shared: IndexMap<&'a str, Value>,
    methods: IndexMap<&'a str, Method<'a>>,
    running: Vec<&'a str>,
    /// Local variables of the file that are named as settings.
    locals: IndexMap<&'a str, Local>,
    /// Bodies that may run at any time after their definition.
    deferred: Vec<&'a Block>,
    settings: Settings,
    unknown_spans: BTreeSet<Span>,
    unknowns_met: usize,
    doubt: Option<Unknown>,
    /// The doubt after which even the end of the file is not certain to be reached.
    lasting_doubt: Option<Unknown>,
    work: u64,
    depth: usize,
}

/// Evaluates a whole file.
///
/// # Errors
/// What Ruby would certainly raise, or a limit of this reader.
pub(super) fn evaluate(
    statements: &[Expr],
    options: &ReadOptions,
    unseen: Unseen,
    names: &Names,
) -> Result<Settings, Failure> {
    let room = Room::empty();
    let mut evaluation = Evaluation {
        machine: Machine::of(&options.surroundings, unseen),
        version: options.gitlab_version,
        names,
        room: &room,
        inclusions: Inclusions::default(),
        outer_scopes: Vec::new(),
        scopes: vec![IndexMap::new()],
        shared: IndexMap::new(),
        methods: IndexMap::new(),
        running: Vec::new(),
        locals: IndexMap::new(),
        deferred: Vec::new(),
        settings: Settings { existing_files: options.surroundings.existing_files.clone(), ..Settings::default() },
        unknown_spans: BTreeSet::new(),
        unknowns_met: 0,
        doubt: None,
        lasting_doubt: None,
        work: 0,
        depth: 0,
    };
    match evaluation.run(statements).and_then(|()| evaluation.finish()) {
        Ok(()) | Err(Stop::Return(_) | Stop::Next(_) | Stop::Break(_)) => {
            evaluation.inclusions.settle_places(&mut evaluation.settings);
            Ok(evaluation.settings)
        }
        Err(Stop::Failed(failure)) => Err(evaluation.inclusions.placed(*failure)),
    }
}

impl<'a> Evaluation<'a> {
    fn run(&mut self, statements: &'a [Expr]) -> Outcome<()> {
        for statement in statements {
            match self.expression(statement) {
                Ok(_) | Err(Stop::Next(_) | Stop::Break(_)) => {}
                Err(Stop::Return(_)) => break,
                Err(failed) => return Err(failed),
            }
        }
        self.run_deferred()
    }

    /// A body that may run later makes everything it assigns unknown.
    fn run_deferred(&mut self) -> Outcome<()> {
        for block in std::mem::take(&mut self.deferred) {
            let span = block.body.first().map_or(Span { start: 0, end: 0 }, |first| first.span);
            let why = Unknown { span, reason: "it may run later".to_owned() };
            self.block_in_doubt(block, &why)?;
        }
        Ok(())
    }

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

/// What Ruby would raise.
pub(super) fn raised<T>(kind: FailureKind, span: Span, message: impl Into<String>) -> Outcome<T> {
    Err(Failure::new(kind, span, message).into())
}
