//! Rows as `COPY` has them: the statement before them, and their fields.

use super::token::{QualifiedName, Tokens};

/// The statement before a table's rows.
///
/// # Shape
/// `COPY public.posts (id, createat) FROM stdin;`, where a table without columns has no parentheses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyStatement {
    /// The table.
    pub table: QualifiedName,
    /// Its columns, in order.
    pub columns: Vec<String>,
}

impl CopyStatement {
    /// Reads what follows `COPY`; `None` for every other form than that of a dump.
    pub(super) fn read(mut rest: Tokens<'_>) -> Option<Self> {
        let table = rest.qualified()?;
        let mut columns = rest.columns()?;
        // Up to PostgreSQL 11 rows may have an identity, which stands before the first column.
        if rest.phrase("WITH OIDS") {
            columns.insert(0, "oid".to_owned());
        }
        (rest.phrase("FROM stdin") && rest.is_end()).then_some(Self { table, columns })
    }
}

/// The value of a field; `None` for NULL.
///
/// # Shape
/// A field of a row as the dump writes it, without the tabs around it: `\N` is NULL, `a\tb` holds a tab.
///
/// ```
/// use gitlab_mattermost_core::backup::dump::copy_value;
///
/// assert_eq!(copy_value(br"\N"), None);
/// assert_eq!(copy_value(br"a\tb\\c").as_deref(), Some(&b"a\tb\\c"[..]));
/// ```
pub fn value(field: &[u8]) -> Option<Vec<u8>> {
    if field == br"\N" {
        return None;
    }
    let mut value = Vec::with_capacity(field.len());
    let mut bytes = field.iter().copied();
    while let Some(byte) = bytes.next() {
        value.push(match byte {
            b'\\' => match bytes.next() {
                Some(b'b') => 8,
                Some(b'f') => 12,
                Some(b'n') => b'\n',
                Some(b'r') => b'\r',
                Some(b't') => b'\t',
                Some(b'v') => 11,
                Some(other) => other,
                None => b'\\',
            },
            other => other,
        });
    }
    Some(value)
}
