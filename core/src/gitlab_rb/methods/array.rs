//! Methods of arrays that call nothing back.

use std::cmp::Ordering;

use super::super::evaluation::{Callback, Evaluation};
use super::super::failure::Kind as FailureKind;
use super::super::outcome::{Outcome, raised};
use super::super::{Array, HashEntry, RubyHash, Span, Value};
use super::{arguments, mutability};

pub(super) fn call<'a>(
    evaluation: &mut Evaluation<'a>,
    array: &Array,
    name: &str,
    arguments: &[Value],
    callback: Option<&Callback<'a>>,
    span: Span,
) -> Outcome<Option<Value>> {
    if callback.is_some() {
        return Ok(None);
    }
    if mutability::changes_receiver(&Value::Array(array.clone()), name) {
        return change(evaluation, array, name, arguments, span);
    }
    if let Some(value) = element(array, name, arguments, span)? {
        return Ok(Some(value));
    }
    let items = array.borrow().items.clone();
    evaluation.work(1 + items.len() / 4, span)?;
    let made = match (name, arguments) {
        ("+", [unknown @ Value::Unknown(_)]) => return Ok(Some(unknown.clone())),
        ("+", [other]) => Some([items.clone(), arguments::items(other, span)?].concat()),
        ("*", [Value::Int(count)]) => {
            let count = usize::try_from(*count).unwrap_or(0);
            evaluation.work(items.len().saturating_mul(count), span)?;
            Some(items.iter().cloned().cycle().take(items.len() * count).collect())
        }
        _ => selection(evaluation, &items, name, arguments, span)?,
    };
    if let Some(made) = made {
        evaluation.work(made.len() / 4, span)?;
        return Ok(Some(Value::array(made)));
    }
    summary(evaluation, &items, name, arguments, span)
}

/// One element, or a fact that needs none of them.
fn element(array: &Array, name: &str, arguments: &[Value], span: Span) -> Outcome<Option<Value>> {
    let content = array.borrow();
    let items = &content.items;
    let at = |index: i128| {
        let found = arguments::position(index, items.len()).and_then(|position| items.get(position));
        found.cloned().unwrap_or(Value::Nil)
    };
    Ok(Some(match (name, arguments) {
        ("length" | "size" | "count", []) => Value::Int(i128::try_from(items.len()).unwrap_or(0)),
        ("empty?", []) => Value::Bool(items.is_empty()),
        ("first", []) => at(0),
        ("last", []) => at(-1),
        ("[]" | "at" | "slice" | "dig", [index @ (Value::Int(_) | Value::Float(_))]) => {
            at(arguments::integer(index, span)?)
        }
        ("[]" | "slice", [Value::Int(start), Value::Int(length)]) => {
            match (arguments::position(*start, items.len()), usize::try_from(*length)) {
                (Some(start), Ok(length)) if start <= items.len() => {
                    Value::array(items.iter().skip(start).take(length).cloned().collect())
                }
                _ => Value::Nil,
            }
        }
        ("[]" | "at", [Value::Unknown(_)]) => return Ok(None),
        ("[]" | "at", [other]) => return arguments::no_conversion(other, "Integer", span),
        ("fetch", [Value::Int(index)]) => match arguments::position(*index, items.len()).and_then(|at| items.get(at)) {
            Some(value) => value.clone(),
            None => {
                return raised(
                    FailureKind::Raised,
                    span,
                    format!("index {index} outside of array bounds: `IndexError`"),
                );
            }
        },
        ("to_a" | "to_ary" | "entries", []) => Value::Array(array.clone()),
        _ => return Ok(None),
    }))
}

