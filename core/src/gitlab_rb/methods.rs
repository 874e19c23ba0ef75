//! The methods of Ruby's values, as far as they are followed.
//!
//! A method that Ruby has but that is not followed here gives an unknown value; one that Ruby does not have is an
//! error. Each child holds the methods of one class and answers `None` for what it does not follow.

mod any;
mod arguments;
mod array;
mod array_block;
mod format;
mod hash;
mod hash_block;
mod mutability;
mod number;
mod string;
mod string_change;
mod string_copy;
mod string_search;
mod table;

pub(super) use any::convert;
pub(super) use hash::pairs;
pub(super) use mutability::{changes_receiver, is_frozen, stores_by_key};
pub(super) use string::slice_range;
pub(super) use table::{exists, is_function};

use super::evaluation::{Callback, Evaluation};
use super::outcome::Outcome;
use super::{Span, Unknown, Value};

/// Calls a method; `None` if it is not followed in this form.
pub(super) fn call<'a>(
    evaluation: &mut Evaluation<'a>,
    receiver: &Value,
    name: &str,
    arguments: &[Value],
    callback: Option<&Callback<'a>>,
    span: Span,
) -> Outcome<Option<Value>> {
    let own = match receiver {
        Value::Str(text) => string::call(evaluation, text, name, arguments, callback, span)?,
        Value::Symbol(symbol) => string::call_symbol(symbol, name, arguments),
        Value::Int(_) | Value::Float(_) => number::call(evaluation, receiver, name, arguments, callback, span)?,
        Value::Array(array) => match array::call(evaluation, array, name, arguments, callback, span)? {
            None => array_block::call(evaluation, array, name, arguments, callback, span)?,
            done => done,
        },
        Value::Hash(hash) => match hash::call(evaluation, hash, name, arguments, callback, span)? {
            None => hash_block::call(evaluation, hash, name, arguments, callback, span)?,
            done => done,
        },
        Value::Nil => any::call_nil(name, arguments),
        Value::Bool(flag) => any::call_bool(*flag, name, arguments),
        Value::Unknown(_) => None,
    };
    match own {
        None => any::call(evaluation, receiver, name, arguments, callback, span),
        done => Ok(done),
    }
}

/// The unknown value, if any, that leaves nothing known of the result.
pub(super) fn unknown_input(
    evaluation: &mut Evaluation<'_>,
    receiver: &Value,
    name: &str,
    arguments: &[Value],
    span: Span,
) -> Outcome<Option<Unknown>> {
    if let Value::Hash(hash) = receiver {
        let by_key =
            matches!(name, "[]" | "[]=" | "store" | "merge!" | "update" | "nil?" | "class" | "freeze" | "frozen?");
        if let (Some(unknown), false) = (&hash.borrow().unknown, by_key) {
            return Ok(Some(unknown.clone()));
        }
    }
    let collection = matches!(receiver, Value::Array(_) | Value::Hash(_));
    if collection && holds_elements(name) {
        return Ok(None);
    }
    let mut found = None;
    for argument in arguments {
        let inner = evaluation.measure(argument, span)?;
        found = found.or(inner);
    }
    if collection && !takes_elements(name) {
        let inner = evaluation.measure(receiver, span)?;
        found = found.or(inner);
    }
    Ok(found)
}

/// Methods of collections that hold unknown elements without looking at them.
fn holds_elements(name: &str) -> bool {
    matches!(
        name,
        "<<" | "push"
            | "append"
            | "unshift"
            | "prepend"
            | "[]="
            | "store"
            | "merge"
            | "merge!"
            | "update"
            | "fetch"
            | "+"
            | "concat"
            | "tap"
            | "then"
            | "each_with_object"
            | "inject"
            | "reduce"
    )
}

/// Methods of collections that take elements one by one, or look at their number only.
fn takes_elements(name: &str) -> bool {
    matches!(
        name,
        "[]" | "at"
            | "dig"
            | "first"
            | "last"
            | "each"
            | "each_pair"
            | "each_with_index"
            | "each_entry"
            | "map"
            | "collect"
            | "flat_map"
            | "map!"
            | "collect!"
            | "select"
            | "filter"
            | "reject"
            | "find"
            | "detect"
            | "each_key"
            | "each_value"
            | "keys"
            | "values"
            | "key?"
            | "has_key?"
            | "include_key?"
            | "length"
            | "size"
            | "empty?"
            | "any?"
            | "all?"
            | "none?"
            | "nil?"
            | "class"
            | "freeze"
            | "frozen?"
            | "dup"
            | "clone"
            | "itself"
            | "to_a"
            | "to_h"
            | "to_hash"
            | "to_ary"
            | "reverse"
            | "take"
            | "drop"
            | "push"
            | "pop"
            | "shift"
            | "delete_at"
            | "compact"
            | "values_at"
            | "slice"
            | "except"
            | "transform_values"
            | "transform_keys"
            | "symbolize_keys"
            | "is_a?"
            | "respond_to?"
            | "each_slice"
            | "zip"
            | "rotate"
            | "sort_by"
            | "group_by"
            | "partition"
            | "min_by"
            | "max_by"
            | "find_index"
            | "filter_map"
            | "sum"
            | "count"
            | "clear"
            | "entries"
    )
}
