//! `format` and `%`: texts with places for values.

use super::super::failure::Kind as FailureKind;
use super::super::outcome::{Outcome, raised};
use super::super::{HashKey, Span, Value};
use super::arguments;

/// The widest field that is filled.
const WIDTH_LIMIT: usize = 10_000;

/// The text with its places filled; `None` for directives that are not followed.
pub(super) fn format(template: &str, values: &Value, span: Span) -> Outcome<Option<String>> {
    let list = match values {
        Value::Array(array) => array.borrow().items.clone(),
        other => vec![other.clone()],
    };
    let mut next = list.iter();
    let mut out = String::new();
    let mut chars = template.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut flags = String::new();
        while let Some(flag) = chars.next_if(|c| "-+ 0#".contains(*c)) {
            flags.push(flag);
        }
        if let Some(open @ ('{' | '<')) = chars.next_if(|c| matches!(c, '{' | '<')) {
            let close = if open == '{' { '}' } else { '>' };
            let name: String = chars.by_ref().take_while(|c| *c != close).collect();
            let Some(value) = named(&list, &name) else {
                return raised(FailureKind::Raised, span, format!("key `{name}` not found: `KeyError`"));
            };
            if open == '{' {
                let Ok(text) = value.to_ruby_text() else { return Ok(None) };
                out.push_str(&text);
                continue;
            }
            let Some(directive) = directive(&mut chars, flags) else { return Ok(None) };
            let Some(text) = directive.apply(&value, span)? else { return Ok(None) };
            out.push_str(&text);
            continue;
        }
        if chars.next_if_eq(&'%').is_some() {
            out.push('%');
            continue;
        }
        let Some(directive) = directive(&mut chars, flags) else { return Ok(None) };
        let Some(value) = next.next() else {
            return raised(FailureKind::Raised, span, "too few arguments for the format: `ArgumentError`");
        };
        let Some(text) = directive.apply(value, span)? else { return Ok(None) };
        out.push_str(&text);
    }
    Ok(Some(out))
}

fn named(list: &[Value], name: &str) -> Option<Value> {
    let [Value::Hash(hash)] = list else { return None };
    let hash = hash.borrow();
    hash.entries.get(&HashKey::Symbol(name.to_owned())).map(|entry| entry.value.clone())
}

/// One place: `%-10.3f`.
struct Directive {
    flags: String,
    width: usize,
    precision: Option<usize>,
    letter: char,
}

fn directive(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, flags: String) -> Option<Directive> {
    let mut number = || {
        let mut digits = String::new();
        while let Some(digit) = chars.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        let value = if digits.is_empty() { Some(0) } else { digits.parse().ok() };
        (value, chars.next_if_eq(&'.').is_some())
    };
    let (width, has_precision) = number();
    let precision = if has_precision { Some(number().0?) } else { None };
    let letter = chars.next()?;
    let width = width?;
    let allowed = width <= WIDTH_LIMIT && precision.unwrap_or(0) <= WIDTH_LIMIT && !flags.contains('#');
    allowed.then_some(Directive { flags, width, precision, letter })
}

impl Directive {
    fn apply(&self, value: &Value, span: Span) -> Outcome<Option<String>> {
        let text = match self.letter {
            's' => {
                let Ok(text) = value.to_ruby_text() else { return Ok(None) };
                match self.precision {
                    Some(most) => text.chars().take(most).collect(),
                    None => text,
                }
            }
            'p' => match value.inspect() {
                Ok(text) => text,
                Err(_) => return Ok(None),
            },
            'd' | 'i' | 'u' => match value {
                Value::Int(_) | Value::Float(_) if self.precision.is_none() => {
                    self.signed(arguments::integer(value, span)?.to_string())
                }
                Value::Nil => {
                    return raised(FailureKind::TypeError, span, "can't convert nil into Integer: `TypeError`");
                }
                _ => return Ok(None),
            },
            'f' => match value {
                #[expect(clippy::cast_precision_loss, reason = "Ruby rounds too")]
                Value::Int(number) => self.signed(format!("{:.*}", self.precision.unwrap_or(6), *number as f64)),
                Value::Float(number) => self.signed(format!("{number:.*}", self.precision.unwrap_or(6))),
                Value::Nil => {
                    return raised(FailureKind::TypeError, span, "can't convert nil into Float: `TypeError`");
                }
                _ => return Ok(None),
            },
            'x' | 'X' | 'o' | 'b' => match (value, self.letter) {
                (Value::Int(number @ 0..), 'x') => format!("{number:x}"),
                (Value::Int(number @ 0..), 'X') => format!("{number:X}"),
                (Value::Int(number @ 0..), 'o') => format!("{number:o}"),
                (Value::Int(number @ 0..), _) => format!("{number:b}"),
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        Ok(Some(self.padded(&text)))
    }

    fn signed(&self, text: String) -> String {
        if text.starts_with('-') {
            text
        } else if self.flags.contains('+') {
            format!("+{text}")
        } else if self.flags.contains(' ') {
            format!(" {text}")
        } else {
            text
        }
    }

    fn padded(&self, text: &str) -> String {
        let missing = self.width.saturating_sub(text.chars().count());
        if self.flags.contains('-') {
            return format!("{text}{}", " ".repeat(missing));
        }
        if self.flags.contains('0') && self.letter != 's' && self.letter != 'p' {
            let digits = text.trim_start_matches(['+', '-', ' ']);
            let sign = &text[..text.len() - digits.len()];
            return format!("{sign}{}{digits}", "0".repeat(missing));
        }
        format!("{}{text}", " ".repeat(missing))
    }
}
