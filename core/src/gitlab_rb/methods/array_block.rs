//! Methods of arrays that call a block for their elements.

use super::super::evaluation::{Callback, Evaluation};
use super::super::outcome::Outcome;
use super::super::{Array, HashEntry, RubyHash, Span, Unknown, Value};
use super::array;

pub(super) fn call<'a>(
    evaluation: &mut Evaluation<'a>,
    array: &Array,
    name: &str,
    arguments: &[Value],
    callback: Option<&Callback<'a>>,
    span: Span,
) -> Outcome<Option<Value>> {
    let Some(callback) = callback else { return Ok(None) };
    let items = array.borrow().items.clone();
    evaluation.work(items.len(), span)?;
    let itself = Value::Array(array.clone());
    match (name, arguments) {
        ("each" | "each_entry", []) => {
            for item in items {
                evaluation.yield_to(callback, vec![item], span)?;
            }
            Ok(Some(itself))
        }
        ("each_with_index", []) => {
            for (index, item) in items.into_iter().enumerate() {
                evaluation.yield_to(callback, vec![item, index_value(index)], span)?;
            }
            Ok(Some(itself))
        }
        ("each_slice", [Value::Int(size @ 1..)]) => {
            for slice in items.chunks(usize::try_from(*size).unwrap_or(1)) {
                evaluation.yield_to(callback, vec![Value::array(slice.to_vec())], span)?;
            }
            Ok(Some(itself))
        }
        ("map!" | "collect!", []) => {
            let made = collected(evaluation, "map", items, callback, span)?;
            array.borrow_mut().items = made;
            Ok(Some(itself))
        }
        ("select!" | "filter!" | "keep_if" | "reject!" | "delete_if", []) => {
            let count = items.len();
            let keep = if matches!(name, "reject!" | "delete_if") { "reject" } else { "select" };
            match chosen(evaluation, keep, items, callback, span)? {
                Ok(made) => {
                    let nothing = name.ends_with('!') && made.len() == count;
                    array.borrow_mut().items = made;
                    Ok(Some(if nothing { Value::Nil } else { itself }))
                }
                Err(unknown) => {
                    array.borrow_mut().unknown = Some(unknown.clone());
                    Ok(Some(Value::Unknown(unknown)))
                }
            }
        }
        _ => over(evaluation, items, name, arguments, callback, span),
    }
}

/// Methods that make something new by calling a block for each of the items, be they an array's or a hash's.
pub(super) fn over<'a>(
    evaluation: &mut Evaluation<'a>,
    items: Vec<Value>,
    name: &str,
    arguments: &[Value],
    callback: &Callback<'a>,
    span: Span,
) -> Outcome<Option<Value>> {
    Ok(Some(match (name, arguments) {
        ("map" | "collect" | "flat_map" | "filter_map", []) => {
            Value::array(collected(evaluation, name, items, callback, span)?)
        }
        ("select" | "filter" | "reject", []) => match chosen(evaluation, name, items, callback, span)? {
            Ok(items) => Value::array(items),
            Err(unknown) => Value::Unknown(unknown),
        },
        ("find" | "detect" | "any?" | "all?" | "none?" | "find_index" | "index", []) => {
            search(evaluation, name, items, callback, span)?
        }
        ("each_with_object", [memo]) => {
            for item in items {
                evaluation.yield_to(callback, vec![item, memo.clone()], span)?;
            }
            memo.clone()
        }
        ("inject" | "reduce", [] | [_]) => {
            let mut items = items.into_iter();
            let mut memo = match arguments {
                [start] => start.clone(),
                _ => items.next().unwrap_or(Value::Nil),
            };
            for item in items {
                memo = evaluation.yield_to(callback, vec![memo, item], span)?;
            }
            memo
        }
        ("sum" | "count", []) => {
            let mut sum = Value::Int(0);
            for item in items {
                let mut value = evaluation.yield_to(callback, vec![item], span)?;
                if name == "count" {
                    value = match value.truthy() {
                        Some(counts) => Value::Int(i128::from(counts)),
                        None => return Ok(Some(value)),
                    };
                }
                sum = evaluation.dispatch(sum, "+", vec![value], None, span)?;
            }
            sum
        }
        ("sort_by" | "min_by" | "max_by" | "uniq" | "group_by" | "partition", []) => {
            return by_key(evaluation, name, items, callback, span);
        }
        ("to_h", []) => {
            let pairs = collected(evaluation, "map", items, callback, span)?;
            return evaluation.dispatch(Value::array(pairs), "to_h", Vec::new(), None, span).map(Some);
        }
        _ => return Ok(None),
    }))
}

fn index_value(index: usize) -> Value {
    Value::Int(i128::try_from(index).unwrap_or(i128::MAX))
}

