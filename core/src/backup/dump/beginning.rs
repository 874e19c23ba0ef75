//! How a dump begins, and what other programs write before it or after its end: a warning of the program that ran `pg_dump`, or
//! how long that took.

/// Words that the first line of SQL begins with.
const VERBS: [&str; 24] = [
    "ALTER", "ANALYZE", "BEGIN", "CALL", "CLUSTER", "COMMENT", "COMMIT", "COPY", "CREATE", "DELETE", "DO", "DROP",
    "EXECUTE", "GRANT", "INSERT", "REINDEX", "RESET", "REVOKE", "SELECT", "SET", "TRUNCATE", "UPDATE", "VACUUM",
    "WITH",
];

/// Whether a line is of a dump, and not a word of the program that ran it.
pub(super) fn is_sql(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let word = line.split(|byte| !byte.is_ascii_alphabetic()).next().unwrap_or_default();
    [&b"--"[..], b"\\", b"/*"].iter().any(|start| line.starts_with(start))
        || (VERBS.iter().any(|verb| verb.as_bytes() == word) && line.get(word.len()) != Some(&b':'))
}

/// Whether psql could find something in a line to do: statements end with a semicolon, commands begin with a backslash.
pub(super) fn may_run(line: &[u8]) -> bool {
    line.iter().any(|byte| matches!(byte, b';' | b'\\' | b'`'))
}

/// What is no text, and how it begins: what came out of a file that was packed twice, or of another format.
const PACKED: [(&[u8], &str); 6] = [
    (b"\x1f\x8b\x08", "it is packed twice: unpack it with `zcat` once before"),
    (b"\x28\xb5\x2f\xfd", "it is packed twice: unpack it with `zstdcat` once before"),
    (b"\xfd7zXZ\0", "it is packed twice: unpack it with `xzcat` once before"),
    (b"BZh", "it is packed twice: unpack it with `bzcat` once before"),
    (b"PGDMP", "it is a custom-format dump that was packed again: unpack it once, and give what comes out of that"),
    (b"toc.dat\0", "it is a dump in tar format that was packed again: unpack it once, and give what comes out of that"),
];

/// Where a tar archive says that it is one.
const TAR: (usize, &[u8]) = (257, b"ustar");

/// Why this is no dump in SQL, if it begins as something else does that people have.
pub(super) fn otherwise(start: &[u8]) -> Option<&'static str> {
    let packed = PACKED.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, why)| *why);
    let is_tar = start.get(TAR.0..).is_some_and(|rest| rest.starts_with(TAR.1));
    packed.or(is_tar.then_some(
        "it is a tar archive: if the dump is in it, give the archive as the backup, without `--dump`, or unpack it",
    ))
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
