//! Methods that answer with a changed copy of a text.

use super::super::Value;

/// The changed copy; `None` if the method is not followed in this form.
pub(super) fn call(content: &str, name: &str, arguments: &[Value]) -> Option<String> {
    let ruby_space = |c: char| c.is_ascii_whitespace() || c == '\u{b}' || c == '\0';
    Some(match (name, arguments) {
        ("upcase", []) => content.to_uppercase(),
        ("downcase", []) => content.to_lowercase(),
        ("capitalize", []) => {
            let mut chars = content.chars();
            let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
            first + &chars.as_str().to_lowercase()
        }
        ("swapcase", []) if content.is_ascii() => {
            let swap = |c: char| if c.is_ascii_uppercase() { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() };
            content.chars().map(swap).collect()
        }
        ("strip", []) => content.trim_start_matches(ruby_space).trim_end_matches(ruby_space).to_owned(),
        ("lstrip", []) => content.trim_start_matches(ruby_space).to_owned(),
        ("rstrip", []) => content.trim_end_matches(ruby_space).to_owned(),
        ("chomp", []) => chomped(content).to_owned(),
        ("chomp", [Value::Str(end)]) if !end.borrow().text.is_empty() => {
            let end = end.borrow();
            if end.text == "\n" { chomped(content) } else { content.strip_suffix(&end.text).unwrap_or(content) }
                .to_owned()
        }
        ("chop", []) => {
            let mut chars = content.strip_suffix("\r\n").map_or_else(|| content.chars(), str::chars);
            if !content.ends_with("\r\n") {
                chars.next_back();
            }
            chars.as_str().to_owned()
        }
        ("reverse", []) => content.chars().rev().collect(),
        ("delete_prefix", [Value::Str(start)]) => {
            content.strip_prefix(&start.borrow().text).unwrap_or(content).to_owned()
        }
        ("delete_suffix", [Value::Str(end)]) => content.strip_suffix(&end.borrow().text).unwrap_or(content).to_owned(),
        ("squeeze", []) => {
            let mut squeezed = String::new();
            for c in content.chars() {
                if !squeezed.ends_with(c) {
                    squeezed.push(c);
                }
            }
            squeezed
        }
        ("sub", [Value::Str(pattern), Value::Str(by)]) if !by.borrow().text.contains('\\') => {
            content.replacen(&pattern.borrow().text, &by.borrow().text, 1)
        }
        ("gsub", [Value::Str(pattern), Value::Str(by)]) if !by.borrow().text.contains('\\') => {
            let pattern = pattern.borrow();
            if pattern.text.len() * content.len() > 0 && by.borrow().text.len() > 1 << 20 {
                return None;
            }
            content.replace(&pattern.text, &by.borrow().text)
        }
        ("tr", [Value::Str(from), Value::Str(to)]) => translated(content, &from.borrow().text, &to.borrow().text)?,
        ("delete", [Value::Str(set)]) => translated(content, &set.borrow().text, "")?,
        ("ljust" | "rjust" | "center", [Value::Int(width)]) => justified(content, name, *width, " ")?,
        ("ljust" | "rjust" | "center", [Value::Int(width), Value::Str(pad)]) => {
            justified(content, name, *width, &pad.borrow().text)?
        }
        _ => return None,
    })
}

fn chomped(content: &str) -> &str {
    let without = content.strip_suffix('\n').map(|rest| rest.strip_suffix('\r').unwrap_or(rest));
    without.or_else(|| content.strip_suffix('\r')).unwrap_or(content)
}

/// `tr` with plain sets: ranges, but no negation or escapes.
fn translated(content: &str, from: &str, to: &str) -> Option<String> {
    let (from, to) = (char_set(from)?, char_set(to)?);
    let translate = |c: char| match from.iter().rposition(|known| *known == c) {
        None => Some(c),
        Some(_) if to.is_empty() => None,
        Some(_) => {
            let index = from.iter().position(|known| *known == c).unwrap_or(0);
            to.get(index).or(to.last()).copied()
        }
    };
    Some(content.chars().filter_map(translate).collect())
}

fn char_set(text: &str) -> Option<Vec<char>> {
    let chars: Vec<char> = text.chars().collect();
    if text.contains('\\') || (chars.len() > 1 && chars[0] == '^') || chars.len() > 256 {
        return None;
    }
    let mut set = Vec::new();
    let mut index = 0;
    while index < chars.len() {
        if index + 2 < chars.len() && chars[index + 1] == '-' {
            let (first, last) = (chars[index], chars[index + 2]);
            if first > last || u32::from(last) - u32::from(first) > 256 {
                return None;
            }
            set.extend(first..=last);
            index += 3;
        } else {
            set.push(chars[index]);
            index += 1;
        }
    }
    Some(set)
}

fn justified(content: &str, name: &str, width: i128, pad: &str) -> Option<String> {
    let length = content.chars().count();
    let width = usize::try_from(width).unwrap_or(0);
    if pad.is_empty() || width > 1 << 20 {
        return None;
    }
    let missing = width.saturating_sub(length);
    let fill = |count: usize| pad.chars().cycle().take(count).collect::<String>();
    Some(match name {
        "ljust" => format!("{content}{}", fill(missing)),
        "rjust" => format!("{}{content}", fill(missing)),
        _ => format!("{}{content}{}", fill(missing / 2), fill(missing - missing / 2)),
    })
}
