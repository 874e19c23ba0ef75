//! Arguments as a method wants them, or the `TypeError` that Ruby raises.

use super::super::failure::Kind as FailureKind;
use super::super::outcome::{Outcome, raised};
use super::super::{Span, Value};

/// The argument as text.
pub(super) fn text(value: &Value, span: Span) -> Outcome<String> {
    match value {
        Value::Str(text) => Ok(text.borrow().text.clone()),
        other => no_conversion(other, "String", span),
    }
}

/// The argument as a whole number; floats lose their fraction.
pub(super) fn integer(value: &Value, span: Span) -> Outcome<i128> {
    match value {
        Value::Int(number) => Ok(*number),
        #[expect(clippy::cast_possible_truncation, reason = "Ruby truncates too")]
        Value::Float(number) => Ok(*number as i128),
        other => no_conversion(other, "Integer", span),
    }
}

/// The argument as an array's elements.
pub(super) fn items(value: &Value, span: Span) -> Outcome<Vec<Value>> {
    match value {
        Value::Array(array) => Ok(array.borrow().items.clone()),
        other => no_conversion(other, "Array", span),
    }
}

/// "no implicit conversion of Integer into String"
pub(super) fn no_conversion<T>(value: &Value, class: &str, span: Span) -> Outcome<T> {
    raised(
        FailureKind::TypeError,
        span,
        format!("no implicit conversion of {} into {class}: `TypeError`", named(value)),
    )
}

/// How Ruby names a value in such messages.
pub(super) fn named(value: &Value) -> String {
    match value {
        Value::Nil => "nil".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        other => other.class_name().to_owned(),
    }
}

/// An index from the front, or from the end if negative, into something of this length.
pub(super) fn position(index: i128, length: usize) -> Option<usize> {
    let length = i128::try_from(length).ok()?;
    let index = if index < 0 { index.checked_add(length)? } else { index };
    usize::try_from(index).ok()
}
