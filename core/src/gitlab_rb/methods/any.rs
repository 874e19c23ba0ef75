//! Methods that every value has, and those of `nil`, `true` and `false`.

use super::super::evaluation::{Callback, Evaluation};
use super::super::failure::Kind as FailureKind;
use super::super::outcome::{Outcome, raised};
use super::super::{RubyHash, Span, Value};
use super::{arguments, hash, mutability};

pub(super) fn call<'a>(
    evaluation: &mut Evaluation<'a>,
    receiver: &Value,
    name: &str,
    arguments: &[Value],
    callback: Option<&Callback<'a>>,
    span: Span,
) -> Outcome<Option<Value>> {
    Ok(Some(match (name, arguments) {
        ("nil?", []) => Value::Bool(matches!(receiver, Value::Nil)),
        ("!", []) => Value::Bool(receiver.truthy() == Some(false)),
        ("==" | "===" | "eql?", [other]) => {
            let equal = receiver == other && (name != "eql?" || receiver.class_name() == other.class_name());
            Value::Bool(equal)
        }
        ("equal?", [_]) => return Ok(None),
        ("!=", [other]) => Value::Bool(receiver != other),
        ("to_s", []) => match receiver.to_ruby_text() {
            Ok(text) => evaluation.new_text(text, span)?,
            Err(unknown) => Value::Unknown(unknown),
        },
        ("inspect", []) => match receiver.inspect() {
            Ok(text) => evaluation.new_text(text, span)?,
            Err(unknown) => Value::Unknown(unknown),
        },
        ("itself", []) => receiver.clone(),
        ("freeze", []) => {
            match receiver {
                Value::Str(text) => text.borrow_mut().frozen = true,
                Value::Array(array) => array.borrow_mut().frozen = true,
                Value::Hash(hash) => hash.borrow_mut().frozen = true,
                _ => {}
            }
            receiver.clone()
        }
        ("frozen?", []) => Value::Bool(mutability::is_frozen(receiver)),
        ("dup" | "clone" | "+@", []) => copy(evaluation, receiver, name, span)?,
        ("then" | "yield_self", []) => match callback {
            Some(callback) => evaluation.yield_to(callback, vec![receiver.clone()], span)?,
            None => return Ok(None),
        },
        ("tap", []) => match callback {
            Some(callback) => {
                evaluation.yield_to(callback, vec![receiver.clone()], span)?;
                receiver.clone()
            }
            None => return Ok(None),
        },
        _ => return Ok(None),
    }))
}

fn copy(evaluation: &mut Evaluation<'_>, receiver: &Value, name: &str, span: Span) -> Outcome {
    let keep_frozen = name == "clone";
    Ok(match receiver {
        Value::Str(text) if name == "+@" && !text.borrow().frozen => receiver.clone(),
        Value::Str(text) => {
            let copied = text.borrow().clone();
            let value = evaluation.new_text(copied.text, span)?;
            if let Value::Str(new) = &value {
                new.borrow_mut().frozen = keep_frozen && copied.frozen;
            }
            value
        }
        Value::Array(array) => {
            let items = array.borrow().items.clone();
            evaluation.work(items.len(), span)?;
            let value = Value::array(items);
            if let Value::Array(new) = &value {
                new.borrow_mut().frozen = keep_frozen && array.borrow().frozen;
            }
            value
        }
        Value::Hash(original) => {
            evaluation.measure(receiver, span)?;
            let mut new: RubyHash = hash::copied(&original.borrow());
            new.frozen = keep_frozen && original.borrow().frozen;
            Value::hash(new)
        }
        other => other.clone(),
    })
}

pub(super) fn call_nil(name: &str, arguments: &[Value]) -> Option<Value> {
    Some(match (name, arguments) {
        ("to_s", []) => {
            let text = Value::text("");
            if let Value::Str(text) = &text {
                text.borrow_mut().frozen = true;
            }
            text
        }
        ("to_a", []) => Value::array(Vec::new()),
        ("to_h", []) => Value::hash(RubyHash::default()),
        ("to_i", []) => Value::Int(0),
        ("to_f", []) => Value::Float(0.0),
        ("&", [_]) => Value::Bool(false),
        ("|", [other]) => Value::Bool(other.truthy()?),
        _ => return None,
    })
}

pub(super) fn call_bool(flag: bool, name: &str, arguments: &[Value]) -> Option<Value> {
    Some(match (name, arguments) {
        ("to_s", []) => {
            let text = Value::text(flag.to_string());
            if let Value::Str(text) = &text {
                text.borrow_mut().frozen = true;
            }
            text
        }
        ("&", [other]) => Value::Bool(flag && other.truthy()?),
        ("|", [other]) => Value::Bool(flag || other.truthy()?),
        ("^", [other]) => Value::Bool(flag != other.truthy()?),
        _ => return None,
    })
}

/// `String(value)`, `Integer(value)`, `Float(value)`, `Array(value)`.
pub(in super::super) fn convert(evaluation: &mut Evaluation<'_>, name: &str, value: Value, span: Span) -> Outcome {
    if let Value::Unknown(_) = value {
        return Ok(value);
    }
    evaluation.measure(&value, span)?;
    let invalid = |text: &str| {
        let message = format!("`{name}({})` is not possible: `ArgumentError`", super::super::inspect::quoted(text));
        raised(FailureKind::Raised, span, message)
    };
    match (name, &value) {
        ("String", _) => match value.to_ruby_text() {
            Ok(text) => evaluation.new_text(text, span),
            Err(unknown) => Ok(Value::Unknown(unknown)),
        },
        ("Array", Value::Nil) => Ok(Value::array(Vec::new())),
        ("Array", Value::Array(_)) => Ok(value),
        ("Array", Value::Hash(hash)) => Ok(Value::array(hash::pairs(&hash.borrow()))),
        ("Array", _) => Ok(Value::array(vec![value])),
        ("Integer", Value::Int(_)) | ("Float", Value::Float(_)) => Ok(value),
        #[expect(clippy::cast_possible_truncation, reason = "Ruby truncates too")]
        ("Integer", Value::Float(number)) => Ok(Value::Int(*number as i128)),
        #[expect(clippy::cast_precision_loss, reason = "Ruby rounds too")]
        ("Float", Value::Int(number)) => Ok(Value::Float(*number as f64)),
        ("Integer", Value::Str(text)) => {
            let text = text.borrow().text.clone();
            let digits = text.trim();
            let plain = digits.strip_prefix(['-', '+']).unwrap_or(digits);
            match digits.parse::<i128>() {
                Ok(number) if !plain.starts_with('0') || plain == "0" => Ok(Value::Int(number)),
                _ if plain.starts_with('0') || plain.contains('_') => {
                    Ok(evaluation.unknown(span, "this notation of a number is left to Ruby"))
                }
                _ => invalid(&text),
            }
        }
        ("Float", Value::Str(text)) => {
            let text = text.borrow().text.clone();
            let plain = !text.is_empty() && text.trim().bytes().all(|b| b.is_ascii_digit() || b".-+eE".contains(&b));
            match text.trim().parse::<f64>() {
                Ok(number) if plain => Ok(Value::Float(number)),
                _ if text.contains('_') => Ok(evaluation.unknown(span, "this notation of a number is left to Ruby")),
                _ => invalid(&text),
            }
        }
        (_, other) => {
            let message = format!("can't convert {} into {name}: `TypeError`", arguments::named(other));
            raised(FailureKind::TypeError, span, message)
        }
    }
}
