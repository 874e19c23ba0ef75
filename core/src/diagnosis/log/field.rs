//! Fields of an entry, in JSON or as Mattermost's console has them.

/// Whether the text is the status of an answer by HTTP.
pub(super) fn is_status(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The value of a field in JSON (`"key":"value"`, `"key":1`) or on the console (`key="value"`, `key=value`).
pub(super) fn field<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.match_indices(key).find_map(|(at, _)| {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        if text[..at].ends_with(is_word) {
            return None;
        }
        let rest = &text[at + key.len()..];
        let rest = rest.strip_prefix('"').unwrap_or(rest).trim_start();
        let value = rest.strip_prefix([':', '='])?.trim_start_matches(' ');
        match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => value.split([' ', ',', '}', ']', '\n']).next(),
        }
    })
}
