//! How a dump begins: other lines may come first, such as a warning of the program that ran `pg_dump`.

/// Words that the first line of SQL begins with.
const VERBS: [&str; 24] = [
    "ALTER", "ANALYZE", "BEGIN", "CALL", "CLUSTER", "COMMENT", "COMMIT", "COPY", "CREATE", "DELETE", "DO", "DROP",
    "EXECUTE", "GRANT", "INSERT", "REINDEX", "RESET", "REVOKE", "SELECT", "SET", "TRUNCATE", "UPDATE", "VACUUM",
    "WITH",
];

/// Whether a line is the first of a dump, and not a word of the program that ran it.
pub(super) fn is_sql(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let word = line.split(|byte| !byte.is_ascii_alphabetic()).next().unwrap_or_default();
    [&b"--"[..], b"\\", b"/*"].iter().any(|start| line.starts_with(start))
        || (VERBS.iter().any(|verb| verb.as_bytes() == word) && line.get(word.len()) != Some(&b':'))
}

/// Whether a text begins as UTF-16 does: with its mark, or with two letters of ASCII.
///
/// ```
/// use gitlab_mattermost_core::backup::dump::is_utf16;
/// assert!(is_utf16(b"\xff\xfe-\0-\0") && is_utf16(b"-\0-\0") && !is_utf16(b"--\n"));
/// ```
pub fn is_utf16(start: &[u8]) -> bool {
    matches!(start, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
        || matches!(start, [a, 0, b, 0, ..] if a.is_ascii_graphic() && b.is_ascii())
        || matches!(start, [0, a, 0, b, ..] if a.is_ascii_graphic() && b.is_ascii())
}
