//! Methods of strings and symbols that leave them as they are.

use std::cmp::Ordering;

use super::super::evaluation::{Callback, Evaluation};
use super::super::failure::Kind as FailureKind;
use super::super::outcome::{Outcome, raised};
use super::super::{Span, Text, Value};
use super::{arguments, format, mutability, string_change, string_copy, string_search};

pub(super) fn call<'a>(
    evaluation: &mut Evaluation<'a>,
    text: &Text,
    name: &str,
    arguments: &[Value],
    callback: Option<&Callback<'a>>,
    span: Span,
) -> Outcome<Option<Value>> {
    if mutability::changes_receiver(&Value::Str(text.clone()), name) {
        return string_change::call(evaluation, text, name, arguments, span);
    }
    let content = text.borrow().text.clone();
    evaluation.work(content.len() / 4, span)?;
    let made = match (name, arguments) {
        ("+", [other]) => Some(content.clone() + &arguments::text(other, span)?),
        ("*", [count]) => Some(repeated(evaluation, &content, count, span)?),
        ("%", [values]) => match format::format(&content, values, span)? {
            Some(text) => Some(text),
            None => return Ok(None),
        },
        _ => string_copy::call(&content, name, arguments),
    };
    if let Some(made) = made {
        return evaluation.new_text(made, span).map(Some);
    }
    if let ("<" | ">" | "<=" | ">=" | "<=>", [other]) = (name, arguments) {
        let order = match other {
            Value::Str(other) => Some(content.as_bytes().cmp(other.borrow().text.as_bytes())),
            _ => None,
        };
        return ordered(&Value::Str(text.clone()), name, other, order, span).map(Some);
    }
    match string_search::call(evaluation, &content, name, arguments, callback, span)? {
        None => Ok(facts(&content, name, arguments)),
        done => Ok(done),
    }
}

/// `"ab" * 3`
fn repeated(evaluation: &mut Evaluation<'_>, content: &str, count: &Value, span: Span) -> Outcome<String> {
    let count = arguments::integer(count, span)?;
    let Ok(count) = usize::try_from(count) else {
        return raised(FailureKind::Raised, span, "a text cannot be repeated this often: `ArgumentError`");
    };
    evaluation.work(content.len().saturating_mul(count) / 4, span)?;
    Ok(content.repeat(count))
}

/// Methods that tell something about a text.
fn facts(content: &str, name: &str, arguments: &[Value]) -> Option<Value> {
    let count = |number: usize| Value::Int(i128::try_from(number).unwrap_or(i128::MAX));
    Some(match (name, arguments) {
        ("length" | "size", []) => count(content.chars().count()),
        ("bytesize", []) => count(content.len()),
        ("empty?", []) => Value::Bool(content.is_empty()),
        ("ascii_only?", []) => Value::Bool(content.is_ascii()),
        ("to_sym" | "intern", []) => Value::Symbol(content.to_owned()),
        ("to_i", []) => Value::Int(leading_integer(content, 10)?),
        ("to_i", [Value::Int(base @ (2 | 8 | 10 | 16))]) => {
            Value::Int(leading_integer(content, u32::try_from(*base).ok()?)?)
        }
        ("hex", []) => Value::Int(leading_integer(content, 16)?),
        ("to_f", []) => Value::Float(leading_float(content)),
        ("ord", []) => Value::Int(i128::from(u32::from(content.chars().next()?))),
        ("casecmp?", [Value::Str(other)]) => Value::Bool(content.to_lowercase() == other.borrow().text.to_lowercase()),
        ("eql?", [Value::Str(other)]) => Value::Bool(content == other.borrow().text),
        ("valid_encoding?", []) => Value::Bool(true),
        ("between?", [Value::Str(low), Value::Str(high)]) => {
            Value::Bool(content >= low.borrow().text.as_str() && content <= high.borrow().text.as_str())
        }
        _ => return None,
    })
}