/// Methods that make a new array from the elements.
fn selection(
    evaluation: &mut Evaluation<'_>,
    items: &[Value],
    name: &str,
    arguments: &[Value],
    span: Span,
) -> Outcome<Option<Vec<Value>>> {
    let amount = |value: &Value| arguments::integer(value, span).map(|count| usize::try_from(count).unwrap_or(0));
    let mut among = |wanted: &Value, list: &[Value]| -> Outcome<bool> {
        evaluation.work(1 + list.len() / 4, span)?;
        Ok(list.contains(wanted))
    };
    Ok(Some(match (name, arguments) {
        ("first" | "take", [count]) => items.iter().take(amount(count)?).cloned().collect(),
        ("last", [count]) => items[items.len().saturating_sub(amount(count)?)..].to_vec(),
        ("drop", [count]) => items.iter().skip(amount(count)?).cloned().collect(),
        ("reverse", []) => items.iter().rev().cloned().collect(),
        ("compact", []) => items.iter().filter(|item| !matches!(item, Value::Nil)).cloned().collect(),
        ("flatten", []) => flattened(items),
        ("uniq" | "-" | "difference" | "&" | "intersection" | "|" | "union", _) => {
            let others = match arguments {
                [] if name == "uniq" => Vec::new(),
                [other] if name != "uniq" => arguments::items(other, span)?,
                _ => return Ok(None),
            };
            let joined = if matches!(name, "|" | "union") { [items, &others].concat() } else { items.to_vec() };
            let mut kept: Vec<Value> = Vec::new();
            for item in joined {
                let keep = match name {
                    "-" | "difference" => !among(&item, &others)?,
                    "&" | "intersection" => among(&item, &others)? && !among(&item, &kept)?,
                    _ => !among(&item, &kept)?,
                };
                if keep {
                    kept.push(item);
                }
            }
            kept
        }
        ("sort", []) => sorted(items, span)?,
        ("rotate", []) if !items.is_empty() => [&items[1..], &items[..1]].concat(),
        ("rotate", []) => Vec::new(),
        ("values_at", indices) => {
            let mut found = Vec::new();
            for index in indices {
                let position = arguments::position(arguments::integer(index, span)?, items.len());
                found.push(position.and_then(|at| items.get(at)).cloned().unwrap_or(Value::Nil));
            }
            found
        }
        ("zip", [Value::Array(other)]) => {
            let other = other.borrow();
            let pair = |(index, item): (usize, &Value)| {
                Value::array(vec![item.clone(), other.items.get(index).cloned().unwrap_or(Value::Nil)])
            };
            items.iter().enumerate().map(pair).collect()
        }
        _ => return Ok(None),
    }))
}

fn flattened(items: &[Value]) -> Vec<Value> {
    let mut flat = Vec::new();
    for item in items {
        match item {
            Value::Array(inner) => flat.append(&mut flattened(&inner.borrow().items)),
            other => flat.push(other.clone()),
        }
    }
    flat
}

/// The elements in order, or the `ArgumentError` for those that have none.
pub(super) fn sorted(items: &[Value], span: Span) -> Outcome<Vec<Value>> {
    let mut failed = None;
    let mut sorted = items.to_vec();
    sorted.sort_by(|a, b| {
        order(a, b).unwrap_or_else(|| {
            failed = Some((a.class_name(), arguments::named(b)));
            Ordering::Equal
        })
    });
    match failed {
        None => Ok(sorted),
        Some((left, right)) => {
            raised(FailureKind::Raised, span, format!("comparison of {left} with {right} failed: `ArgumentError`"))
        }
    }
}

/// The order of two values, if they have one.
#[expect(clippy::cast_precision_loss, reason = "Ruby rounds too")]
pub(super) fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::Int(a), Value::Float(b)) => (*a as f64).partial_cmp(b),
        (Value::Float(a), Value::Int(b)) => a.partial_cmp(&(*b as f64)),
        (Value::Str(a), Value::Str(b)) => Some(a.borrow().text.cmp(&b.borrow().text)),
        (Value::Symbol(a), Value::Symbol(b)) => Some(a.cmp(b)),
        (Value::Array(a), Value::Array(b)) => {
            let (a, b) = (a.borrow(), b.borrow());
            for (x, y) in a.items.iter().zip(&b.items) {
                match order(x, y)? {
                    Ordering::Equal => {}
                    other => return Some(other),
                }
            }
            Some(a.items.len().cmp(&b.items.len()))
        }
        (a, b) => (a == b).then_some(Ordering::Equal),
    }
}

/// Methods that make one value of all elements.
fn summary(
    evaluation: &mut Evaluation<'_>,
    items: &[Value],
    name: &str,
    arguments: &[Value],
    span: Span,
) -> Outcome<Option<Value>> {
    Ok(Some(match (name, arguments) {
        ("join", []) => joined(evaluation, items, "", span)?,
        ("join", [Value::Nil]) => joined(evaluation, items, "", span)?,
        ("join" | "*", [separator]) => {
            let separator = arguments::text(separator, span)?;
            joined(evaluation, items, &separator, span)?
        }
        ("include?" | "member?", [wanted]) => Value::Bool(items.contains(wanted)),
        ("index" | "find_index", [wanted]) => match items.iter().position(|item| item == wanted) {
            Some(index) => Value::Int(i128::try_from(index).unwrap_or(0)),
            None => Value::Nil,
        },
        ("count", [wanted]) => {
            Value::Int(i128::try_from(items.iter().filter(|item| *item == wanted).count()).unwrap_or(0))
        }
        ("any?", []) => match items.iter().find(|item| item.truthy() != Some(false)) {
            Some(unknown @ Value::Unknown(_)) => unknown.clone(),
            found => Value::Bool(found.is_some()),
        },
        ("min", []) => sorted(items, span)?.into_iter().next().unwrap_or(Value::Nil),
        ("max", []) => sorted(items, span)?.into_iter().next_back().unwrap_or(Value::Nil),
        ("sum", []) => {
            let mut sum = Value::Int(0);
            for item in items {
                sum = evaluation.dispatch(sum, "+", vec![item.clone()], None, span)?;
            }
            sum
        }
        ("inject" | "reduce", [Value::Symbol(operator)]) => {
            let mut items = items.iter().cloned();
            let mut sum = items.next().unwrap_or(Value::Nil);
            for item in items {
                sum = evaluation.dispatch(sum, operator, vec![item], None, span)?;
            }
            sum
        }
        ("to_h", []) => {
            let mut hash = RubyHash::default();
            for item in items {
                let Value::Array(pair) = item else { return Ok(None) };
                let pair = pair.borrow().items.clone();
                let [key, value] = pair.as_slice() else { return Ok(None) };
                match evaluation.hash_key(key, span)? {
                    Ok(key) => drop(hash.entries.insert(key, HashEntry { value: value.clone(), span: Some(span) })),
                    Err(unknown) => return Ok(Some(Value::Unknown(unknown))),
                }
            }
            Value::hash(hash)
        }
        _ => return Ok(None),
    }))
}

