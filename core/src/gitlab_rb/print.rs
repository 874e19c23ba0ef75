//! Writing values and settings as Ruby that reads back to the same.
//!
//! Not here: how Ruby itself prints a value (`to_s`, `inspect`); that is `inspect`.

use std::fmt::Write as _;

use indexmap::IndexMap;

use super::{HashKey, Settings, Unknown, Value};

/// A string literal: single quotes, or double quotes where the text holds control characters.
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::print::print_string;
/// assert_eq!(print_string("it's"), r"'it\'s'");
/// assert_eq!(print_string("two\nlines"), r#""two\nlines""#);
/// ```
pub fn print_string(text: &str) -> String {
    if text.chars().any(char::is_control) { double_quoted(text) } else { single_quoted(text) }
}

/// A `mattermost['env'] = { … }` block to be pasted into `gitlab.rb`, one variable a line.
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::print::print_env_block;
///
/// let env = [("MM_A".to_owned(), "1".to_owned())].into();
/// assert_eq!(print_env_block(&env), "mattermost['env'] = {\n  'MM_A' => '1'\n}\n");
/// ```
pub fn print_env_block(env: &IndexMap<String, String>) -> String {
    if env.is_empty() {
        return "mattermost['env'] = {}\n".to_owned();
    }
    let lines: Vec<String> =
        env.iter().map(|(name, value)| format!("  {} => {}", print_string(name), print_string(value))).collect();
    format!("mattermost['env'] = {{\n{}\n}}\n", lines.join(",\n"))
}

/// A value as one line of Ruby.
///
/// # Errors
/// The [`Unknown`] that the value is or holds: there is no literal for it.
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::Value;
/// use gitlab_mattermost_core::gitlab_rb::print::print_value;
///
/// let list = Value::array(vec![Value::text("it's"), Value::Int(1), Value::Nil]);
/// assert_eq!(print_value(&list)?, r"['it\'s', 1, nil]");
/// # Ok::<(), gitlab_mattermost_core::gitlab_rb::Unknown>(())
/// ```
pub fn print_value(value: &Value) -> Result<String, Unknown> {
    Ok(match value {
        Value::Nil => "nil".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => print_float(*number),
        Value::Str(text) => {
            let content = text.borrow();
            match &content.unknown {
                Some(unknown) => return Err(unknown.clone()),
                None => print_string(&content.text),
            }
        }
        Value::Symbol(name) => print_symbol(name),
        Value::Array(array) => {
            let items: Result<Vec<String>, Unknown> = array.borrow().items.iter().map(print_value).collect();
            format!("[{}]", items?.join(", "))
        }
        Value::Hash(hash) => {
            let content = hash.borrow();
            if let Some(unknown) = &content.unknown {
                return Err(unknown.clone());
            }
            let pairs: Result<Vec<String>, Unknown> = content
                .entries
                .iter()
                .map(|(key, entry)| Ok(format!("{} => {}", print_key(key), print_value(&entry.value)?)))
                .collect();
            let pairs = pairs?;
            if pairs.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", pairs.join(", ")) }
        }
        Value::Unknown(unknown) => return Err(unknown.clone()),
    })
}

/// A whole settings file: the calls, then the sections, each in the order of the settings.
///
/// # Errors
/// The first [`Unknown`] among the settings: there is no literal for it.
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::print::print_settings;
/// use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read};
///
/// let settings = read("mattermost[\"uid\"] = 1200 + 34", &ReadOptions::default())?;
/// assert_eq!(print_settings(&settings), Ok("mattermost['uid'] = 1234\n".to_owned()));
/// # Ok::<(), gitlab_mattermost_core::gitlab_rb::ReadError>(())
/// ```
pub fn print_settings(settings: &Settings) -> Result<String, Unknown> {
    let mut text = String::new();
    for (method, assigned) in &settings.calls {
        let argument = print_value(&assigned.value)?;
        // Writing to a string cannot fail.
        let _ = match assigned.value {
            Value::Hash(_) => writeln!(text, "{method}({argument})"),
            _ => writeln!(text, "{method} {argument}"),
        };
    }
    for (section, hash) in &settings.sections {
        if settings.calls.contains_key(section) {
            continue;
        }
        let content = hash.borrow();
        if let Some(unknown) = &content.unknown {
            return Err(unknown.clone());
        }
        for (key, entry) in &content.entries {
            let _ = writeln!(text, "{section}[{}] = {}", print_key(key), print_value(&entry.value)?);
        }
    }
    Ok(text)
}

fn print_key(key: &HashKey) -> String {
    match key {
        HashKey::Str(text) => print_string(text),
        HashKey::Symbol(name) => print_symbol(name),
        HashKey::Int(number) => number.to_string(),
        HashKey::Other(inspected) => inspected.clone(),
    }
}

fn print_symbol(name: &str) -> String {
    let mut chars = name.chars();
    let plain = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { format!(":{name}") } else { format!(":{}", double_quoted(name)) }
}

fn print_float(number: f64) -> String {
    if number.is_nan() {
        "(0.0 / 0.0)".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "(1.0 / 0.0)" } else { "(-1.0 / 0.0)" }.to_owned()
    } else {
        super::inspect::float_to_s(number)
    }
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' | '#' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if c.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\u{{{:x}}}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;

    use super::{print_env_block, print_string, print_symbol};

    #[test]
    fn strings_are_quoted_so_that_ruby_reads_them_back() {
        for (text, literal) in [
            ("plain", "'plain'"),
            (r"back\slash", r"'back\\slash'"),
            ("no #{interpolation} #@here", "'no #{interpolation} #@here'"),
            ("tab\there #{x}", "\"tab\\there \\#{x}\""),
            ("\u{1b}[0m", "\"\\u{1b}[0m\""),
            ("chät", "'chät'"),
        ] {
            assert_eq!(print_string(text), literal);
        }
    }

    #[test]
    fn symbols_get_quotes_only_where_they_need_them() {
        assert_eq!(print_symbol("info"), ":info");
        assert_eq!(print_symbol("two words"), ":\"two words\"");
    }

    #[test]
    fn the_env_block_has_one_variable_a_line() {
        let env = IndexMap::from([("A".to_owned(), "1".to_owned()), ("B".to_owned(), "it's".to_owned())]);
        assert_eq!(print_env_block(&env), "mattermost['env'] = {\n  'A' => '1',\n  'B' => 'it\\'s'\n}\n");
        assert_eq!(print_env_block(&IndexMap::new()), "mattermost['env'] = {}\n");
    }
}
