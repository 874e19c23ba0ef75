//! Methods of hashes that call a block for their pairs.

use super::super::evaluation::{Callback, Evaluation};
use super::super::outcome::Outcome;
use super::super::{Hash, HashEntry, HashKey, RubyHash, Span, Value};
use super::{array_block, hash, mutability};

pub(super) fn call<'a>(
    evaluation: &mut Evaluation<'a>,
    receiver: &Hash,
    name: &str,
    arguments: &[Value],
    callback: Option<&Callback<'a>>,
    span: Span,
) -> Outcome<Option<Value>> {
    let Some(callback) = callback else { return Ok(None) };
    let items = hash::pairs(&receiver.borrow());
    evaluation.work(items.len(), span)?;
    match (name, arguments) {
        ("each" | "each_pair", []) => {
            for item in items {
                evaluation.yield_to(callback, vec![item], span)?;
            }
            Ok(Some(Value::Hash(receiver.clone())))
        }
        ("each_key" | "each_value", []) => {
            for item in items {
                let half = pair(&item).map(|(key, value)| if name == "each_key" { key } else { value });
                evaluation.yield_to(callback, vec![half.unwrap_or(Value::Nil)], span)?;
            }
            Ok(Some(Value::Hash(receiver.clone())))
        }
        ("each_with_index", []) => {
            for (index, item) in items.into_iter().enumerate() {
                let index = Value::Int(i128::try_from(index).unwrap_or(0));
                evaluation.yield_to(callback, vec![item, index], span)?;
            }
            Ok(Some(Value::Hash(receiver.clone())))
        }
        ("fetch", [key]) => {
            let known = evaluation.dispatch(Value::Hash(receiver.clone()), "key?", vec![key.clone()], None, span)?;
            match known.truthy() {
                Some(false) => evaluation.yield_to(callback, vec![key.clone()], span).map(Some),
                Some(true) => {
                    evaluation.dispatch(Value::Hash(receiver.clone()), "fetch", vec![key.clone()], None, span).map(Some)
                }
                None => Ok(Some(known)),
            }
        }
        ("select" | "filter" | "reject", []) => filtered(evaluation, receiver, items, name, callback, span).map(Some),
        ("transform_values" | "transform_keys", []) => {
            transformed(evaluation, receiver, name, callback, span).map(Some)
        }
        _ if mutability::changes_receiver(&Value::Hash(receiver.clone()), name) => Ok(None),
        _ => array_block::over(evaluation, items, name, arguments, callback, span),
    }
}

fn pair(item: &Value) -> Option<(Value, Value)> {
    let Value::Array(array) = item else { return None };
    match array.borrow().items.as_slice() {
        [key, value] => Some((key.clone(), value.clone())),
        _ => None,
    }
}

fn filtered<'a>(
    evaluation: &mut Evaluation<'a>,
    receiver: &Hash,
    items: Vec<Value>,
    name: &str,
    callback: &Callback<'a>,
    span: Span,
) -> Outcome {
    let mut kept = RubyHash::default();
    kept.mash = receiver.borrow().mash;
    let entries = receiver.borrow().entries.clone();
    for (item, (key, entry)) in items.into_iter().zip(entries) {
        let verdict = evaluation.yield_to(callback, vec![item], span)?;
        match verdict.truthy() {
            None => return Ok(verdict),
            Some(truthy) if truthy != (name == "reject") => drop(kept.entries.insert(key, entry)),
            Some(_) => {}
        }
    }
    Ok(Value::hash(kept))
}

fn transformed<'a>(
    evaluation: &mut Evaluation<'a>,
    receiver: &Hash,
    name: &str,
    callback: &Callback<'a>,
    span: Span,
) -> Outcome {
    let mut new = RubyHash::default();
    let entries = receiver.borrow().entries.clone();
    for (key, entry) in entries {
        let (key, value) = if name == "transform_values" {
            let value = evaluation.yield_to(callback, vec![entry.value.clone()], span)?;
            (Ok(key), value)
        } else {
            let old = key.to_value().unwrap_or_else(|| evaluation.unknown(span, "a key of this kind is left to Ruby"));
            let made = evaluation.yield_to(callback, vec![old], span)?;
            (evaluation.hash_key(&made, span)?, entry.value.clone())
        };
        let key: HashKey = match key {
            Ok(key) => key,
            Err(unknown) => return Ok(Value::Unknown(unknown)),
        };
        new.entries.insert(key, HashEntry { value, span: entry.span });
    }
    Ok(Value::hash(new))
}
