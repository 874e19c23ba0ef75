//! After the last statement: what the settings hold is made safe to hand on.
//!
//! Objects that only Ruby could follow become unknown values, and values that are nested without end, or share their
//! parts so often that writing them out would not end, are refused.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::evaluation::Evaluation;
use super::super::failure::Kind as FailureKind;
use super::super::outcome::{Outcome, raised};
use super::super::{Span, Value};
use super::NESTING_LIMIT;

/// The most values that the settings may have when written out.
const SIZE_LIMIT: u64 = 4_000_000;

/// The sizes of the objects already seen, by address; `None` while an object is being looked at.
type Sizes = BTreeMap<usize, Option<u64>>;

impl Evaluation<'_> {
    pub(super) fn finish(&mut self) -> Outcome<()> {
        self.settings.lost_locals = self.lost_locals();
        let mut sizes = Sizes::new();
        let mut total: u64 = 0;
        for assigned in self.settings.calls.values_mut() {
            assigned.value = assigned.value.clone().settled();
            total = total.saturating_add(settle(&assigned.value, assigned.span, 0, &mut sizes)?);
        }
        for hash in self.settings.sections.values() {
            let span = Span { start: 0, end: 0 };
            total = total.saturating_add(settle(&Value::Hash(Rc::clone(hash)), span, 0, &mut sizes)?);
        }
        if total > SIZE_LIMIT {
            return raised(FailureKind::TooMuchWork, Span { start: 0, end: 0 }, "the settings hold too many values");
        }
        Ok(())
    }
}

fn settle(value: &Value, span: Span, depth: usize, sizes: &mut Sizes) -> Outcome<u64> {
    let address = match value {
        Value::Array(array) => Rc::as_ptr(array).cast::<u8>() as usize,
        Value::Hash(hash) => Rc::as_ptr(hash).cast::<u8>() as usize,
        _ => return Ok(1),
    };
    match sizes.get(&address) {
        Some(Some(size)) => return Ok(*size),
        Some(None) => return raised(FailureKind::TooDeep, span, "the value contains itself"),
        None => {}
    }
    if depth > NESTING_LIMIT {
        return raised(FailureKind::TooDeep, span, format!("the value is nested more than {NESTING_LIMIT} deep"));
    }
    sizes.insert(address, None);
    let mut total: u64 = 1;
    // The parts are taken out first: an object that contains itself must not be borrowed twice.
    match value {
        Value::Array(array) => {
            let items: Vec<Value> = array.borrow().items.iter().cloned().map(Value::settled).collect();
            for item in &items {
                total = total.saturating_add(settle(item, span, depth + 1, sizes)?);
            }
            array.borrow_mut().items = items;
        }
        Value::Hash(hash) => {
            let mut entries = hash.borrow().entries.clone();
            for entry in entries.values_mut() {
                entry.value = entry.value.clone().settled();
                total = total.saturating_add(settle(&entry.value, entry.span.unwrap_or(span), depth + 1, sizes)?);
            }
            hash.borrow_mut().entries = entries;
        }
        _ => {}
    }
    sizes.insert(address, Some(total));
    Ok(total)
}
