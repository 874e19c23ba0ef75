//! What a dump holds of one database.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::collation::NewCollation;
use super::copy::CopyStatement;
use super::default_rights::DefaultRights;
use super::found::{DumpRefusal, RowLine};
use super::insert::InsertStatement;
use super::mattermost::{Said, Watch};
use super::statement::Class;
use super::table::NewTable;
use super::token::{QualifiedName, Tokens};

/// Tables that every Mattermost has had since its first release.
pub const TABLES: [&str; 5] = ["systems", "users", "teams", "channels", "posts"];

/// More tables than any Mattermost has are not kept.
const MOST_TABLES: usize = 100_000;

/// How many rows a table has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRows {
    /// Schema and table as SQL writes them: `public.posts`.
    pub table: String,
    /// Number of rows.
    pub rows: u64,
}

/// What a dump sets for whoever connects to a database, as it writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseSetting {
    /// The database.
    pub database: String,
    /// The role that it is set for; all if `None`.
    pub role: Option<String>,
    /// What is set.
    pub name: String,
    /// The value.
    pub value: String,
}

/// What a dump holds of one database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// The database's name, where the dump says it.
    pub database: Option<String>,
    /// How many times the dump went to another database before.
    pub index: usize,
    /// The tables with data, in the dump's order.
    pub tables: Vec<TableRows>,
    /// What Mattermost calls its version in its table `systems`.
    pub mattermost_version: Option<String>,
    /// The schema of that table.
    pub schema: Option<String>,
    /// Roles that objects are given to.
    pub owners: BTreeSet<String>,
    /// Roles that rights are given to or taken from.
    pub roles: BTreeSet<String>,
    /// Extensions.
    pub extensions: BTreeSet<String>,
    /// Parameters that are set for the session.
    pub settings: BTreeSet<String>,
    /// Tablespaces that tables are put into.
    pub tablespaces: BTreeSet<String>,
    /// Collations that are the server's.
    pub collations: BTreeSet<String>,
    /// Collations that are made.
    pub new_collations: Vec<NewCollation>,
    /// Rights on what roles are going to make.
    pub default_rights: Vec<DefaultRights>,
    /// What is not loaded because only a superuser may do it, and how many statements that is.
    pub left_out: BTreeMap<&'static str, u64>,
    /// What is said of the database as a whole and not carried over.
    pub lost: BTreeSet<&'static str>,
    /// What is set for whoever connects to the database.
    pub settings_of_databases: Vec<DatabaseSetting>,
    /// Rows of `fileinfo` that cannot be read as such.
    pub unreadable_attachments: u64,
    /// Whether the columns of `fileinfo` are known, so that its rows could be read.
    pub reads_attachments: bool,
    /// Rows that do not have the columns of their table, and the first of them.
    pub wrong_rows: u64,
    /// The first of them.
    pub wrong_row: Option<DumpRefusal>,
    /// Tables that are made twice.
    pub made_twice: BTreeSet<String>,
    /// Where its end begins, which several sessions can load at once: bytes before it, and bytes of its statements.
    pub ending: Option<(u64, u64)>,
    pub(super) refusals: Vec<DumpRefusal>,
    /// The columns of the tables that are made.
    made: BTreeMap<String, Vec<String>>,
    /// Which of `tables` rows are read of, and how.
    current: Option<Current>,
    index_of: BTreeMap<String, usize>,
    /// Rows came after keys or indexes.
    is_mixed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Current {
    table: usize,
    /// How many columns a row has, where that is known.
    columns: Option<usize>,
    watch: Option<Watch>,
}

impl Section {
    /// Of a database that the dump goes to, as the `index`th.
    pub(super) fn of(database: String, index: usize) -> Self {
        Self { database: Some(database), index, ..Self::default() }
    }

    /// Its name, for messages.
    pub fn name(&self) -> String {
        self.database.clone().unwrap_or_else(|| "the first".to_owned())
    }

    /// The number of rows.
    pub(super) fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// How many of Mattermost's tables it has, its version counted as one.
    pub(super) fn likeness(&self) -> usize {
        TABLES.iter().filter(|table| self.has_rows_of(table)).count() + usize::from(self.mattermost_version.is_some())
    }

    /// Whether it holds a Mattermost.
    pub fn is_mattermost(&self) -> bool {
        self.likeness() > TABLES.len()
    }

    /// Whether rows of a table of this name are in it, or would be if it had some.
    pub fn has_rows_of(&self, table: &str) -> bool {
        self.tables.iter().any(|it| is_called(&it.table, table))
    }

    /// Whether there are rows of `fileinfo` of which it is not known which column is which.
    pub fn has_unread_attachments(&self) -> bool {
        !self.reads_attachments && self.tables.iter().any(|it| is_called(&it.table, "fileinfo") && it.rows > 0)
    }

    /// Whether a table of this name is made.
    pub fn makes(&self, table: &str) -> bool {
        self.made.keys().any(|it| is_called(it, table))
    }

