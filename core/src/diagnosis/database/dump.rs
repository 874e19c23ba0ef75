//! A dump in plain SQL, read line by line in constant memory.
//!
//! # Source
//! Dumps of servers 4.10 to 5.36.1, made by pg_dump 15, with and without `--inserts`; the columns are those that the migrations of 6.0 turn into JSON.

use std::collections::{BTreeMap, BTreeSet};

use super::super::PLACES_KEPT;
use super::copy::{Head, json_refusal, table_name, text};
use super::inserts::{Values, statement};
use super::{Accounts, Database, DatabaseKind, DumpText, JSON_COLUMNS, Migration, Uncastable};

/// More tables, migrations or services than any Mattermost has are not kept.
const MOST_KEPT: usize = 2000;
/// Paths of attached files that are kept.
const FILES_KEPT: usize = 200;

/// Reads a dump.
#[derive(Debug, Default)]
pub struct DumpReader {
    database: Database,
    text: DumpText,
    state: State,
    json_already: BTreeSet<(String, String)>,
    /// The columns of the tables that are looked at, for rows that do not name them.
    columns: BTreeMap<String, Vec<String>>,
    uncastable: BTreeMap<(&'static str, &'static str, &'static str), (u64, Vec<u64>)>,
    /// The table that the last inserted rows were for.
    inserted_into: Option<String>,
}

/// Where in the dump the next line stands.
#[derive(Debug, Default)]
enum State {
    /// Between blocks.
    #[default]
    Sql,
    /// In the columns of a new table.
    Columns(String),
    /// In the rows of a table, with what to look at.
    Rows(Rows),
    /// In a statement that inserts rows.
    Insert(Rows, Box<Values>),
    /// In such a statement, behind a line that was too long to be kept.
    Lost,
}

/// The tables that are looked at for more than values that will not become JSON.
const WANTED: [&str; 6] = ["users", "db_migrations", "schema_migrations", "db_lock", "systems", "fileinfo"];

/// What is looked at in the rows of one table.
#[derive(Debug)]
struct Rows {
    head: Head,
    json: Vec<(usize, &'static str, &'static str)>,
}

impl Rows {
    /// Whether there is anything to look at.
    fn is_of_interest(&self) -> bool {
        !self.json.is_empty() || !self.head.columns.is_empty() && WANTED.contains(&self.head.table.as_str())
    }
}

/// Whether the rows of a table are looked at.
fn is_looked_at(table: &str) -> bool {
    WANTED.contains(&table) || JSON_COLUMNS.iter().any(|(it, _)| *it == table)
}

impl DumpReader {
    /// A dump that messages call `name`.
    pub fn new(name: impl Into<String>) -> Self {
        let database = Database { name: name.into(), kind: DatabaseKind::Dump, ..Database::default() };
        Self { database, ..Self::default() }
    }

    /// Takes the next line, without its line break. `is_whole` is false for the beginning of a line that was too long
    /// to be kept.
    pub fn line(&mut self, line: &[u8], is_whole: bool) {
        self.text.bytes += line.len() as u64 + 1;
        self.text.lines += 1;
        match std::mem::take(&mut self.state) {
            State::Rows(_) if line == b"\\." => {}
            State::Rows(rows) => {
                if is_whole && rows.is_of_interest() {
                    let fields: Vec<&[u8]> = line.split(|byte| *byte == b'\t').collect();
                    self.row(&rows, self.text.lines, &|place| fields.get(place).and_then(|field| text(field)));
                }
                self.state = State::Rows(rows);
            }
            State::Columns(table) => {
                let line = String::from_utf8_lossy(line);
                if !line.starts_with(')') {
                    self.column(&table, line.trim());
                    self.state = State::Columns(table);
                }
            }
            State::Insert(rows, values) if is_whole => self.insert(rows, values, line),
            State::Insert(..) => self.state = State::Lost,
            State::Lost if !line.starts_with(b"INSERT INTO ") && !line.is_empty() => self.state = State::Lost,
            State::Sql | State::Lost => match statement(line) {
                Some(_) if !is_whole => self.state = State::Lost,
                Some((head, rest)) => {
                    let rows = self.inserted_rows(head);
                    let values = Values::new(rows.is_of_interest());
                    self.insert(rows, Box::new(values), rest);
                }
                None => self.statement(&String::from_utf8_lossy(line)),
            },
        }
    }

    /// What to look at in the rows of a statement that inserts them.
    fn inserted_rows(&mut self, mut head: Head) -> Rows {
        if self.inserted_into.as_deref() != Some(head.table.as_str()) {
            self.text.tables_with_rows += 1;
            self.inserted_into = Some(head.table.clone());
        }
        if head.columns.is_empty() {
            match self.columns.get(&head.table) {
                Some(columns) => head.columns.clone_from(columns),
                None if is_looked_at(&head.table) => _ = self.text.unread.insert(head.table.clone()),
                None => {}
            }
        }
        self.rows(head)
    }

    /// Goes on with a statement that inserts rows.
    fn insert(&mut self, rows: Rows, mut values: Box<Values>, text: &[u8]) {
        let ended = values.line(text, self.text.lines, |row, line| {
            self.row(&rows, line, &|place| row.get(place).cloned().flatten());
        });
        if !ended {
            self.state = State::Insert(rows, values);
        }
    }

    /// Tells that unpacking stopped before the end, and why.
    pub fn cut_off(&mut self, why: impl Into<String>) {
        self.text.cut_off = Some(why.into());
    }

