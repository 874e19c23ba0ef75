//! How Ruby prints values: `to_s` and `inspect`.
//!
//! Not here: literals for a settings file; that is `print`.

use std::fmt::Write as _;

use super::{HashKey, Unknown, Value};

/// Deeper nesting is not printed: the text would be of no use and the stack is limited.
const DEPTH_LIMIT: usize = 100;
/// Longer text is not printed: nested values that share their parts can print to any length.
const LENGTH_LIMIT: usize = 16 << 20;

impl Value {
    /// The text that Ruby's `to_s` gives, as in interpolation: nothing for `nil`, `["a", 1]` for an array.
    ///
    /// # Errors
    /// The [`Unknown`] that the value is or holds.
    pub fn to_ruby_text(&self) -> Result<String, Unknown> {
        match self {
            Self::Nil => Ok(String::new()),
            Self::Str(text) => {
                let content = text.borrow();
                content.unknown.clone().map_or_else(|| Ok(content.text.clone()), Err)
            }
            Self::Symbol(name) => Ok(name.clone()),
            other => other.inspect(),
        }
    }

    /// The text that Ruby's `inspect` gives: `nil`, `"text"`, `{"key"=>:symbol}`.
    ///
    /// # Errors
    /// The [`Unknown`] that the value is or holds.
    ///
    /// # Source
    /// Ruby 2.3 to 3.3, so GitLab 11.0 to 18.11; Ruby 3.4 puts spaces around the arrow.
    pub fn inspect(&self) -> Result<String, Unknown> {
        let mut text = String::new();
        write_value(self, &mut text, 0)?;
        Ok(text)
    }
}

fn write_value(value: &Value, out: &mut String, depth: usize) -> Result<(), Unknown> {
    if depth > DEPTH_LIMIT || out.len() > LENGTH_LIMIT {
        let span = super::Span { start: 0, end: 0 };
        return Err(Unknown { span, reason: "the printed value is too large".to_owned() });
    }
    match value {
        Value::Nil => out.push_str("nil"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        // Writing to a string cannot fail.
        Value::Int(number) => drop(write!(out, "{number}")),
        Value::Float(number) => out.push_str(&float_to_s(*number)),
        Value::Symbol(name) => out.push_str(&symbol(name)),
        Value::Str(text) => {
            let content = text.borrow();
            match &content.unknown {
                Some(unknown) => return Err(unknown.clone()),
                None => out.push_str(&quoted(&content.text)),
            }
        }
        Value::Array(array) => {
            let content = array.borrow();
            if let Some(unknown) = &content.unknown {
                return Err(unknown.clone());
            }
            out.push('[');
            for (index, item) in content.items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_value(item, out, depth + 1)?;
            }
            out.push(']');
        }
        Value::Hash(hash) => {
            let content = hash.borrow();
            if let Some(unknown) = &content.unknown {
                return Err(unknown.clone());
            }
            out.push('{');
            for (index, (key, entry)) in content.entries.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                out.push_str(&key.inspect());
                out.push_str("=>");
                write_value(&entry.value, out, depth + 1)?;
            }
            out.push('}');
        }
        Value::Unknown(unknown) => return Err(unknown.clone()),
    }
    Ok(())
}

impl HashKey {
    /// The key as Ruby's `inspect` prints it.
    pub fn inspect(&self) -> String {
        match self {
            Self::Str(text) => quoted(text),
            Self::Symbol(name) => symbol(name),
            Self::Int(number) => number.to_string(),
            Self::Other(text) => text.clone(),
        }
    }
}

/// A float as Ruby prints it: always with a fraction, with an exponent below 0.0001 and from 1e16 on.
pub(super) fn float_to_s(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let size = number.abs();
    if number == 0.0 || (1e-4..1e16).contains(&size) {
        return format!("{number:?}");
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let mantissa = if mantissa.contains('.') { mantissa.to_owned() } else { format!("{mantissa}.0") };
    match exponent.strip_prefix('-') {
        Some(digits) => format!("{mantissa}e-{digits:0>2}"),
        None => format!("{mantissa}e+{exponent:0>2}"),
    }
}

fn symbol(name: &str) -> String {
    const OPERATORS: [&str; 22] = [
        "+", "-", "*", "/", "%", "**", "<<", ">>", "<", ">", "<=", ">=", "<=>", "==", "===", "=~", "!", "!=", "[]",
        "[]=", "&", "|",
    ];
    let body = name.strip_suffix(['?', '!', '=']).unwrap_or(name);
    let body = body.strip_prefix("@@").or_else(|| body.strip_prefix(['@', '$'])).unwrap_or(body);
    let mut chars = body.chars();
    let plain = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_' || !c.is_ascii())
        && chars.all(|c| c.is_alphanumeric() || c == '_' || !c.is_ascii());
    if plain || OPERATORS.contains(&name) { format!(":{name}") } else { format!(":{}", quoted(name)) }
}

/// A string in the double quotes of `inspect`.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '#' if matches!(chars.peek(), Some('{' | '$' | '@')) => out.push_str("\\#"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{1b}' => out.push_str("\\e"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            // Writing to a string cannot fail.
            c if c.is_control() => drop(write!(out, "\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::{float_to_s, quoted, symbol};

    #[test]
    fn floats_print_as_in_ruby() {
        for (number, text) in [
            (1.5, "1.5"),
            (100.0, "100.0"),
            (-0.0, "-0.0"),
            (1e20, "1.0e+20"),
            (1e16, "1.0e+16"),
            (1e15, "1000000000000000.0"),
            (0.0001, "0.0001"),
            (0.00001, "1.0e-05"),
            (1.234_567_890_123_456_8e17, "1.2345678901234568e+17"),
            (1e100, "1.0e+100"),
        ] {
            assert_eq!(float_to_s(number), text);
        }
    }

    #[test]
    fn strings_and_symbols_print_as_in_ruby() {
        assert_eq!(quoted("\u{1}\u{7f}\u{1b}é\0#{x} #x \"\\"), r##""\u0001\u007F\eé\u0000\#{x} #x \"\\""##);
        assert_eq!(symbol("a b"), ":\"a b\"");
        assert_eq!(symbol("[]="), ":[]=");
        assert_eq!(symbol("name="), ":name=");
    }
}
