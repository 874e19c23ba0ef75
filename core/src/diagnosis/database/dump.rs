//! A dump in SQL, read as it passes in bounded memory.
//!
//! What is a statement, a row, a command is told by `backup::dump`; here is what a diagnosis looks at.
//!
//! # Source
//! Dumps of servers 4.10 to 5.36.1, made by pg_dump 15, with and without `--inserts`; the columns are those that the migrations of 6.0 turn into JSON.

use std::collections::{BTreeMap, BTreeSet};

use super::super::PLACES_KEPT;
use super::json::json_refusal;
use super::{Accounts, Database, DatabaseKind, DumpText, JSON_COLUMNS, Migration, Uncastable};
use crate::backup::dump::section::TABLES;
use crate::backup::dump::statement::{Class, classify};
use crate::backup::dump::token::{QualifiedName, Tokens};
use crate::backup::dump::{
    After, At, InsertStatement, Lexer, LexerFault, Listener, RowLine, copy_value, inserted_values,
};

/// More tables, migrations or services than any Mattermost has are not kept.
const MOST_KEPT: usize = 2000;
/// Paths of attached files that are kept.
const FILES_KEPT: usize = 200;

/// Reads a dump.
#[derive(Debug)]
pub struct DumpReader {
    lexer: Lexer,
    reading: Reading,
}

/// What is read, of one database after the other.
#[derive(Debug)]
struct Reading {
    name: String,
    text: DumpText,
    found: Found,
    /// The database before that looked more like Mattermost's than the others.
    best: Option<Found>,
    plain_escapes: bool,
}

/// What is known of one database in the dump.
#[derive(Debug, Default)]
struct Found {
    database: Database,
    json_already: BTreeSet<(String, String)>,
    /// The columns of the tables that are looked at, for rows that do not name them.
    columns: BTreeMap<String, Vec<String>>,
    uncastable: BTreeMap<(&'static str, &'static str, &'static str), (u64, Vec<u64>)>,
    tables: BTreeSet<String>,
    tables_with_rows: u64,
    unread: BTreeSet<String>,
    /// The table that the last inserted rows were for.
    inserted_into: Option<String>,
    rows: Option<Rows>,
}

/// The tables that are looked at for more than values that will not become JSON.
const WANTED: [&str; 6] = ["users", "db_migrations", "schema_migrations", "db_lock", "systems", "fileinfo"];

/// What is looked at in the rows of one table.
#[derive(Debug, Clone)]
struct Rows {
    table: String,
    columns: Vec<String>,
    json: Vec<(usize, &'static str, &'static str)>,
}

impl Rows {
    /// Whether there is anything to look at.
    fn is_of_interest(&self) -> bool {
        !self.json.is_empty() || !self.columns.is_empty() && WANTED.contains(&self.table.as_str())
    }

    fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|it| it == column)
    }
}

/// Whether the rows of a table are looked at.
fn is_looked_at(table: &str) -> bool {
    WANTED.contains(&table) || JSON_COLUMNS.iter().any(|(it, _)| *it == table)
}

impl DumpReader {
    /// A dump that messages call `name`.
    pub fn new(name: impl Into<String>) -> Self {
        let reading = Reading {
            name: name.into(),
            text: DumpText::default(),
            found: Found::default(),
            best: None,
            plain_escapes: false,
        };
        Self { lexer: Lexer::default(), reading }
    }

    /// Takes the next piece, of any size.
    pub fn piece(&mut self, piece: &[u8]) {
        self.reading.text.bytes += piece.len() as u64;
        self.lexer.feed(piece, &mut self.reading);
    }

    /// Tells that unpacking stopped before the end, and why.
    pub fn cut_off(&mut self, why: impl Into<String>) {
        self.reading.text.cut_off = Some(why.into());
    }

