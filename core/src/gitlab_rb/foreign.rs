//! What a file is that is no settings file, or not yet one: a template, YAML, a text out of a word processor.

use super::Span;

/// What to do about a file that is no valid Ruby at `span`, if it looks like something else.
pub(super) fn advice(source: &str, span: Span) -> Option<&'static str> {
    let line = line_at(source, span);
    let has = |marks: [&str; 2]| marks.iter().all(|mark| source.contains(mark));
    if has(["{%", "%}"]) || has(["{{", "}}"]) || has(["<%", "%>"]) || line.contains("${") {
        return Some(
            "this is a template that is not filled in yet; give the file that it makes, such as /etc/gitlab/gitlab.rb of the server",
        );
    }
    let first = source.lines().map(str::trim_end).find(|line| !line.is_empty() && !line.trim_start().starts_with('#'));
    match first.and_then(key_of_yaml) {
        Some(key) if key.ends_with("external_url") => {
            return Some("a setting has no colon: write `external_url 'https://gitlab.example.com'`");
        }
        Some(_) => {
            return Some(
                "this looks like YAML and not like a settings file; of a Compose file, give what stands below `GITLAB_OMNIBUS_CONFIG` \
                 as a file of its own",
            );
        }
        None => {}
    }
    if line.contains(['‘', '’', '“', '”', '„', '‚']) {
        return Some("the quotes are typographic, which Ruby takes for letters: write `'` or `\"`");
    }
    if source.get(span.start..).is_some_and(|rest| rest.starts_with("\\'") || rest.starts_with("\\\"")) {
        return Some("the quotes are escaped, as YAML or a shell wants them: take the backslashes before them out");
    }
    None
}

/// What to do about a name that holds what only looks like a blank.
pub(super) fn advice_on_name(name: &str) -> Option<&'static str> {
    let looks_like_blank =
        |c: char| !c.is_ascii() && (c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{feff}'));
    name.contains(looks_like_blank)
        .then_some("the name holds a character that only looks like a blank, such as U+00A0: type the blank again")
}

/// The line of a place.
fn line_at(source: &str, span: Span) -> &str {
    let start = source.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    source.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default()
}

/// The key of a line `key:` or `key: value`.
fn key_of_yaml(line: &str) -> Option<&str> {
    let (key, rest) = line.split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
    (is_key && (rest.is_empty() || rest.starts_with(' '))).then_some(key)
}
