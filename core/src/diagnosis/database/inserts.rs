//! Rows of a dump made with `--inserts`, `--column-inserts` or `--rows-per-insert`: literals of SQL, which may run over
//! several lines.
//!
//! # Source
//! `dumpTableData_insert` of pg_dump 15, run with each of the three.

use super::copy::{Head, table_name, unquoted};

/// Of a longer value only this many bytes are kept, and it is not looked at.
const LONGEST_VALUE: usize = 1 << 20;
/// Of a row's values together, this many bytes are kept.
const LONGEST_ROW: usize = 4 << 20;
/// More columns than any table of Mattermost has are not kept.
const MOST_COLUMNS: usize = 500;

/// A row's values in the order of the columns; `None` for a null, and for what was too long to be kept.
pub(super) type Row = Vec<Option<Vec<u8>>>;

/// The statement of a line, with the rest of the line behind `VALUES`.
///
/// # Shape
/// `INSERT INTO public.users VALUES (…);` or `INSERT INTO public.users (id, email) VALUES (…);`; the columns are empty
/// where the statement does not name them.
pub(super) fn statement(line: &[u8]) -> Option<(Head, &[u8])> {
    let rest = line.strip_prefix(b"INSERT INTO ")?;
    let end = memchr::memmem::find(rest, b"VALUES")?;
    let (head, values) = rest.split_at(end);
    let head = std::str::from_utf8(head).ok()?.trim().trim_end_matches("OVERRIDING SYSTEM VALUE").trim_end();
    let (table, columns) = match head.split_once(" (") {
        Some((table, columns)) => (table, columns.strip_suffix(')')?.split(", ").map(unquoted).collect()),
        None => (head, Vec::new()),
    };
    Some((Head { table: table_name(table), columns }, &values[b"VALUES".len()..]))
}

/// Reads the rows of one statement, line by line in bounded memory.
#[derive(Debug)]
pub(super) struct Values {
    keep: bool,
    place: Place,
    row: Row,
    value: Vec<u8>,
    is_cut: bool,
    bytes_of_row: usize,
    line_of_row: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before, between and behind rows.
    Outside,
    /// In a row, before a value or in one without quotes.
    Bare,
    /// In a quoted value; with `E` a backslash escapes.
    Quoted { escapes: bool },
    /// Behind a backslash in such a value.
    Escaped,
    /// Behind a quote that ends the value unless another one follows.
    Quote { escapes: bool },
    /// Behind a quoted value.
    Closed,
}

impl Values {
    /// For a statement whose rows are wanted, or only passed over.
    pub(super) const fn new(keep: bool) -> Self {
        Self {
            keep,
            place: Place::Outside,
            row: Vec::new(),
            value: Vec::new(),
            is_cut: false,
            bytes_of_row: 0,
            line_of_row: 0,
        }
    }

    /// Takes the rest of a line, whose number is `number`; each row that ends in it is handed on with the number of the
    /// line that it began in. Returns whether the statement has ended.
    pub(super) fn line(&mut self, text: &[u8], number: u64, mut row: impl FnMut(&Row, u64)) -> bool {
        if matches!(self.place, Place::Quoted { .. } | Place::Escaped) && self.line_of_row != number {
            self.push(b'\n');
            if self.place == Place::Escaped {
                self.place = Place::Quoted { escapes: true };
            }
        }
        let mut at = 0;
        while let Some(byte) = text.get(at) {
            at += 1;
            match (self.place, byte) {
                (Place::Outside, b'(') => {
                    self.row.clear();
                    (self.bytes_of_row, self.line_of_row) = (0, number);
                    self.start_value();
                }
                (Place::Outside, b';') => return true,
                (Place::Outside, _) | (Place::Bare, b' ') => {}
                (Place::Quote { escapes }, b'\'') => {
                    self.push(b'\'');
                    self.place = Place::Quoted { escapes };
                }
                (Place::Bare | Place::Quote { .. } | Place::Closed, b',') => {
                    self.end_value();
                    self.start_value();
                }
                (Place::Bare | Place::Quote { .. } | Place::Closed, b')') => {
                    self.end_value();
                    self.place = Place::Outside;
                    if self.keep {
                        row(&self.row, self.line_of_row);
                    }
                }
                (Place::Quote { .. }, _) => self.place = Place::Closed,
                (Place::Closed, _) => {}
                (Place::Bare, b'\'') => {
                    let escapes = self.value.eq_ignore_ascii_case(b"E");
                    self.value.clear();
                    self.place = Place::Quoted { escapes };
                }
                (Place::Bare, byte) => self.push(*byte),
                (Place::Quoted { escapes }, b'\'') => self.place = Place::Quote { escapes },
                (Place::Quoted { escapes: true }, b'\\') => self.place = Place::Escaped,
                (Place::Quoted { .. }, _) => {
                    // As far as nothing can end it.
                    let run = &text[at - 1..];
                    let end = memchr::memchr2(b'\'', b'\\', run).unwrap_or(run.len()).max(1);
                    self.extend(&run[..end]);
                    at += end - 1;
                }
                (Place::Escaped, byte) => {
                    self.push(match byte {
                        b'n' => b'\n',
                        b't' => b'\t',
                        b'r' => b'\r',
                        other => *other,
                    });
                    self.place = Place::Quoted { escapes: true };
                }
            }
        }
        false
    }