    /// What was found.
    pub fn finish(mut self) -> Database {
        self.database.uncastable = std::mem::take(&mut self.uncastable)
            .into_iter()
            .map(|((table, column, why), (count, lines))| Uncastable {
                table: table.to_owned(),
                column: column.to_owned(),
                why,
                count,
                lines,
            })
            .collect();
        self.database.text = Some(self.text);
        self.database
    }

    fn statement(&mut self, line: &str) {
        if let Some(head) = Head::read(line) {
            self.text.tables_with_rows += 1;
            self.state = State::Rows(self.rows(head));
        } else if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            if let Some(table) = rest.strip_suffix(" (") {
                self.state = State::Columns(table_name(table));
            }
        } else if let Some(rest) = line.strip_prefix("ALTER TABLE ") {
            self.owner(rest);
        } else if line.starts_with("\\restrict") {
            self.text.restrict = self.text.restrict.or(Some(self.text.lines));
        } else if let Some(comment) = line.strip_prefix("-- ") {
            self.comment(comment);
        }
    }

    fn comment(&mut self, comment: &str) {
        if comment.starts_with("PostgreSQL database dump complete") {
            self.text.is_complete = true;
        } else if comment.starts_with("PostgreSQL database dump") {
            // A dump of all databases has several; each must have its end.
            self.text.has_header = true;
            self.text.is_complete = false;
        } else if let Some(version) = comment.strip_prefix("Dumped from database version ") {
            self.database.postgresql = self.database.postgresql.or(numbers(version).map(|(major, _)| major));
        } else if let Some(version) = comment.strip_prefix("Dumped by pg_dump version ") {
            self.text.made_by = self.text.made_by.or(numbers(version));
        }
    }

    fn owner(&mut self, rest: &str) {
        let Some((table, owner)) = rest.split_once(" OWNER TO ") else { return };
        if self.database.owners.len() < MOST_KEPT {
            let owner = owner.trim_end_matches(';').trim_matches('"');
            self.database.owners.insert(table_name(table.trim_start_matches("ONLY ")), owner.to_owned());
        }
    }

    fn column(&mut self, table: &str, line: &str) {
        let Some((column, definition)) = line.split_once(' ') else { return };
        let column = column.trim_matches('"');
        if is_looked_at(table) && column != "CONSTRAINT" {
            let columns = self.columns.entry(table.to_owned()).or_default();
            if columns.len() < MOST_KEPT {
                columns.push(column.to_owned());
            }
        }
        if definition.starts_with("json") {
            if self.json_already.len() < MOST_KEPT {
                self.json_already.insert((table.to_owned(), column.to_owned()));
            }
        } else if table == "users" && column == "timezone" && definition.contains(" DEFAULT ") {
            self.database.has_timezone_default = true;
        }
    }

    fn rows(&self, head: Head) -> Rows {
        let is_text = |table: &str, column: &str| !self.json_already.contains(&(table.to_owned(), column.to_owned()));
        let json = JSON_COLUMNS
            .iter()
            .filter(|(table, column)| *table == head.table && is_text(table, column))
            .filter_map(|(table, column)| Some((head.position(column)?, *table, *column)))
            .collect();
        Rows { head, json }
    }

    /// Looks at a row, whose values are decoded one by one as they are asked for.
    fn row(&mut self, rows: &Rows, line: u64, value: &dyn Fn(usize) -> Option<Vec<u8>>) {
        for (position, table, column) in &rows.json {
            if let Some(why) = value(*position).and_then(|value| json_refusal(&value)) {
                let (count, lines) = self.uncastable.entry((table, column, why)).or_default();
                *count += 1;
                if lines.len() < PLACES_KEPT {
                    lines.push(line);
                }
            }
        }
        let field = |column: &str| {
            let value = value(rows.head.position(column)?);
            Some(String::from_utf8_lossy(&value.unwrap_or_default()).into_owned())
        };
        match rows.head.table.as_str() {
            "users" => self.account(field),
            "db_migrations" => self.migration(line, field),
            "schema_migrations" => {
                self.database.is_dirty |= field("dirty").is_some_and(|it| it == "t" || it == "true");
            }
            "db_lock" => self.database.locks += 1,
            "systems" if field("name").as_deref() == Some("Version") => {
                self.database.mattermost = field("value").and_then(|version| version.parse().ok());
            }
            "fileinfo" if self.database.files.len() < FILES_KEPT && field("deleteat").as_deref() == Some("0") => {
                self.database.files.extend(field("path"));
            }
            _ => {}
        }
    }

    fn account(&mut self, field: impl Fn(&str) -> Option<String>) {
        let accounts = self.database.accounts.get_or_insert_with(Accounts::default);
        let is_bot = field("email").is_some_and(|email| email.ends_with("@localhost"));
        if is_bot || field("deleteat").is_some_and(|at| at != "0") {
            return;
        }
        let service = field("authservice").unwrap_or_default();
        if accounts.by_service.len() < MOST_KEPT || accounts.by_service.contains_key(&service) {
            *accounts.by_service.entry(service).or_default() += 1;
        }
    }

    fn migration(&mut self, line: u64, field: impl Fn(&str) -> Option<String>) {
        let number = field("version").and_then(|version| version.parse().ok());
        if let (Some(number), Some(name)) = (number, field("name"))
            && self.database.migrations.len() < MOST_KEPT
        {
            self.database.migrations.insert(number, Migration { name, line: Some(line) });
        }
    }
}

/// The first two numbers of a version: `12.7 (Debian …)`, `18beta1`.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let number = |text: &str| {
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        text[..digits].parse().ok()
    };
    let (major, rest) = version.split_once('.').unwrap_or((version, "0"));
    Some((number(major)?, number(rest).unwrap_or_default()))
}
