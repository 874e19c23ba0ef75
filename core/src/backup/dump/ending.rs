//! The end of a dump, after all rows: the keys and indexes, which sessions of their own can make at the same time.
//!
//! Keys and indexes depend on the rows and, in a run without anything else between them, not on each other; whatever else
//! comes there waits for them and is made by one session, in its order.
//!
//! # Source
//! PostgreSQL's `pg_dump`: the order of `dbObjectTypePriority`.

use super::settings::Settings;

/// A statement of the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndStatement {
    /// Its text, with its semicolon.
    pub text: String,
    /// Whether it makes a key or an index.
    pub is_made_of_rows: bool,
    /// The settings of the session that hold for it.
    pub settings: Settings,
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
pub fn pieces(end: &[EndStatement]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for EndStatement { text, is_made_of_rows, settings } in end {
        let with_settings = || format!("{}{text}\n", settings.statements());
        match (is_made_of_rows, pieces.last_mut()) {
            (true, Some(Piece::Together(others))) => others.push(with_settings()),
            (true, _) => pieces.push(Piece::Together(vec![with_settings()])),
            (false, Some(Piece::Alone(before))) => {
                before.push_str(text);
                before.push('\n');
            }
            // A setting alone is heard with what it is for.
            (false, _) if text.starts_with("SET ") => {}
            (false, _) => pieces.push(Piece::Alone(with_settings())),
        }
    }
    for piece in &mut pieces {
        if let Piece::Together(texts) = piece {
            // Nothing else gets at a table while it gets a key; of the indexes, those that are no plain tree take longest.
            texts.sort_by_key(|text| match text.lines().any(|line| line.starts_with("CREATE ")) {
                false => 0,
                true if !text.contains(" USING btree ") => 1,
                true => 2,
            });
        }
    }
    pieces
}