    fn start_value(&mut self) {
        self.value.clear();
        self.is_cut = false;
        self.place = Place::Bare;
    }

    fn end_value(&mut self) {
        if !self.keep || self.row.len() >= MOST_COLUMNS {
            return;
        }
        let is_null = self.place == Place::Bare && self.value == b"NULL";
        let value = std::mem::take(&mut self.value);
        self.row.push((!is_null && !self.is_cut).then_some(value));
    }

    fn push(&mut self, byte: u8) {
        self.extend(&[byte]);
    }

    fn extend(&mut self, bytes: &[u8]) {
        if !self.keep {
            // Only `E` before a quote is of interest.
            if self.place == Place::Bare && self.value.len() < 2 {
                self.value.extend_from_slice(bytes);
            }
            return;
        }
        let fits = self.value.len() + bytes.len() <= LONGEST_VALUE && self.bytes_of_row + bytes.len() <= LONGEST_ROW;
        if fits && !self.is_cut {
            self.value.extend_from_slice(bytes);
            self.bytes_of_row += bytes.len();
        } else {
            self.is_cut = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, Values, statement};

    /// The rows of a dump's lines, as texts; a null is `-`.
    fn rows(text: &str) -> Vec<(Vec<String>, u64)> {
        let mut found = Vec::new();
        let mut values: Option<Values> = None;
        for (number, line) in (1..).zip(text.lines()) {
            let mut keep = |row: &Row, line: u64| {
                let shown = |value: &Option<Vec<u8>>| {
                    value.as_ref().map_or("-".to_owned(), |it| String::from_utf8_lossy(it).into_owned())
                };
                found.push((row.iter().map(shown).collect(), line));
            };
            let ended = match &mut values {
                Some(values) => values.line(line.as_bytes(), number, &mut keep),
                None => {
                    let (_, rest) = statement(line.as_bytes()).unwrap();
                    values.insert(Values::new(true)).line(rest, number, &mut keep)
                }
            };
            if ended {
                values = None;
            }
        }
        assert!(values.is_none(), "the last statement has no end");
        found
    }

    #[test]
    fn rows_are_read_in_every_form_that_pg_dump_writes() {
        let text = "INSERT INTO public.users VALUES ('a', 1, NULL, 'it''s; ok)', true);\n\
                    INSERT INTO public.users (id, n) VALUES ('two\nlines\n', -2);\n\
                    INSERT INTO public.users VALUES\n\t('x', 1),\n\t('y', 2) ON CONFLICT DO NOTHING;\n\
                    INSERT INTO public.t VALUES (E'a\\\\b\\'c', 'a\\b', '');";
        let expected: [(&[&str], u64); 5] = [
            (&["a", "1", "-", "it's; ok)", "true"], 1),
            (&["two\nlines\n", "-2"], 2),
            (&["x", "1"], 6),
            (&["y", "2"], 7),
            (&["a\\b'c", "a\\b", ""], 8),
        ];
        let found = rows(text);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for ((row, line), (expected, number)) in found.iter().zip(expected) {
            assert_eq!((row.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), *line), (expected, number));
        }
    }

    #[test]
    fn the_statement_tells_table_and_columns() {
        let (head, rest) =
            statement(b"INSERT INTO public.users (id, \"timezone\") OVERRIDING SYSTEM VALUE VALUES (1").unwrap();
        assert_eq!(
            (head.table.as_str(), head.columns.as_slice()),
            ("users", &["id".to_owned(), "timezone".to_owned()][..])
        );
        assert_eq!(rest, b" (1");
        assert!(statement(b"INSERT INTO public.a VALUES (1);").unwrap().0.columns.is_empty());
        assert!(statement(b"UPDATE x").is_none());
    }

    #[test]
    fn a_value_that_is_too_long_counts_as_not_known() {
        let long = "x".repeat(super::LONGEST_VALUE + 1);
        let text = format!("INSERT INTO a VALUES (1, '{long}', 3);");
        assert_eq!(rows(&text), [(vec!["1".to_owned(), "-".to_owned(), "3".to_owned()], 1)]);
    }
}
