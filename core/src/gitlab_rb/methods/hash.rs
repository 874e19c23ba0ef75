//! Methods of hashes that call nothing back, of plain ones and of the package's own class.

use super::super::evaluation::{Callback, Evaluation};
use super::super::failure::Kind as FailureKind;
use super::super::outcome::{Outcome, raised};
use super::super::{Hash, HashEntry, HashKey, RubyArray, RubyHash, Span, Unknown, Value};
use super::{arguments, mutability};

pub(super) fn call<'a>(
    evaluation: &mut Evaluation<'a>,
    hash: &Hash,
    name: &str,
    arguments: &[Value],
    callback: Option<&Callback<'a>>,
    span: Span,
) -> Outcome<Option<Value>> {
    if callback.is_some() {
        return Ok(None);
    }
    match (name, arguments) {
        ("[]", [key]) => return read(evaluation, hash, key, span).map(Some),
        ("[]=" | "store", [key, value]) => {
            store(evaluation, hash, key, value.clone(), span)?;
            return Ok(Some(value.clone()));
        }
        ("merge!" | "update", others) => {
            for other in others {
                merge(evaluation, hash, other, span)?;
            }
            return Ok(Some(Value::Hash(hash.clone())));
        }
        ("merge", others) => {
            let doubt_free = Value::hash(copied(&hash.borrow()));
            evaluation.work(hash.borrow().entries.len(), span)?;
            if let Value::Hash(new) = &doubt_free {
                for other in others {
                    evaluation.certainly(|evaluation| merge(evaluation, new, other, span))?;
                }
            }
            return Ok(Some(doubt_free));
        }
        ("dig", [first, rest @ ..]) => {
            let found = lookup(evaluation, hash, first, span)?.unwrap_or(Value::Nil);
            return match (rest, &found) {
                ([], _) | (_, Value::Nil) => Ok(Some(found)),
                _ => evaluation.dispatch(found, "dig", rest.to_vec(), None, span).map(Some),
            };
        }
        ("fetch", [key, rest @ ..]) => {
            return match (lookup(evaluation, hash, key, span)?, rest) {
                (Some(value), _) => Ok(Some(value)),
                (None, [default]) => Ok(Some(default.clone())),
                (None, _) => match key.inspect() {
                    Ok(key) => raised(FailureKind::Raised, span, format!("key not found: {key}: `KeyError`")),
                    Err(unknown) => Ok(Some(Value::Unknown(unknown))),
                },
            };
        }
        ("key?" | "has_key?" | "include?" | "member?", [key]) => {
            return Ok(Some(Value::Bool(lookup(evaluation, hash, key, span)?.is_some())));
        }
        ("delete", [key]) => {
            evaluation.work(1 + hash.borrow().entries.len() / 8, span)?;
            let key = converted_key(evaluation, hash, key, span)?;
            return Ok(match key {
                Ok(key) => hash.borrow_mut().entries.shift_remove(&key).map(|entry| entry.value).or(Some(Value::Nil)),
                Err(_) => None,
            });
        }
        ("clear", []) => {
            hash.borrow_mut().entries.clear();
            return Ok(Some(Value::Hash(hash.clone())));
        }
        ("compact!", []) => {
            let before = hash.borrow().entries.len();
            hash.borrow_mut().entries.retain(|_, entry| !matches!(entry.value, Value::Nil));
            let changed = hash.borrow().entries.len() != before;
            return Ok(Some(if changed { Value::Hash(hash.clone()) } else { Value::Nil }));
        }
        _ => {}
    }
    if mutability::changes_receiver(&Value::Hash(hash.clone()), name) {
        return Ok(None);
    }
    evaluation.work(1 + hash.borrow().entries.len() / 4, span)?;
    whole(evaluation, hash, name, arguments, span)
}