    /// The head over a table's rows: it is there if the table has none, too.
    pub(super) fn data_head(&mut self, head: &str) {
        let mut parts = head.split("; ");
        let (Some(name), Some("Type: TABLE DATA"), Some(schema)) = (parts.next(), parts.next(), parts.next()) else {
            return;
        };
        let schema = schema.strip_prefix("Schema: ").unwrap_or("public").to_owned();
        let name = QualifiedName { schema: Some(schema), name: name.to_owned() }.written("public");
        // Only that of a table which is made is believed.
        if self.made.contains_key(&name) {
            self.table(name);
        }
    }

    /// Takes note of a table that is made.
    pub(super) fn make(&mut self, table: &NewTable, schema: &str) {
        let name = table.name.written(schema);
        if self.made.len() < MOST_TABLES && self.made.insert(name.clone(), table.columns.clone()).is_some() {
            self.made_twice.insert(name);
        }
    }

    /// Takes note of the head of a table's rows.
    pub(super) fn copy(&mut self, copy: &CopyStatement, schema: &str) {
        let columns = Some(copy.columns.len().max(1));
        self.begin_rows(&copy.table, schema, &copy.columns, columns);
    }

    /// Takes note of the head of a statement that inserts rows.
    pub(super) fn insert(&mut self, statement: &InsertStatement, schema: &str) {
        let named = (!statement.columns.is_empty()).then(|| statement.columns.clone());
        let columns = named.or_else(|| self.made.get(&statement.table.written(schema)).cloned());
        let count = columns.as_ref().map(Vec::len).filter(|count| *count > 0);
        self.begin_rows(&statement.table, schema, &columns.unwrap_or_default(), count);
        if let (true, Some(current)) = (statement.is_default, self.current) {
            self.tables[current.table].rows += 1;
        }
    }

    fn begin_rows(&mut self, table: &QualifiedName, schema: &str, columns: &[String], count: Option<usize>) {
        self.is_mixed |= self.ending.take().is_some();
        let watch = Watch::of(&table.name, columns);
        match watch {
            Some(Watch::Version { .. }) => {
                self.schema = Some(table.schema.clone().unwrap_or_else(|| schema.to_owned()));
            }
            Some(Watch::Attachments { .. }) => self.reads_attachments = true,
            None => {}
        }
        let table = self.table(table.written(schema));
        self.current = Some(Current { table, columns: count, watch });
    }

    fn table(&mut self, name: String) -> usize {
        *self.index_of.entry(name.clone()).or_insert_with(|| {
            self.tables.push(TableRows { table: name, rows: 0 });
            self.tables.len() - 1
        })
    }

    /// Takes note of a row of `COPY`.
    pub(super) fn row(&mut self, row: RowLine<'_>, line: u64) -> Said {
        let Some(current) = self.current else { return Said::Nothing };
        self.tables[current.table].rows += 1;
        if current.columns.is_some_and(|columns| columns != row.columns()) {
            self.wrong(current, row.columns(), line);
        }
        current.watch.map_or(Said::Nothing, |watch| watch.read_copy(row.text))
    }

    /// Takes note of a row of `INSERT`.
    pub(super) fn inserted(&mut self, values: &[Option<String>], line: u64) -> Said {
        let Some(current) = self.current else { return Said::Nothing };
        self.tables[current.table].rows += 1;
        if current.columns.is_some_and(|columns| columns != values.len()) {
            self.wrong(current, values.len(), line);
        }
        current.watch.map_or(Said::Nothing, |watch| watch.read_values(values))
    }

    fn wrong(&mut self, current: Current, found: usize, line: u64) {
        self.wrong_rows += 1;
        let expected = current.columns.unwrap_or_default();
        let table = &self.tables[current.table].table;
        self.wrong_row.get_or_insert_with(|| {
            let why = format!("a row of `{table}` has {found} columns instead of {expected}");
            DumpRefusal { line, what: String::new(), why }
        });
    }

    /// Takes note of a setting.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.settings.insert(name.to_owned());
        if name == "default_tablespace"
            && let Some(space) = Tokens::of(value).name().filter(|space| !space.is_empty())
        {
            self.tablespaces.insert(space.into_owned());
        } else if name == "default_tablespace"
            && let Some(space) = Tokens::of(value).text().filter(|space| !space.is_empty())
        {
            self.tablespaces.insert(space);
        }
    }

    /// Takes note of where its end begins: with the first key or index after which no rows come.
    /// A dump in another encoding has no `offset`: it is not cut.
    pub(super) fn ends_with(&mut self, class: &Class, text: &str, offset: Option<u64>) {
        let Some(offset) = offset else {
            self.is_mixed = true;
            self.ending = None;
            return;
        };
        if let Some((_, bytes)) = &mut self.ending {
            *bytes += text.len() as u64;
        } else if *class == Class::Index && !self.tables.is_empty() && !self.is_mixed {
            self.ending = Some((offset, text.len() as u64));
        }
    }
}

fn is_called(written: &str, table: &str) -> bool {
    written.rsplit('.').next() == Some(table)
}
