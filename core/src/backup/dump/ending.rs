//! The end of a dump, after all rows: the keys and indexes, which sessions of their own can make at the same time.
//!
//! `pg_dump` writes a head of three comment lines over everything it makes, which names its type. Keys and indexes depend
//! on the rows and, in a run without anything else between them, not on each other; whatever else comes there waits for
//! them and is made by one session, in its order.
//!
//! # Source
//! PostgreSQL's `pg_dump`: the heads of `_printTocEntry`, the order of `dbObjectTypePriority`.

use super::DumpScanner;

/// The settings that dumps make for the session that reads them.
const SETTINGS: [&str; 12] = [
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "transaction_timeout",
    "client_encoding",
    "standard_conforming_strings",
    "check_function_bodies",
    "xmloption",
    "client_min_messages",
    "row_security",
    "default_tablespace",
    "default_table_access_method",
];

/// How the path for names without a schema is set; dumps name a schema everywhere.
const SEARCH_PATH: &str = "SELECT pg_catalog.set_config('search_path', ";

/// Where the end of a dump begins, and what a session needs to have heard before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ending {
    /// Bytes of the dump before its end; `None` if nothing there is made of the rows.
    pub offset: Option<u64>,
    /// The settings of the session, by what they set, as the dump writes them.
    pub settings: Settings,
}

/// Statements that change the session, each with the name of what it sets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings(Vec<(String, String)>);

impl Settings {
    /// Takes note of a line that sets something; others are passed over.
    pub(super) fn hear(&mut self, line: &[u8]) {
        if !line.starts_with(b"S") {
            return;
        }
        let Ok(line) = std::str::from_utf8(line) else { return };
        let name = match line.strip_prefix("SET ").and_then(|rest| rest.strip_suffix(';')?.split_once(" = ")) {
            Some((name, _)) if SETTINGS.contains(&name) => name,
            None if line.starts_with(SEARCH_PATH) && line.ends_with(';') => "search_path",
            _ => return,
        };
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, statement)) => line.clone_into(statement),
            None => self.0.push((name.to_owned(), line.to_owned())),
        }
    }

    /// All of them, a line each.
    pub fn statements(&self) -> String {
        self.0.iter().map(|(_, statement)| format!("{statement}\n")).collect()
    }
}

/// A piece of the end of a dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// For one session, after all before it and before all after it.
    Alone(String),
    /// For as many sessions as there are, in any order; those that take long come first.
    Together(Vec<String>),
}

/// The pieces of the end of a dump, each statement with the settings that hold for it.
pub fn pieces(end: &str, mut settings: Settings) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for section in sections(end) {
        let text = format!("{}{section}", settings.statements());
        section.lines().for_each(|line| settings.hear(line.as_bytes()));
        match (is_made_of_rows(head(section)), pieces.last_mut()) {
            (true, Some(Piece::Together(others))) => others.push(text),
            (true, _) => pieces.push(Piece::Together(vec![text])),
            (false, Some(Piece::Alone(before))) => before.push_str(section),
            (false, _) => pieces.push(Piece::Alone(text)),
        }
    }
    for piece in &mut pieces {
        if let Piece::Together(texts) = piece {
            // Nothing else gets at a table while it gets a key; of the indexes, those that are no plain tree take longest.
            texts.sort_by_key(|text| match text.contains("\nCREATE ") {
                false => 0,
                true if !text.contains(" USING btree ") => 1,
                true => 2,
            });
        }
    }
    pieces
}

/// Whether the thing with this head is made of rows that are there: a key or an index.
pub(super) fn is_made_of_rows(head: &str) -> bool {
    kind(head).is_some_and(|kind| matches!(kind, "CONSTRAINT" | "INDEX"))
}

/// The type in a head.
///
/// # Shape
/// `-- Name: posts posts_pkey; Type: CONSTRAINT; Schema: public; Owner: gitlab_mattermost`
fn kind(head: &str) -> Option<&str> {
    let rest = head.strip_prefix("-- Name: ")?;
    let (_, rest) = rest.split_once("; Type: ")?;
    let (kind, rest) = rest.split_once("; Schema: ")?;
    rest.contains("; Owner: ").then_some(kind)
}

fn head(section: &str) -> &str {
    section.lines().next().unwrap_or_default()
}

/// The text cut before every head; the first section may have none.
fn sections(end: &str) -> Vec<&str> {
    let mut starts = vec![0];
    let mut position = 0;
    for line in end.split_inclusive('\n') {
        if position > 0 && kind(line.trim_end()).is_some() {
            starts.push(position);
        }
        position += line.len();
    }
    starts.push(end.len());
    starts.windows(2).filter_map(|pair| end.get(pair[0]..pair[1])).filter(|it| !it.is_empty()).collect()
}

impl DumpScanner {
    /// Takes note of a setting for what follows; those of the end are read with it.
    pub(super) fn settings_before_end(&mut self, line: &[u8]) {
        if self.summary.ending.offset.is_none() {
            self.summary.ending.settings.hear(line);
        }
    }

    /// Takes note of a head at `offset`, after the data of a table.
    pub(super) fn head_at(&mut self, line: &[u8], offset: u64) {
        let ending = &mut self.summary.ending;
        if ending.offset.is_none()
            && !self.summary.tables.is_empty()
            && !self.mixed
            && line.starts_with(b"-- Name: ")
            && std::str::from_utf8(line).is_ok_and(is_made_of_rows)
        {
            ending.offset = Some(offset);
        }
    }
}