/// Methods about the hash as a whole.
fn whole(
    evaluation: &mut Evaluation<'_>,
    hash: &Hash,
    name: &str,
    arguments: &[Value],
    span: Span,
) -> Outcome<Option<Value>> {
    let content = hash.borrow();
    let keys = || -> Option<Vec<Value>> { content.entries.keys().map(HashKey::to_value).collect() };
    let values = || content.entries.values().map(|entry| entry.value.clone());
    Ok(Some(match (name, arguments) {
        ("length" | "size" | "count", []) => Value::Int(i128::try_from(content.entries.len()).unwrap_or(0)),
        ("empty?", []) => Value::Bool(content.entries.is_empty()),
        ("any?", []) => Value::Bool(!content.entries.is_empty()),
        ("keys", []) => match keys() {
            Some(keys) => Value::array(keys),
            None => return Ok(None),
        },
        ("values", []) => Value::array(values().collect()),
        ("to_a" | "entries" | "sort" | "first", _) => {
            let pairs = Value::array(pairs(&content));
            if name == "to_a" || name == "entries" {
                pairs
            } else {
                evaluation.dispatch(pairs, name, arguments.to_vec(), None, span)?
            }
        }
        ("to_h", []) if !content.mash => Value::Hash(hash.clone()),
        ("to_h" | "to_hash", []) => {
            let mut plain = copied_entries(&content);
            plain.mash = false;
            Value::hash(plain)
        }
        ("value?" | "has_value?", [wanted]) => Value::Bool(values().any(|value| value == *wanted)),
        ("key", [wanted]) => {
            let found = content.entries.iter().find(|(_, entry)| entry.value == *wanted);
            match found.map(|(key, _)| key.to_value()) {
                Some(Some(key)) => key,
                Some(None) => return Ok(None),
                None => Value::Nil,
            }
        }
        ("compact", []) => {
            let mut new = copied_entries(&content);
            new.entries.retain(|_, entry| !matches!(entry.value, Value::Nil));
            Value::hash(new)
        }
        ("slice" | "except", wanted) => {
            let mut new = copied_entries(&content);
            let mut named = Vec::new();
            for key in wanted {
                match converted_key(evaluation, hash, key, span)? {
                    Ok(key) => named.push(key),
                    Err(unknown) => return Ok(Some(Value::Unknown(unknown))),
                }
            }
            new.entries.retain(|key, _| named.contains(key) == (name == "slice"));
            Value::hash(new)
        }
        ("values_at", wanted) => {
            let mut found = Vec::new();
            for key in wanted {
                found.push(lookup(evaluation, hash, key, span)?.unwrap_or(Value::Nil));
            }
            Value::array(found)
        }
        ("invert", []) => {
            let mut new = RubyHash::default();
            for (key, entry) in &content.entries {
                let (Some(value), Ok(key)) = (key.to_value(), evaluation.hash_key(&entry.value, span)?) else {
                    return Ok(None);
                };
                new.entries.insert(key, HashEntry { value, span: entry.span });
            }
            Value::hash(new)
        }
        ("symbolize_keys", []) if content.mash => {
            let mut new = RubyHash::default();
            for (key, entry) in &content.entries {
                let key = match key {
                    HashKey::Str(text) => HashKey::Symbol(text.clone()),
                    other => other.clone(),
                };
                new.entries.insert(key, entry.clone());
            }
            Value::hash(new)
        }
        _ => return Ok(None),
    }))
}

/// The pairs as arrays of two.
pub(in super::super) fn pairs(hash: &RubyHash) -> Vec<Value> {
    let pair = |(key, entry): (&HashKey, &HashEntry)| {
        let key = key.to_value().unwrap_or_else(|| {
            let span = entry.span.unwrap_or(Span { start: 0, end: 0 });
            Value::Unknown(Unknown { span, reason: "a key of this kind is left to Ruby".to_owned() })
        });
        Value::array(vec![key, entry.value.clone()])
    };
    hash.entries.iter().map(pair).collect()
}

/// A copy; the package's own class copies the hashes and arrays inside too.
pub(super) fn copied(hash: &RubyHash) -> RubyHash {
    let mut new = copied_entries(hash);
    if hash.mash {
        for entry in new.entries.values_mut() {
            let inner = match &entry.value {
                Value::Hash(inner) if inner.borrow().mash => Value::hash(copied(&inner.borrow())),
                Value::Array(inner) => Value::array(inner.borrow().items.clone()),
                other => other.clone(),
            };
            entry.value = inner;
        }
    }
    new
}

fn copied_entries(hash: &RubyHash) -> RubyHash {
    let mut new = RubyHash::default();
    new.entries.clone_from(&hash.entries);
    new.mash = hash.mash;
    new.unknown.clone_from(&hash.unknown);
    new
}

/// The key as the hash's class takes it.
fn converted_key(
    evaluation: &mut Evaluation<'_>,
    hash: &Hash,
    key: &Value,
    span: Span,
) -> Outcome<Result<HashKey, Unknown>> {
    let key = evaluation.hash_key(key, span)?;
    Ok(match key {
        Ok(HashKey::Symbol(name)) if hash.borrow().mash => Ok(HashKey::Str(name)),
        other => other,
    })
}

