//! What dumps set for the session that reads them.

/// The parameters, without those that only some releases write and servers need not know.
const KNOWN: [&str; 15] = [
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "transaction_timeout",
    "client_encoding",
    "standard_conforming_strings",
    "escape_string_warning",
    "check_function_bodies",
    "xmloption",
    "client_min_messages",
    "row_security",
    "default_tablespace",
    "default_table_access_method",
    "default_with_oids",
    "search_path",
];

/// Encodings in which a byte of a letter can look like a quote or a backslash.
const MISLEADING: [&str; 8] = ["SJIS", "SHIFT_JIS_2004", "BIG5", "GBK", "UHC", "GB18030", "JOHAB", "MSKANJI"];

/// Whether dumps set this parameter.
pub(super) fn is_known(name: &str) -> bool {
    KNOWN.contains(&name) || name == "default_transaction_read_only"
}

/// Whether psql could read the text of a dump in this encoding otherwise than it is written.
pub(super) fn is_misleading(encoding: &str) -> bool {
    let encoding: String = encoding.chars().filter(char::is_ascii_alphanumeric).collect();
    MISLEADING.iter().any(|it| it.replace('_', "").eq_ignore_ascii_case(&encoding))
}

/// Statements that change the session, each with the name of what it sets.
///
/// # Shape
/// Opaque: told with [`Settings::hear`], written with [`Settings::statements`]. A later setting replaces an earlier one of
/// its name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings(Vec<(String, String)>);

impl Settings {
    /// Takes note of a statement that sets something.
    pub fn hear(&mut self, name: &str, statement: &str) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => statement.clone_into(known),
            None => self.0.push((name.to_owned(), statement.to_owned())),
        }
    }

    /// All of them, one per line.
    pub fn statements(&self) -> String {
        self.0.iter().map(|(_, statement)| format!("{statement}\n")).collect()
    }
}
