//! Methods of integers and floats.

use super::super::evaluation::{Callback, Evaluation};
use super::super::failure::Kind as FailureKind;
use super::super::outcome::{Outcome, raised};
use super::super::{Span, Value};
use super::arguments;

/// How often `times` and its like may call back.
const REPEAT_LIMIT: i128 = 1_000_000;

pub(super) fn call<'a>(
    evaluation: &mut Evaluation<'a>,
    receiver: &Value,
    name: &str,
    arguments: &[Value],
    callback: Option<&Callback<'a>>,
    span: Span,
) -> Outcome<Option<Value>> {
    match (name, arguments) {
        ("+" | "-" | "*" | "/" | "%" | "modulo" | "**" | "pow", [other]) => arithmetic(receiver, name, other, span),
        ("<" | ">" | "<=" | ">=" | "<=>", [other]) => compare(receiver, name, other, span),
        ("times" | "upto" | "downto", _) => repeat(evaluation, receiver, name, arguments, callback, span),
        _ => Ok(match receiver {
            Value::Int(number) => integer(*number, name, arguments),
            Value::Float(number) => float(*number, name, arguments),
            _ => None,
        }),
    }
}

#[expect(clippy::cast_precision_loss, reason = "Ruby rounds too")]
fn as_float(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    }
}

fn arithmetic(left: &Value, name: &str, right: &Value, span: Span) -> Outcome<Option<Value>> {
    if let (Value::Int(a), Value::Int(b)) = (left, right) {
        if *b == 0 && matches!(name, "/" | "%" | "modulo") {
            return raised(FailureKind::Raised, span, "divided by 0: `ZeroDivisionError`");
        }
        let result = match name {
            "+" => a.checked_add(*b),
            "-" => a.checked_sub(*b),
            "*" => a.checked_mul(*b),
            "/" => a.checked_div_euclid(*b).map(|_| floor_div(*a, *b)),
            "%" | "modulo" => a.checked_rem(*b).map(|_| a - floor_div(*a, *b) * b),
            _ => u32::try_from(*b).ok().and_then(|b| a.checked_pow(b)),
        };
        return Ok(result.map(Value::Int));
    }
    let (Some(a), Some(b)) = (as_float(left), as_float(right)) else {
        let class = left.class_name();
        let message = format!("{} can't be coerced into {class}: `TypeError`", arguments::named(right));
        return raised(FailureKind::TypeError, span, message);
    };
    Ok(Some(Value::Float(match name {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        "%" | "modulo" => a - b * (a / b).floor(),
        _ => a.powf(b),
    })))
}

fn floor_div(a: i128, b: i128) -> i128 {
    let quotient = a / b;
    if a % b != 0 && (a < 0) != (b < 0) { quotient - 1 } else { quotient }
}

fn compare(left: &Value, name: &str, right: &Value, span: Span) -> Outcome<Option<Value>> {
    let order = match (left, right) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        _ => match (as_float(left), as_float(right)) {
            (Some(a), Some(b)) => a.partial_cmp(&b),
            _ => None,
        },
    };
    super::string::ordered(left, name, right, order, span).map(Some)
}

fn repeat<'a>(
    evaluation: &mut Evaluation<'a>,
    receiver: &Value,
    name: &str,
    arguments: &[Value],
    callback: Option<&Callback<'a>>,
    span: Span,
) -> Outcome<Option<Value>> {
    let (Value::Int(start), Some(callback)) = (receiver, callback) else { return Ok(None) };
    let (first, last, step) = match (name, arguments) {
        ("times", []) => (0, start.saturating_sub(1), 1),
        ("upto", [Value::Int(end)]) => (*start, *end, 1),
        ("downto", [Value::Int(end)]) => (*start, *end, -1),
        _ => return Ok(None),
    };
    if last.saturating_sub(first).saturating_mul(step) > REPEAT_LIMIT {
        return Ok(None);
    }
    let mut number = first;
    while (last - number) * step >= 0 {
        evaluation.yield_to(callback, vec![Value::Int(number)], span)?;
        number += step;
    }
    Ok(Some(receiver.clone()))
}

fn integer(number: i128, name: &str, arguments: &[Value]) -> Option<Value> {
    Some(match (name, arguments) {
        ("to_i" | "to_int" | "floor" | "ceil" | "round" | "truncate" | "+@" | "ord", []) => Value::Int(number),
        #[expect(clippy::cast_precision_loss, reason = "Ruby rounds too")]
        ("to_f", []) => Value::Float(number as f64),
        ("-@", []) => Value::Int(number.checked_neg()?),
        ("~", []) => Value::Int(!number),
        ("abs" | "magnitude", []) => Value::Int(number.checked_abs()?),
        ("succ" | "next", []) => Value::Int(number.checked_add(1)?),
        ("pred", []) => Value::Int(number.checked_sub(1)?),
        ("zero?", []) => Value::Bool(number == 0),
        ("positive?", []) => Value::Bool(number > 0),
        ("negative?", []) => Value::Bool(number < 0),
        ("even?", []) => Value::Bool(number % 2 == 0),
        ("odd?", []) => Value::Bool(number % 2 != 0),
        ("integer?" | "finite?", []) => Value::Bool(true),
        ("&", [Value::Int(other)]) => Value::Int(number & other),
        ("|", [Value::Int(other)]) => Value::Int(number | other),
        ("^", [Value::Int(other)]) => Value::Int(number ^ other),
        ("<<", [Value::Int(bits @ 0..=60)]) => Value::Int(number.checked_mul(1 << bits)?),
        (">>", [Value::Int(bits @ 0..=120)]) => Value::Int(number >> bits),
        ("to_s" | "inspect", [Value::Int(base @ (2 | 8 | 16))]) => Value::text(match base {
            2 if number >= 0 => format!("{number:b}"),
            8 if number >= 0 => format!("{number:o}"),
            16 if number >= 0 => format!("{number:x}"),
            _ => return None,
        }),
        ("fdiv", [other]) => Value::Float(as_float(&Value::Int(number))? / as_float(other)?),
        ("between?", [Value::Int(low), Value::Int(high)]) => Value::Bool(number >= *low && number <= *high),
        ("clamp", [Value::Int(low), Value::Int(high)]) if low <= high => Value::Int(number.clamp(*low, *high)),
        ("div", [Value::Int(other)]) if *other != 0 => Value::Int(floor_div(number, *other)),
        ("divmod", [Value::Int(other)]) if *other != 0 => {
            let quotient = floor_div(number, *other);
            Value::array(vec![Value::Int(quotient), Value::Int(number - quotient * other)])
        }
        _ => return None,
    })
}

fn float(number: f64, name: &str, arguments: &[Value]) -> Option<Value> {
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
    let whole = |number: f64| (number.abs() < 1e30).then_some(Value::Int(number as i128));
    match (name, arguments) {
        ("to_i" | "to_int" | "truncate", []) => whole(number),
        ("floor", []) => whole(number.floor()),
        ("ceil", []) => whole(number.ceil()),
        ("round", []) => whole(number.round()),
        ("to_f" | "+@", []) => Some(Value::Float(number)),
        ("-@", []) => Some(Value::Float(-number)),
        ("abs" | "magnitude", []) => Some(Value::Float(number.abs())),
        ("zero?", []) => Some(Value::Bool(number == 0.0)),
        ("positive?", []) => Some(Value::Bool(number > 0.0)),
        ("negative?", []) => Some(Value::Bool(number < 0.0)),
        ("nan?", []) => Some(Value::Bool(number.is_nan())),
        ("integer?", []) => Some(Value::Bool(false)),
        _ => None,
    }
}