    /// What was found.
    pub fn finish(mut self) -> Database {
        self.lexer.finish(&mut self.reading);
        let Reading { name, mut text, found, best, .. } = self.reading;
        text.lines = self.lexer.lines();
        let mut found = match best {
            Some(best) if best.likeness() > found.likeness() => best,
            _ => found,
        };
        text.tables_with_rows = found.tables_with_rows;
        text.unread = std::mem::take(&mut found.unread);
        let mut database = found.database;
        database.uncastable = found
            .uncastable
            .into_iter()
            .map(|((table, column, why), (count, lines))| Uncastable {
                table: table.to_owned(),
                column: column.to_owned(),
                why,
                count,
                lines,
            })
            .collect();
        Database { name, kind: DatabaseKind::Dump, postgresql: text.server, text: Some(text), ..database }
    }
}

impl Listener for Reading {
    fn comment(&mut self, comment: &[u8], _at: At) {
        let comment = String::from_utf8_lossy(comment);
        let comment = comment.trim();
        match comment {
            // A dump of all databases has several; each must have its end.
            "PostgreSQL database dump" | "PostgreSQL database cluster dump" => {
                self.text.has_header = true;
                self.text.is_complete = false;
            }
            "PostgreSQL database dump complete" | "PostgreSQL database cluster dump complete" => {
                self.text.is_complete = true;
            }
            _ => {}
        }
        if let Some(version) = comment.strip_prefix("Dumped from database version ") {
            self.text.server = self.text.server.or(numbers(version).map(|(major, _)| major));
        } else if let Some(version) = comment.strip_prefix("Dumped by pg_dump version ") {
            self.text.made_by = self.text.made_by.or(numbers(version));
        }
    }

    fn statement(&mut self, text: &[u8], at: At) -> After {
        let text = String::from_utf8_lossy(text);
        match classify(&text, self.plain_escapes) {
            Class::Copy(copy) => {
                self.found.tables_with_rows += 1;
                let rows = self.found.rows(copy.table.name, copy.columns);
                self.found.rows = Some(rows);
                return After::Rows;
            }
            Class::Table(table) => self.found.made(&table.name.name, table.columns, &text),
            Class::Setting(name, value) if name == "standard_conforming_strings" => {
                self.plain_escapes = value.trim_matches('\'') == "off";
                return After::Escapes(self.plain_escapes);
            }
            Class::Refused(why) => {
                self.text.foreign.get_or_insert((at.line, why.to_owned()));
            }
            _ => self.found.owner(&text),
        }
        After::Sql
    }

    fn insert(&mut self, head: &[u8], at: At) {
        self.found.rows = None;
        match InsertStatement::read(&String::from_utf8_lossy(head)) {
            Some(statement) => self.found.inserts(statement),
            None => _ = self.text.foreign.get_or_insert((at.line, "no dump inserts rows like this".to_owned())),
        }
    }

    fn inserted(&mut self, row: &[u8], at: At) {
        let Some(rows) = self.found.rows.take() else { return };
        if rows.is_of_interest()
            && let Some(values) = inserted_values(&String::from_utf8_lossy(row), self.plain_escapes)
        {
            let value = |place: usize| values.get(place).cloned().flatten().map(String::into_bytes);
            self.found.row(&rows, at.line, &value);
        }
        self.found.rows = Some(rows);
    }

    fn insert_end(&mut self, _tail: &[u8], _at: At) {}