fn joined(evaluation: &mut Evaluation<'_>, items: &[Value], separator: &str, span: Span) -> Outcome {
    let mut text = String::new();
    for (index, item) in flattened(items).iter().enumerate() {
        if index > 0 {
            text.push_str(separator);
        }
        match item.to_ruby_text() {
            Ok(piece) => text.push_str(&piece),
            Err(unknown) => return Ok(Value::Unknown(unknown)),
        }
        evaluation.work(1 + separator.len() / 4, span)?;
    }
    evaluation.new_text(text, span)
}

/// Methods that change the array in place.
fn change(
    evaluation: &mut Evaluation<'_>,
    array: &Array,
    name: &str,
    arguments: &[Value],
    span: Span,
) -> Outcome<Option<Value>> {
    let itself = Value::Array(array.clone());
    match (name, arguments) {
        ("<<", [item]) => array.borrow_mut().items.push(item.clone()),
        ("push" | "append", items) => array.borrow_mut().items.extend(items.iter().cloned()),
        ("unshift" | "prepend", items) => {
            evaluation.work(array.borrow().items.len() / 4, span)?;
            array.borrow_mut().items.splice(0..0, items.iter().cloned());
        }
        ("concat", others) => {
            for other in others {
                if let Value::Unknown(unknown) = other {
                    array.borrow_mut().unknown = Some(unknown.clone());
                    return Ok(Some(itself));
                }
                let added = arguments::items(other, span)?;
                evaluation.work(added.len(), span)?;
                array.borrow_mut().items.extend(added);
            }
        }
        ("[]=", [Value::Int(index), value]) => {
            let length = array.borrow().items.len();
            let Some(position) = arguments::position(*index, length) else {
                return raised(FailureKind::Raised, span, format!("index {index} is too small: `IndexError`"));
            };
            evaluation.work(position.saturating_sub(length), span)?;
            let mut content = array.borrow_mut();
            if position >= length {
                content.items.resize(position + 1, Value::Nil);
            }
            content.items[position] = value.clone();
            return Ok(Some(value.clone()));
        }
        ("[]=", [Value::Unknown(unknown), _]) => array.borrow_mut().unknown = Some(unknown.clone()),
        ("[]=", [other @ (Value::Str(_) | Value::Symbol(_) | Value::Nil | Value::Hash(_) | Value::Bool(_)), _]) => {
            return arguments::no_conversion(other, "Integer", span);
        }
        ("pop", []) => return Ok(Some(array.borrow_mut().items.pop().unwrap_or(Value::Nil))),
        ("shift", []) => {
            evaluation.work(array.borrow().items.len() / 4, span)?;
            let mut content = array.borrow_mut();
            return Ok(Some(if content.items.is_empty() { Value::Nil } else { content.items.remove(0) }));
        }
        ("clear", []) => array.borrow_mut().items.clear(),
        ("replace", [other]) => {
            let items = arguments::items(other, span)?;
            evaluation.work(items.len(), span)?;
            array.borrow_mut().items = items;
        }
        ("delete", [wanted]) => {
            let items = array.borrow().items.clone();
            evaluation.work(items.len() / 4, span)?;
            let (gone, kept): (Vec<Value>, Vec<Value>) = items.into_iter().partition(|item| item == wanted);
            array.borrow_mut().items = kept;
            return Ok(Some(gone.into_iter().next_back().unwrap_or(Value::Nil)));
        }
        (bang, arguments) => {
            let Some(plain) = bang.strip_suffix('!') else { return Ok(None) };
            let items = array.borrow().items.clone();
            let Some(made) = selection(evaluation, &items, plain, arguments, span)? else { return Ok(None) };
            // Methods with `!` answer `nil` when there was nothing to drop.
            let nothing = matches!(plain, "compact" | "uniq" | "flatten") && made.len() == items.len();
            array.borrow_mut().items = made;
            return Ok(Some(if nothing { Value::Nil } else { itself }));
        }
    }
    Ok(Some(itself))
}
