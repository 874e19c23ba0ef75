//! What the statements of a settings file do, as far as that can be known without running Ruby.
//!
//! The evaluation follows Ruby for literals, variables, conditions and the everyday methods of strings, arrays and
//! hashes. Everything else becomes [`Value::Unknown`] and taints whatever it flows into. Where even the way is unknown
//! (a condition on an unknown value, a block that an unknown method may call) the statements are evaluated *in doubt*:
//! whatever they assign or change becomes unknown, and whatever they raise is not counted.
//!
//! Not here: the syntax (`parse`, `lower`) and the methods of the values (`methods`).

mod address;
mod assign;
mod block;
mod call;
mod control;
mod doubt;
mod expression;
mod finish;
mod inclusion;
mod lambda;
mod local;
mod machine;
mod method;
mod parsed;
mod pattern;
mod settings;
mod top_level;

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::evaluation::{Evaluation, Scope};
use super::failure::Failure;
use super::inclusion::{Inclusions, Room};
use super::machine::{Machine, Unseen};
use super::names::Names;
use super::outcome::{Outcome, Stop};
use super::syntax::Expr;
use super::{ReadOptions, Settings, Span, Unknown};

/// The deepest nesting of evaluation; only methods that the file defines nest it deeper than the syntax.
const DEPTH_LIMIT: usize = super::lower::DEPTH_LIMIT;
/// The nesting below which methods and lambdas may call themselves; deeper calls are left to Ruby.
const RECURSION_DEPTH: usize = DEPTH_LIMIT / 2;
/// The deepest nesting of values.
const NESTING_LIMIT: usize = 100;

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
        scopes: vec![Scope::default()],
        shared: IndexMap::new(),
        methods: IndexMap::new(),
        running: Vec::new(),
        frame: None,
        runs: 0,
        lambdas: BTreeMap::new(),
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
        Ok(()) | Err(Stop::Return(_) | Stop::Next(_) | Stop::Break(_) | Stop::Leave(..)) => {
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
                Err(Stop::Return(_) | Stop::Leave(..)) => break,
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
}
