//! Methods that change a string in place; every name of the object sees the change.

use super::super::evaluation::Evaluation;
use super::super::failure::Kind as FailureKind;
use super::super::outcome::{Outcome, raised};
use super::super::{Span, Text, Value};
use super::{arguments, string_copy};

pub(super) fn call(
    evaluation: &mut Evaluation<'_>,
    text: &Text,
    name: &str,
    arguments: &[Value],
    span: Span,
) -> Outcome<Option<Value>> {
    let itself = Value::Str(text.clone());
    match (name, arguments) {
        ("<<", [Value::Int(code)]) => {
            let Some(c) = u32::try_from(*code).ok().and_then(char::from_u32) else { return Ok(None) };
            text.borrow_mut().text.push(c);
        }
        ("<<", [added]) => append(evaluation, text, added, span)?,
        ("concat", added) => {
            for added in added {
                append(evaluation, text, added, span)?;
            }
        }
        ("prepend", [before]) => {
            let before = arguments::text(before, span)?;
            evaluation.work(text.borrow().text.len() / 4, span)?;
            text.borrow_mut().text.insert_str(0, &before);
        }
        ("insert", [Value::Int(index), added]) => {
            let added = arguments::text(added, span)?;
            let length = text.borrow().text.chars().count();
            let after = usize::from(*index < 0);
            let Some(position) = arguments::position(*index, length).map(|it| it + after).filter(|it| *it <= length)
            else {
                return raised(FailureKind::Raised, span, format!("index {index} out of string: `IndexError`"));
            };
            let byte = text.borrow().text.char_indices().nth(position).map_or(text.borrow().text.len(), |(at, _)| at);
            evaluation.work(length / 4, span)?;
            text.borrow_mut().text.insert_str(byte, &added);
        }
        ("replace", [with]) => {
            let with = arguments::text(with, span)?;
            evaluation.work(with.len() / 4, span)?;
            text.borrow_mut().text = with;
        }
        ("clear", []) => text.borrow_mut().text.clear(),
        ("[]=", [Value::Str(part), with]) => {
            let with = arguments::text(with, span)?;
            let part = part.borrow().text.clone();
            let content = text.borrow().text.clone();
            if !content.contains(&part) {
                return raised(FailureKind::Raised, span, "the text does not contain this part: `IndexError`");
            }
            evaluation.work(content.len() / 4, span)?;
            text.borrow_mut().text = content.replacen(&part, &with, 1);
            return Ok(arguments_last(arguments));
        }
        ("[]=", [other @ (Value::Nil | Value::Bool(_) | Value::Symbol(_) | Value::Array(_) | Value::Hash(_)), _]) => {
            return arguments::no_conversion(other, "Integer", span);
        }
        (bang, arguments) => {
            let Some(plain) = bang.strip_suffix('!') else { return Ok(None) };
            let content = text.borrow().text.clone();
            evaluation.work(content.len() / 4, span)?;
            let Some(made) = string_copy::call(&content, plain, arguments) else { return Ok(None) };
            let same = made == content && plain != "reverse";
            text.borrow_mut().text = made;
            // Methods with `!` answer `nil` when there was nothing to change.
            return Ok(Some(if same { Value::Nil } else { itself }));
        }
    }
    Ok(Some(itself))
}

fn append(evaluation: &mut Evaluation<'_>, text: &Text, added: &Value, span: Span) -> Outcome<()> {
    let added = arguments::text(added, span)?;
    evaluation.work(added.len() / 4, span)?;
    text.borrow_mut().text.push_str(&added);
    Ok(())
}

fn arguments_last(arguments: &[Value]) -> Option<Value> {
    arguments.last().cloned()
}
