//! The tables that a dump makes, with their columns.

use super::token::{QualifiedName, Token, Tokens};

/// A table that is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTable {
    /// Its name.
    pub name: QualifiedName,
    /// Its columns, in order.
    pub columns: Vec<String>,
}

/// Words that begin what is no column.
const NO_COLUMN: [&str; 7] = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE", "LIKE"];

impl NewTable {
    /// Reads what follows `CREATE TABLE`: a name, and columns or the table that it is a part of. A table that is made of a
    /// query is none of a dump.
    pub(super) fn read(mut rest: Tokens<'_>) -> Option<Self> {
        rest.phrase("IF NOT EXISTS");
        let name = rest.qualified()?;
        let mut table = Self { name, columns: Vec::new() };
        if rest.phrase("PARTITION OF") || rest.phrase("OF") {
            rest.qualified()?;
            return (!has_query(rest)).then_some(table);
        }
        if !rest.sign('(') {
            return None;
        }
        loop {
            let mut column = rest.clone();
            let is_column = !NO_COLUMN.iter().any(|word| column.phrase(word));
            if let Some(name) = rest.name().filter(|_| is_column) {
                table.columns.push(name.into_owned());
            }
            if !next_column(&mut rest) {
                break;
            }
        }
        (!has_query(rest)).then_some(table)
    }
}

/// Passes over a column; whether another one follows.
fn next_column(rest: &mut Tokens<'_>) -> bool {
    loop {
        if rest.clone().sign('(') {
            if !rest.parenthesis() {
                return false;
            }
            continue;
        }
        match rest.next() {
            Some(Token::Sign(',')) => return true,
            Some(Token::Sign(')')) | None => return false,
            Some(_) => {}
        }
    }
}

/// Whether rows come from a query.
fn has_query(mut rest: Tokens<'_>) -> bool {
    while rest.clone().next().is_some() {
        if rest.clone().sign('(') {
            if !rest.parenthesis() {
                return true;
            }
        } else if matches!(rest.next(), Some(Token::Word(word)) if word.eq_ignore_ascii_case("AS")) {
            return true;
        }
    }
    false
}
