//! Rows of a dump: `COPY table (columns) FROM stdin;`, fields separated by tabs, with their own escapes.

use serde::de::IgnoredAny;

/// The head of a block of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// The table, without its schema.
    pub table: String,
    /// Its columns, in order.
    pub columns: Vec<String>,
}

impl Head {
    /// Reads `COPY public.users (id, email) FROM stdin;`.
    pub(super) fn read(line: &str) -> Option<Self> {
        let rest = line.strip_prefix("COPY ")?.strip_suffix(" FROM stdin;")?;
        let (table, columns) = rest.split_once(" (")?;
        let columns = columns.strip_suffix(')')?.split(", ").map(unquoted).collect();
        Some(Self { table: table_name(table), columns })
    }

    /// Where the column stands.
    pub(super) fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|it| it == column)
    }
}

/// A table's name without schema and quotes.
pub(super) fn table_name(written: &str) -> String {
    unquoted(written.rsplit_once('.').map_or(written, |(_, name)| name))
}

/// A name without quotes.
pub(super) fn unquoted(name: &str) -> String {
    name.trim_matches('"').to_owned()
}

/// A field's text; `None` for a null.
pub(super) fn text(field: &[u8]) -> Option<Vec<u8>> {
    if field == b"\\N" {
        return None;
    }
    let mut text = Vec::with_capacity(field.len());
    let mut bytes = field.iter();
    while let Some(byte) = bytes.next() {
        text.push(match (byte, byte == &b'\\') {
            (byte, false) => *byte,
            (_, true) => match bytes.next() {
                Some(b'n') => b'\n',
                Some(b't') => b'\t',
                Some(b'r') => b'\r',
                Some(b'b') => 8,
                Some(b'f') => 12,
                Some(b'v') => 11,
                Some(other) => *other,
                None => b'\\',
            },
        });
    }
    Some(text)
}

/// What [`json_refusal`] says of the escape that JSONB never takes.
pub const NUL_ESCAPE: &str = "the escape for NUL";

/// Why PostgreSQL would not take a text as JSONB; `None` if it would, as far as can be told without asking it.
pub fn json_refusal(text: &[u8]) -> Option<&'static str> {
    if serde_json::from_slice::<IgnoredAny>(text).is_err() {
        return Some("no JSON");
    }
    has_nul_escape(text).then_some(NUL_ESCAPE)
}

/// Whether the JSON text has `\u0000` as an escape, and not as a backslash followed by letters.
fn has_nul_escape(text: &[u8]) -> bool {
    let mut at = 0;
    while at < text.len() {
        if text[at] == b'\\' {
            if text[at + 1..].starts_with(b"u0000") {
                return true;
            }
            at += 1;
        }
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Head, json_refusal, text};

    #[test]
    fn the_head_of_a_block_is_read() {
        let head = Head::read("COPY public.users (id, \"timezone\") FROM stdin;").unwrap();
        assert_eq!((head.table.as_str(), head.position("timezone")), ("users", Some(1)));
        assert_eq!(Head::read("COPY of something"), None);
    }

    #[test]
    fn values_that_are_no_json_or_hold_a_nul_are_refused() {
        for (field, expected) in [
            (r"{}", None),
            (r"\N", None),
            (r#"{"a": "x\\ny"}"#, None),
            (r#"{"a": "x\\u0000y"}"#, Some("the escape for NUL")),
            (r#"{"a": "x\\\\u0000y"}"#, None),
            ("", Some("no JSON")),
            ("{\"a\": ", Some("no JSON")),
        ] {
            assert_eq!(text(field.as_bytes()).and_then(|it| json_refusal(&it)), expected, "{field}");
        }
    }
}