/// The number a text starts with, 0 if with none; `None` if it is too large.
fn leading_integer(content: &str, base: u32) -> Option<i128> {
    let text = content.trim_start();
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let prefix = match base {
        16 => ["0x", "0X"],
        8 => ["0o", "0O"],
        2 => ["0b", "0B"],
        _ => ["", ""],
    };
    let text = prefix.iter().find_map(|p| (!p.is_empty()).then(|| text.strip_prefix(p)).flatten()).unwrap_or(text);
    let mut number: i128 = 0;
    let mut after_digit = false;
    for c in text.chars() {
        if let Some(digit) = c.to_digit(base) {
            number = number.checked_mul(i128::from(base))?.checked_add(i128::from(digit))?;
            after_digit = true;
        } else if c == '_' && after_digit {
            after_digit = false;
        } else {
            break;
        }
    }
    Some(if negative { -number } else { number })
}

fn leading_float(content: &str) -> f64 {
    let text = content.trim_start();
    let end = text.char_indices().take_while(|(_, c)| c.is_ascii_digit() || "+-.eE".contains(*c)).count();
    (0..=end).rev().filter(|end| !text[..*end].ends_with('.')).find_map(|end| text[..end].parse().ok()).unwrap_or(0.0)
}

/// The result of a comparison operator, or the `ArgumentError` for values that have no order.
pub(super) fn ordered(left: &Value, name: &str, right: &Value, order: Option<Ordering>, span: Span) -> Outcome {
    let Some(order) = order else {
        if name == "<=>" {
            return Ok(Value::Nil);
        }
        let message =
            format!("comparison of {} with {} failed: `ArgumentError`", left.class_name(), arguments::named(right));
        return raised(FailureKind::Raised, span, message);
    };
    Ok(match name {
        "<" => Value::Bool(order.is_lt()),
        ">" => Value::Bool(order.is_gt()),
        "<=" => Value::Bool(order.is_le()),
        ">=" => Value::Bool(order.is_ge()),
        _ => Value::Int(order as i128),
    })
}

pub(super) fn call_symbol(symbol: &str, name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("to_s" | "name" | "id2name", []) => Some(Value::text(symbol)),
        ("to_sym", []) => Some(Value::Symbol(symbol.to_owned())),
        ("length" | "size" | "empty?", []) => facts(symbol, name, &[]),
        ("upcase" | "downcase" | "capitalize", []) => string_copy::call(symbol, name, &[]).map(Value::Symbol),
        _ => None,
    }
}

/// `receiver[first..last]` on strings and arrays.
pub(in super::super) fn slice_range(
    evaluation: &mut Evaluation<'_>,
    receiver: &Value,
    bounds: &[Option<Value>; 2],
    exclusive: bool,
    span: Span,
) -> Outcome {
    if let Some(unknown @ Value::Unknown(_)) = bounds.iter().flatten().find(|bound| matches!(bound, Value::Unknown(_)))
    {
        return Ok(unknown.clone());
    }
    let length = match receiver {
        Value::Str(text) => text.borrow().text.chars().count(),
        Value::Array(array) => array.borrow().items.len(),
        Value::Unknown(_) => return Ok(receiver.clone()),
        _ => return Ok(evaluation.unknown(span, "a range as a key is left to Ruby")),
    };
    let [first, last] = bounds;
    let first =
        first.as_ref().filter(|it| !matches!(it, Value::Nil)).map_or(Ok(0), |it| arguments::integer(it, span))?;
    let (last, exclusive) = match last.as_ref().filter(|it| !matches!(it, Value::Nil)) {
        Some(last) => (arguments::integer(last, span)?, exclusive),
        None => (-1, false),
    };
    let Some(start) = arguments::position(first, length).filter(|start| *start <= length) else {
        return Ok(Value::Nil);
    };
    let last = if last < 0 { last + i128::try_from(length).unwrap_or(0) } else { last };
    let end = if exclusive { last } else { last.saturating_add(1) };
    let end = usize::try_from(end).unwrap_or(0).clamp(start, length);
    match receiver {
        Value::Str(text) => {
            let part: String = text.borrow().text.chars().skip(start).take(end - start).collect();
            evaluation.new_text(part, span)
        }
        Value::Array(array) => Ok(Value::array(array.borrow().items[start..end].to_vec())),
        _ => Ok(Value::Nil),
    }
}