fn collected<'a>(
    evaluation: &mut Evaluation<'a>,
    name: &str,
    items: Vec<Value>,
    callback: &Callback<'a>,
    span: Span,
) -> Outcome<Vec<Value>> {
    let mut made = Vec::with_capacity(items.len());
    for item in items {
        match (name, evaluation.yield_to(callback, vec![item], span)?) {
            ("flat_map", Value::Array(inner)) => {
                evaluation.work(inner.borrow().items.len(), span)?;
                made.extend(inner.borrow().items.iter().cloned());
            }
            ("filter_map", Value::Nil | Value::Bool(false)) => {}
            (_, value) => made.push(value),
        }
    }
    Ok(made)
}

fn chosen<'a>(
    evaluation: &mut Evaluation<'a>,
    name: &str,
    items: Vec<Value>,
    callback: &Callback<'a>,
    span: Span,
) -> Outcome<Result<Vec<Value>, Unknown>> {
    let mut kept = Vec::new();
    for item in items {
        let verdict = evaluation.yield_to(callback, vec![item.clone()], span)?;
        match (verdict.truthy(), verdict) {
            (Some(truthy), _) => {
                if truthy != (name == "reject") {
                    kept.push(item);
                }
            }
            (None, Value::Unknown(unknown)) => return Ok(Err(unknown)),
            (None, _) => {}
        }
    }
    Ok(Ok(kept))
}

fn search<'a>(
    evaluation: &mut Evaluation<'a>,
    name: &str,
    items: Vec<Value>,
    callback: &Callback<'a>,
    span: Span,
) -> Outcome {
    let stops_at = name != "all?";
    for (index, item) in items.into_iter().enumerate() {
        let verdict = evaluation.yield_to(callback, vec![item.clone()], span)?;
        match verdict.truthy() {
            None => return Ok(verdict),
            Some(truthy) if truthy == stops_at => {
                return Ok(match name {
                    "find" | "detect" => item,
                    "find_index" | "index" => index_value(index),
                    _ => Value::Bool(name == "any?"),
                });
            }
            Some(_) => {}
        }
    }
    Ok(match name {
        "any?" => Value::Bool(false),
        "all?" | "none?" => Value::Bool(true),
        _ => Value::Nil,
    })
}

/// Methods that arrange the items by what the block says of each.
fn by_key<'a>(
    evaluation: &mut Evaluation<'a>,
    name: &str,
    items: Vec<Value>,
    callback: &Callback<'a>,
    span: Span,
) -> Outcome<Option<Value>> {
    let mut keyed = Vec::with_capacity(items.len());
    for item in items {
        let key = evaluation.yield_to(callback, vec![item.clone()], span)?;
        if let Some(unknown) = evaluation.measure(&key, span)? {
            return Ok(Some(Value::Unknown(unknown)));
        }
        keyed.push((key, item));
    }
    evaluation.work(keyed.len(), span)?;
    Ok(Some(match name {
        "uniq" => {
            let mut kept: Vec<(Value, Value)> = Vec::new();
            for (key, item) in keyed {
                evaluation.work(1 + kept.len() / 4, span)?;
                if !kept.iter().any(|(known, _)| *known == key) {
                    kept.push((key, item));
                }
            }
            Value::array(kept.into_iter().map(|(_, item)| item).collect())
        }
        "partition" => {
            let (yes, no): (Vec<_>, Vec<_>) = keyed.into_iter().partition(|(key, _)| key.truthy() == Some(true));
            let part = |pairs: Vec<(Value, Value)>| Value::array(pairs.into_iter().map(|(_, item)| item).collect());
            Value::array(vec![part(yes), part(no)])
        }
        "group_by" => {
            let mut groups = RubyHash::default();
            for (key, item) in keyed {
                let Ok(key) = evaluation.hash_key(&key, span)? else { return Ok(None) };
                let entry = groups.entries.entry(key);
                let group = entry.or_insert_with(|| HashEntry { value: Value::array(Vec::new()), span: Some(span) });
                if let Value::Array(group) = &group.value {
                    group.borrow_mut().items.push(item);
                }
            }
            Value::hash(groups)
        }
        _ => {
            let keys: Vec<Value> = keyed.iter().map(|(key, _)| key.clone()).collect();
            array::sorted(&keys, span)?;
            keyed.sort_by(|(a, _), (b, _)| array::order(a, b).unwrap_or(std::cmp::Ordering::Equal));
            let mut items = keyed.into_iter().map(|(_, item)| item);
            match name {
                "sort_by" => Value::array(items.collect()),
                "min_by" => items.next().unwrap_or(Value::Nil),
                _ => items.next_back().unwrap_or(Value::Nil),
            }
        }
    }))
}