    fn command(&mut self, text: &[u8], at: At) {
        let text = String::from_utf8_lossy(text);
        let (name, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        match name {
            r"\restrict" => self.text.restrict = self.text.restrict.or(Some(at.line)),
            r"\unrestrict" => {}
            r"\connect" => {
                if self.text.connects.len() < MOST_KEPT {
                    self.text.connects.push((at.line, rest.trim_matches('"').to_owned()));
                }
                let found = std::mem::take(&mut self.found);
                if self.best.as_ref().is_none_or(|best| found.likeness() > best.likeness()) {
                    self.best = Some(found);
                }
            }
            _ => _ = self.text.foreign.get_or_insert((at.line, "it is a command to psql".to_owned())),
        }
    }

    fn row(&mut self, row: RowLine<'_>, at: At) {
        let Some(rows) = self.found.rows.take() else { return };
        if row.is_whole && rows.is_of_interest() {
            let fields: Vec<&[u8]> = row.text.split(|byte| *byte == b'\t').collect();
            self.found.row(&rows, at.line, &|place| fields.get(place).and_then(|field| copy_value(field)));
        }
        self.found.rows = Some(rows);
    }

    fn rows_end(&mut self) {
        self.found.rows = None;
    }

    fn fault(&mut self, fault: LexerFault, at: At) {
        // What has no beginning or no end is told as such.
        if !matches!(fault, LexerFault::NoDump | LexerFault::Unfinished) {
            self.text.foreign.get_or_insert((at.line, fault.to_string()));
        }
    }
}

impl Found {
    /// How many of Mattermost's tables are made in it.
    fn likeness(&self) -> usize {
        TABLES.iter().filter(|table| self.tables.contains(**table)).count()
    }

    /// Takes note of a table that is made: the names of its columns, and the lines that define them.
    fn made(&mut self, table: &str, columns: Vec<String>, text: &str) {
        if self.tables.len() < MOST_KEPT {
            self.tables.insert(table.to_owned());
        }
        if is_looked_at(table) && self.columns.len() < MOST_KEPT {
            self.columns.insert(table.to_owned(), columns);
        }
        text.lines().skip(1).for_each(|line| self.column(table, line.trim()));
    }

    fn owner(&mut self, text: &str) {
        let mut tokens = Tokens::of(text);
        if !tokens.phrase("ALTER TABLE") {
            return;
        }
        tokens.phrase("ONLY");
        let table = tokens.qualified();
        if let (Some(QualifiedName { name, .. }), true) = (table, tokens.phrase("OWNER TO"))
            && let Some(owner) = tokens.name()
            && self.database.owners.len() < MOST_KEPT
        {
            self.database.owners.insert(name, owner.into_owned());
        }
    }

    fn column(&mut self, table: &str, line: &str) {
        let Some((column, definition)) = line.split_once(' ') else { return };
        let column = column.trim_matches('"');
        if definition.starts_with("json") {
            if self.json_already.len() < MOST_KEPT {
                self.json_already.insert((table.to_owned(), column.to_owned()));
            }
        } else if table == "users" && column == "timezone" && definition.contains(" DEFAULT ") {
            self.database.has_timezone_default = true;
        }
    }

    /// What to look at in the rows of a statement that inserts them.
    fn inserts(&mut self, statement: InsertStatement) {
        let table = statement.table.name;
        if self.inserted_into.as_deref() != Some(table.as_str()) {
            self.tables_with_rows += 1;
            self.inserted_into = Some(table.clone());
        }
        let mut columns = statement.columns;
        if columns.is_empty() {
            match self.columns.get(&table) {
                Some(known) => columns.clone_from(known),
                None if is_looked_at(&table) => _ = self.unread.insert(table.clone()),
                None => {}
            }
        }
        self.rows = Some(self.rows(table, columns));
    }

    fn rows(&self, table: String, columns: Vec<String>) -> Rows {
        let is_text = |table: &str, column: &str| !self.json_already.contains(&(table.to_owned(), column.to_owned()));
        let position = |column: &str| columns.iter().position(|it| it == column);
        let json = JSON_COLUMNS
            .iter()
            .filter(|(of, column)| *of == table && is_text(of, column))
            .filter_map(|(of, column)| Some((position(column)?, *of, *column)))
            .collect();
        Rows { table, columns, json }
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
            let value = value(rows.position(column)?);
            Some(String::from_utf8_lossy(&value.unwrap_or_default()).into_owned())
        };
        match rows.table.as_str() {
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
