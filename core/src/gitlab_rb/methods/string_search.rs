//! Methods of strings that look for something in them, or take them apart.

use super::super::evaluation::{Callback, Evaluation};
use super::super::outcome::Outcome;
use super::super::{Span, Value};
use super::arguments;

pub(super) fn call<'a>(
    evaluation: &mut Evaluation<'a>,
    content: &str,
    name: &str,
    arguments: &[Value],
    callback: Option<&Callback<'a>>,
    span: Span,
) -> Outcome<Option<Value>> {
    Ok(Some(match (name, arguments) {
        ("include?", [part]) => Value::Bool(content.contains(&arguments::text(part, span)?)),
        ("start_with?" | "end_with?", [_, ..]) => {
            let mut found = false;
            for part in arguments {
                let part = arguments::text(part, span)?;
                found |= if name == "start_with?" { content.starts_with(&part) } else { content.ends_with(&part) };
            }
            Value::Bool(found)
        }
        ("index" | "rindex", [Value::Str(part)]) => {
            let part = part.borrow();
            let byte = if name == "index" { content.find(&part.text) } else { content.rfind(&part.text) };
            match byte {
                Some(byte) => Value::Int(i128::try_from(content[..byte].chars().count()).unwrap_or(0)),
                None => Value::Nil,
            }
        }
        ("[]" | "slice", [Value::Str(part)]) => {
            let part = part.borrow().text.clone();
            if content.contains(&part) { evaluation.new_text(part, span)? } else { Value::Nil }
        }
        ("[]" | "slice", [index @ (Value::Int(_) | Value::Float(_))]) => {
            let index = arguments::integer(index, span)?;
            let position = arguments::position(index, content.chars().count());
            match position.and_then(|position| content.chars().nth(position)) {
                Some(c) => Value::text(c),
                None => Value::Nil,
            }
        }
        ("[]" | "slice", [Value::Int(start), Value::Int(length)]) => {
            let total = content.chars().count();
            match (arguments::position(*start, total), usize::try_from(*length)) {
                (Some(start), Ok(length)) if start <= total => {
                    let part: String = content.chars().skip(start).take(length).collect();
                    evaluation.new_text(part, span)?
                }
                _ => Value::Nil,
            }
        }
        ("[]", [other @ (Value::Nil | Value::Bool(_) | Value::Symbol(_) | Value::Array(_) | Value::Hash(_))]) => {
            return arguments::no_conversion(other, "Integer", span);
        }
        ("split", []) => texts(evaluation, content.split_ascii_whitespace(), span)?,
        ("split", [Value::Str(separator)]) => {
            let separator = separator.borrow().text.clone();
            let parts = split(content, &separator, None);
            texts(evaluation, parts.iter().map(String::as_str), span)?
        }
        ("split", [Value::Str(separator), Value::Int(limit)]) => {
            let separator = separator.borrow().text.clone();
            if separator == " " && *limit != 0 {
                return Ok(None);
            }
            let parts = split(content, &separator, Some(*limit));
            texts(evaluation, parts.iter().map(String::as_str), span)?
        }
        ("partition" | "rpartition", [Value::Str(separator)]) => {
            let separator = separator.borrow().text.clone();
            let found =
                if name == "partition" { content.split_once(&separator) } else { content.rsplit_once(&separator) };
            let parts = match found {
                Some((before, after)) => [before, &separator, after],
                None if name == "partition" => [content, "", ""],
                None => ["", "", content],
            };
            texts(evaluation, parts.into_iter(), span)?
        }
        ("lines", []) => texts(evaluation, content.split_inclusive('\n'), span)?,
        ("chars", []) => {
            let chars: Vec<String> = content.chars().map(String::from).collect();
            texts(evaluation, chars.iter().map(String::as_str), span)?
        }
        ("each_line" | "each_char", []) => {
            let Some(callback) = callback else { return Ok(None) };
            let parts: Vec<String> = if name == "each_line" {
                content.split_inclusive('\n').map(str::to_owned).collect()
            } else {
                content.chars().map(String::from).collect()
            };
            for part in parts {
                let part = evaluation.new_text(part, span)?;
                evaluation.yield_to(callback, vec![part], span)?;
            }
            evaluation.new_text(content.to_owned(), span)?
        }
        ("count", [Value::Str(set)]) if set.borrow().text.chars().count() == 1 => {
            Value::Int(i128::try_from(content.matches(&set.borrow().text).count()).unwrap_or(0))
        }
        _ => return Ok(None),
    }))
}

/// Ruby's `split` by a text: empty pieces at the end are dropped unless there is a limit.
fn split(content: &str, separator: &str, limit: Option<i128>) -> Vec<String> {
    if content.is_empty() {
        return Vec::new();
    }
    let limit = limit.unwrap_or(0);
    let count = usize::try_from(limit).unwrap_or(0);
    let mut parts: Vec<String> = match (separator, count) {
        (" ", _) => content.split_ascii_whitespace().map(str::to_owned).collect(),
        ("", 0) => content.chars().map(String::from).collect(),
        ("", count) => {
            let mut parts: Vec<String> = content.chars().take(count - 1).map(String::from).collect();
            parts.push(content.chars().skip(count - 1).collect());
            parts
        }
        (separator, 0) => content.split(separator).map(str::to_owned).collect(),
        (separator, count) => content.splitn(count, separator).map(str::to_owned).collect(),
    };
    if limit == 0 {
        while parts.last().is_some_and(String::is_empty) {
            parts.pop();
        }
    }
    parts
}

fn texts<'t>(evaluation: &mut Evaluation<'_>, parts: impl Iterator<Item = &'t str>, span: Span) -> Outcome {
    let mut values = Vec::new();
    for part in parts {
        evaluation.work(1, span)?;
        values.push(evaluation.new_text(part.to_owned(), span)?);
    }
    Ok(Value::array(values))
}
