//! Rows as `INSERT` has them, with `--inserts`, `--column-inserts` or `--rows-per-insert`: literals and nothing else.
//!
//! # Source
//! `dumpTableData_insert` of PostgreSQL 9.6 to 18.

use super::token::{QualifiedName, Token, Tokens};

/// The beginning of a statement that inserts rows.
///
/// # Shape
/// `INSERT INTO public.posts (id, createat) OVERRIDING SYSTEM VALUE VALUES`, where columns may be missing.
///
/// ```
/// use gitlab_mattermost_core::backup::dump::{InsertStatement, inserted_values};
///
/// let statement = InsertStatement::read("INSERT INTO public.posts (id, message) VALUES").expect("a statement of a dump");
/// assert_eq!((statement.table.name.as_str(), statement.columns.len()), ("posts", 2));
/// assert_eq!(InsertStatement::read("INSERT INTO posts SELECT 1"), None);
/// assert_eq!(inserted_values("('a', NULL)", false), Some(vec![Some("a".to_owned()), None]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsertStatement {
    /// The table.
    pub table: QualifiedName,
    /// Its columns, in order, where they are named.
    pub columns: Vec<String>,
    /// Whether it inserts one row of defaults.
    pub is_default: bool,
}

impl InsertStatement {
    /// Reads it, from `INSERT` to `VALUES`; `None` for every other form than those of a dump.
    pub fn read(head: &str) -> Option<Self> {
        let mut rest = Tokens::of(head);
        if !rest.phrase("INSERT INTO") {
            return None;
        }
        let table = rest.qualified()?;
        let columns = rest.columns()?;
        rest.phrase("OVERRIDING SYSTEM VALUE");
        let is_default = rest.phrase("DEFAULT");
        (rest.phrase("VALUES") && rest.next().is_none()).then_some(Self { table, columns, is_default })
    }
}

/// The values of a row, `None` for NULL and for defaults; the outer `None` if it holds anything but literals.
pub fn values(row: &str, plain_escapes: bool) -> Option<Vec<Option<String>>> {
    let mut rest = Tokens::of(row).escaping(plain_escapes);
    rest.sign(',');
    if !rest.sign('(') {
        return None;
    }
    let mut values = Vec::new();
    loop {
        let sign = if rest.sign('-') { "-" } else { "" };
        values.push(match rest.next()? {
            Token::Word(word) if word.starts_with(|c: char| c.is_ascii_digit()) => Some(number(sign, word, &mut rest)?),
            _ if !sign.is_empty() => return None,
            Token::Word(word) => match word.to_ascii_uppercase().as_str() {
                "NULL" | "DEFAULT" => None,
                "TRUE" | "FALSE" => Some(word.to_ascii_lowercase()),
                _ => return None,
            },
            text @ Token::Text(_) => Some(text.value(plain_escapes)?),
            Token::Name(_) | Token::Sign(_) => return None,
        });
        match rest.next()? {
            Token::Sign(',') => {}
            Token::Sign(')') => return rest.next().is_none().then_some(values),
            _ => return None,
        }
    }
}

/// `1`, `1.5`, `1e+20`, `1.5e-07`.
fn number(sign: &str, first: &str, rest: &mut Tokens<'_>) -> Option<String> {
    let mut number = format!("{sign}{first}");
    if rest.sign('.') {
        number.push('.');
        let mut ahead = rest.clone();
        if let Some(Token::Word(fraction)) = ahead.next() {
            number.push_str(fraction);
            *rest = ahead;
        }
    }
    if number.ends_with(['e', 'E']) {
        number.push(if rest.sign('-') { '-' } else { '+' });
        rest.sign('+');
        let Some(Token::Word(exponent)) = rest.next() else { return None };
        number.push_str(exponent);
    }
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    number.chars().all(is_number).then_some(number)
}

/// Whether this is how such a statement ends.
pub fn is_end(tail: &str) -> bool {
    let mut rest = Tokens::of(tail);
    rest.phrase("ON CONFLICT DO NOTHING");
    rest.is_end()
}
