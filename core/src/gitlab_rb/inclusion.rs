//! Other texts that a file runs as if they stood in it, and their places.
//!
//! Their places are numbered behind those of the file itself while they are evaluated. In what is handed on, each has
//! become the place of the call that runs the text, and messages name the text and the line in it.
//!
//! Not here: running them (`evaluate::inclusion`).

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::failure::Failure;
use super::parse::SIZE_LIMIT;
use super::syntax::Expr;
use super::{Settings, Span, Unknown, Value};

/// The most texts that a file may run.
pub(super) const MOST: usize = 64;
/// How far the places of two texts are apart.
const APART: usize = SIZE_LIMIT.next_power_of_two() * 2;

/// Room for the statements of texts that are run: they have to live as long as those of the file itself.
#[derive(Debug)]
pub(super) struct Room([OnceCell<Vec<Expr>>; MOST]);

impl Room {
    pub(super) fn empty() -> Self {
        Self([const { OnceCell::new() }; MOST])
    }

    /// The place for the statements of a text; `None` where there is no room.
    pub(super) fn cell(&self, number: usize) -> Option<&OnceCell<Vec<Expr>>> {
        self.0.get(number)
    }
}

/// A text that was run.
#[derive(Debug)]
struct Inclusion {
    name: String,
    text: String,
    call: Span,
}

/// The texts that were run so far.
#[derive(Debug, Default)]
pub(super) struct Inclusions {
    run: Vec<Inclusion>,
}

impl Inclusions {
    /// The number of the next one.
    pub(super) fn next(&self) -> usize {
        self.run.len()
    }

    /// Adds a text that `call` runs, and tells from where on its places are counted.
    pub(super) fn add(&mut self, name: &str, text: &str, call: Span) -> usize {
        self.run.push(Inclusion { name: name.to_owned(), text: text.to_owned(), call });
        self.run.len() * APART
    }

    /// Gives every place in the settings, and in what is told of them, a place in the file itself.
    pub(super) fn settle_places(&self, settings: &mut Settings) {
        if self.run.is_empty() {
            return;
        }
        let mut seen = BTreeSet::new();
        for assigned in settings.calls.values_mut() {
            assigned.span = self.place(assigned.span).0;
            self.settle(&mut assigned.value, &mut seen);
        }
        for hash in settings.sections.values() {
            self.settle(&mut Value::Hash(Rc::clone(hash)), &mut seen);
        }
        for unknown in settings.unknowns.iter_mut().chain(&mut settings.unseen) {
            self.settle_unknown(unknown);
        }
    }

    /// The failure with its place in the file itself.
    pub(super) fn placed(&self, mut failure: Failure) -> Failure {
        let (span, inside) = self.place(failure.span);
        failure.span = span;
        if let Some(inside) = inside {
            failure.message = format!("in {inside}: {}", failure.message);
            failure.more.clear();
        }
        failure
    }
}

impl Inclusions {
    /// The place in the file, and for another text its name and the line in it.
    fn place(&self, span: Span) -> (Span, Option<String>) {
        let (mut place, mut inside) = (span, None);
        // Each text is run by a call that stands in an earlier one.
        while let Some(inclusion) = (place.start / APART).checked_sub(1).and_then(|index| self.run.get(index)) {
            let start = place.start % APART;
            let line = Span::new(start, start).line_and_column(&inclusion.text).0;
            inside = inside.or_else(|| Some(format!("{}, line {line}", inclusion.name)));
            place = inclusion.call;
        }
        (place, inside)
    }

    fn settle_unknown(&self, unknown: &mut Unknown) {
        let (span, inside) = self.place(unknown.span);
        unknown.span = span;
        if let Some(inside) = inside {
            unknown.reason = format!("in {inside}: {}", unknown.reason);
        }
    }

    fn settle(&self, value: &mut Value, seen: &mut BTreeSet<usize>) {
        match value {
            Value::Unknown(unknown) => self.settle_unknown(unknown),
            Value::Str(text) if seen.insert(Rc::as_ptr(text).addr()) => {
                text.borrow_mut().unknown.iter_mut().for_each(|it| self.settle_unknown(it));
            }
            Value::Array(array) if seen.insert(Rc::as_ptr(array).addr()) => {
                let mut array = array.borrow_mut();
                array.unknown.iter_mut().for_each(|it| self.settle_unknown(it));
                array.items.iter_mut().for_each(|item| self.settle(item, seen));
            }
            Value::Hash(hash) if seen.insert(Rc::as_ptr(hash).addr()) => {
                let mut hash = hash.borrow_mut();
                hash.unknown.iter_mut().for_each(|it| self.settle_unknown(it));
                for entry in hash.entries.values_mut() {
                    entry.span = entry.span.map(|span| self.place(span).0);
                    self.settle(&mut entry.value, seen);
                }
            }
            _ => {}
        }
    }
}