/// The value under a key, without making one.
fn lookup(evaluation: &mut Evaluation<'_>, hash: &Hash, key: &Value, span: Span) -> Outcome<Option<Value>> {
    Ok(match converted_key(evaluation, hash, key, span)? {
        Ok(key) => {
            let content = hash.borrow();
            let found = content.entries.get(&key).map(|entry| entry.value.clone().settled());
            found.or_else(|| content.unknown.clone().map(Value::Unknown))
        }
        Err(unknown) => Some(Value::Unknown(unknown)),
    })
}

/// `hash[key]`
fn read(evaluation: &mut Evaluation<'_>, hash: &Hash, key: &Value, span: Span) -> Outcome {
    if let Some(value) = lookup(evaluation, hash, key, span)? {
        return Ok(value);
    }
    if !hash.borrow().mash || hash.borrow().frozen {
        return Ok(Value::Nil);
    }
    Ok(match converted_key(evaluation, hash, key, span)? {
        Ok(key) => evaluation.vivify(hash, key),
        Err(unknown) => Value::Unknown(unknown),
    })
}

/// `hash[key] = value`
fn store(evaluation: &mut Evaluation<'_>, hash: &Hash, key: &Value, value: Value, span: Span) -> Outcome<()> {
    let key = converted_key(evaluation, hash, key, span)?;
    insert(evaluation, hash, key, value, span)
}

fn insert(
    evaluation: &mut Evaluation<'_>,
    hash: &Hash,
    key: Result<HashKey, Unknown>,
    value: Value,
    span: Span,
) -> Outcome<()> {
    let value = if hash.borrow().mash { as_mash_value(evaluation, value, span)? } else { value };
    let value = evaluation.as_stored(value);
    match key {
        Ok(key) => drop(hash.borrow_mut().entries.insert(key, HashEntry { value, span: Some(span) })),
        Err(unknown) => Evaluation::taint(&Value::Hash(hash.clone()), &unknown),
    }
    Ok(())
}

fn merge(evaluation: &mut Evaluation<'_>, hash: &Hash, other: &Value, span: Span) -> Outcome<()> {
    let other = match other {
        Value::Hash(other) => other.clone(),
        Value::Unknown(unknown) => {
            Evaluation::taint(&Value::Hash(hash.clone()), unknown);
            return Ok(());
        }
        other => return arguments::no_conversion(other, "Hash", span),
    };
    if let Some(unknown) = &other.borrow().unknown {
        Evaluation::taint(&Value::Hash(hash.clone()), unknown);
    }
    let entries = other.borrow().entries.clone();
    evaluation.work(entries.len(), span)?;
    let mash = hash.borrow().mash;
    for (key, entry) in entries {
        let key = match key {
            HashKey::Symbol(name) if mash => HashKey::Str(name),
            key => key,
        };
        insert(evaluation, hash, Ok(key), entry.value, entry.span.unwrap_or(span))?;
    }
    Ok(())
}

/// The value as the package's own class takes it: plain hashes become of that class, arrays are copied.
fn as_mash_value(evaluation: &mut Evaluation<'_>, value: Value, span: Span) -> Outcome {
    match &value {
        Value::Hash(hash) if hash.borrow().mash => Ok(value),
        Value::Hash(_) | Value::Array(_) => {
            evaluation.measure(&value, span)?;
            Ok(converted(&value))
        }
        _ => Ok(value),
    }
}

fn converted(value: &Value) -> Value {
    match value {
        Value::Hash(hash) if !hash.borrow().mash => {
            let plain = hash.borrow();
            let mut mash = RubyHash::new_mash();
            mash.unknown.clone_from(&plain.unknown);
            for (key, entry) in &plain.entries {
                let key = match key {
                    HashKey::Symbol(name) => HashKey::Str(name.clone()),
                    other => other.clone(),
                };
                mash.entries.insert(key, HashEntry { value: converted(&entry.value), span: entry.span });
            }
            Value::hash(mash)
        }
        Value::Array(array) => {
            let content = array.borrow();
            let mut new = RubyArray::new(content.items.iter().map(converted).collect());
            new.unknown.clone_from(&content.unknown);
            Value::Array(std::rc::Rc::new(std::cell::RefCell::new(new)))
        }
        other => other.clone(),
    }
}
