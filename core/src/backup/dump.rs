//! Reading a dump in SQL as it passes: what it holds, whether it is whole, whether all of it is what `pg_dump` writes.
//!
//! Fed with pieces of any size, in bounded memory; it finds the same wherever the pieces are cut. One reading serves
//! everybody: a check, a restore, a backup of its own dump, a diagnosis.

mod beginning;
mod body;
mod class;
mod collation;
mod context;
mod copy;
pub mod default_rights;
pub mod ending;
pub mod filter;
mod found;
mod insert;
mod lexer;
mod mattermost;
mod of_database;
pub mod policy;
pub mod section;
pub mod settings;
pub mod statement;
mod table;
#[cfg(test)]
mod tests;
pub mod token;
pub mod unix;

use self::context::{Command, Context};
use self::mattermost::Said;
use self::section::Section;
use self::statement::{Class, DatabaseStatement, LeftOut, shown};
use super::Attachment;
use crate::masking::shown_text;

pub use self::beginning::is_utf16;
pub use self::collation::NewCollation;
pub use self::copy::{CopyStatement, value as copy_value};
pub use self::found::{After, At, DumpRefusal, LexerFault, Listener, Place, RowLine};
pub use self::insert::{InsertStatement, values as inserted_values};
pub use self::lexer::Lexer;
pub use self::section::{DatabaseSetting, TableRows};

/// Most complaints that are kept for the report.
const KEPT: usize = 20;

/// Databases in one dump, at most.
const SECTIONS: usize = 1000;

/// What a dump was found to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DumpSummary {
    /// Bytes of SQL.
    pub bytes: u64,
    /// Version of the server it was taken from.
    pub server_version: Option<String>,
    /// Version of the `pg_dump` that took it.
    pub pg_dump: Option<String>,
    /// Whether it begins as a dump does.
    pub has_header: bool,
    /// Whether it begins as one of MySQL does.
    pub is_of_mysql: bool,
    /// Whether it holds what all databases share, as roles, and no database.
    pub is_without_database: bool,
    /// Whether it ends as a dump does, with no statement after that.
    pub has_trailer: bool,
    /// Whether psql could find a command in a statement if it is not restricted: one has a backslash.
    pub may_hide_commands: bool,
    /// Whether a function has a body that psql before 14 cannot read.
    pub has_bodies: bool,
    /// Lines before the dump that other programs wrote.
    pub before: Vec<String>,
    /// Lines after its end that other programs wrote.
    pub after: Vec<String>,
    /// What no dump has, the first few.
    pub refusals: Vec<DumpRefusal>,
    /// The databases in it that have names: of a dump of several.
    pub databases: Vec<String>,
    /// The database in it that Mattermost's is taken for: what the rest of this is about.
    pub section: Section,
    /// Other databases in it that hold a Mattermost, too.
    pub rivals: Vec<String>,
}

impl DumpSummary {
    /// The number of rows of all tables.
    pub fn rows(&self) -> u64 {
        self.section.tables.iter().map(|table| table.rows).sum()
    }

    /// The tables with data, in the dump's order.
    pub fn tables(&self) -> &[TableRows] {
        &self.section.tables
    }
}

/// Reads a dump piece by piece.
///
/// ```
/// use gitlab_mattermost_core::backup::dump::DumpScanner;
///
/// let mut scanner = DumpScanner::default();
/// scanner.scan(b"CREATE TABLE users (id text);\nCOPY users (id) FROM stdin;\na\n", |_| ());
/// scanner.scan(b"b\n\\.\n", |_| ());
/// assert_eq!(scanner.finish().rows(), 2);
/// ```
#[derive(Debug, Default)]
pub struct DumpScanner {
    lexer: Lexer,
    scan: Scan,
}

/// What was found so far.
#[derive(Debug, Default)]
struct Scan {
    context: Context,
    summary: DumpSummary,
    sections: Vec<Section>,
    attachments: Vec<Attachment>,
    more_refusals: u64,
}

impl DumpScanner {
    /// Takes the next piece; every row of `fileinfo` that ends in it is handed to `attachment`.
    pub fn scan(&mut self, piece: &[u8], attachment: impl FnMut(Attachment)) {
        self.scan.summary.bytes += piece.len() as u64;
        self.lexer.feed(piece, &mut self.scan);
        self.scan.attachments.drain(..).for_each(attachment);
    }

    /// What was found, once everything has been fed.
    pub fn finish(mut self) -> DumpSummary {
        self.lexer.finish(&mut self.scan);
        self.scan.finish()
    }
}

impl Scan {
    fn section(&mut self) -> &mut Section {
        if self.sections.is_empty() {
            self.sections.push(Section::default());
        }
        let last = self.sections.len() - 1;
        &mut self.sections[last]
    }

    fn refuse(&mut self, at: At, what: String, why: impl Into<String>) {
        let refusal = DumpRefusal { line: at.line, what, why: why.into() };
        let refusals = &mut self.section().refusals;
        if refusals.len() < KEPT {
            refusals.push(refusal);
        } else {
            self.more_refusals += 1;
        }
    }

    fn finish(mut self) -> DumpSummary {
        let mut summary = self.summary;
        if self.sections.is_empty() {
            self.sections.push(Section::default());
        }
        for (name, line) in self.context.removed() {
            let why = "it removes a database and does not make it again".to_owned();
            summary.refusals.push(DumpRefusal { line: *line, what: format!("DROP DATABASE {name}"), why });
        }
        summary.has_header = self.context.has_header();
        summary.is_without_database = self.context.is_without_database();
        summary.has_trailer = self.context.has_trailer() && !summary.refusals.iter().any(|it| it.what.is_empty());
        summary.databases = self.sections.iter().filter_map(|section| section.database.clone()).collect();
        // What a dump says of databases as a whole, it says before it goes to one.
        let settings: Vec<DatabaseSetting> =
            self.sections.iter().flat_map(|section| section.settings_of_databases.iter().cloned()).collect();
        let best = (0..self.sections.len()).max_by_key(|index| {
            let section = &self.sections[*index];
            (section.likeness(), section.rows(), std::cmp::Reverse(*index))
        });
        let best = best.unwrap_or_default();
        let is_rival = |(index, section): &(usize, &Section)| *index != best && section.is_mattermost();
        summary.rivals = self.sections.iter().enumerate().filter(is_rival).map(|(_, it)| it.name()).collect();
        // Of a dump of several databases nothing but Mattermost's is ever loaded.
        summary.section = self.sections.swap_remove(best);
        summary.refusals.append(&mut summary.section.refusals);
        summary.section.settings_of_databases = settings
            .into_iter()
            .filter(|setting| summary.section.database.as_ref().is_none_or(|name| *name == setting.database))
            .collect();
        summary
    }
}

impl Listener for Scan {
    fn before(&mut self, line: &[u8], _at: At) {
        self.summary.before.push(foreign_line(line));
    }

    fn after(&mut self, line: &[u8], _at: At) {
        self.summary.after.push(foreign_line(line));
    }

    fn comment(&mut self, text: &[u8], _at: At) -> Place {
        let text = String::from_utf8_lossy(text);
        let text = text.trim();
        let place = self.context.comment(text);
        self.summary.is_of_mysql |=
            !self.context.has_header() && ["MySQL dump ", "MariaDB dump "].iter().any(|it| text.starts_with(it));
        if let Some(version) = text.strip_prefix("Dumped from database version ") {
            self.summary.server_version.get_or_insert_with(|| version.to_owned());
        } else if let Some(version) = text.strip_prefix("Dumped by pg_dump version ") {
            self.summary.pg_dump.get_or_insert_with(|| version.to_owned());
        } else if let Some(head) = text.strip_prefix("Data for Name: ") {
            self.section().data_head(head);
        }
        place
    }

    fn statement(&mut self, text: &[u8], at: At) -> After {
        let is_utf8 = std::str::from_utf8(text).is_ok();
        let text = String::from_utf8_lossy(text);
        let class = self.context.statement(&text, at.line);
        let is_sent =
            !matches!(class, Class::LeftOut(_) | Class::Database(_) | Class::DefaultRights(_) | Class::Refused(_));
        self.summary.may_hide_commands |= is_sent && text.contains('\\');
        self.summary.has_bodies |= is_sent && has_body(&text);
        let schema = self.context.schema.clone();
        let section = self.section();
        section.makes_keys |= class == Class::Index;
        section.ends_with(&class, &text, is_utf8.then_some(at.offset));
        if is_sent {
            section.collations.extend(collation::named(&text));
            section.new_collations.extend(collation::made(&text));
        }
        match class {
            Class::Load => section.attach(&text, &schema),
            Class::Index => {}
            Class::Table(table) => section.make(&table, &schema),
            Class::Copy(copy) => {
                section.copy(&copy, &schema);
                return After::Rows;
            }
            Class::Setting(name, value) => {
                section.set(&name, &value);
                if name == "standard_conforming_strings" {
                    return After::Escapes(self.context.plain_escapes);
                }
            }
            Class::Extension(name) => _ = section.extensions.insert(name),
            Class::DefaultRights(rights) => section.default_rights.push(rights),
            Class::Rights(roles) => section.roles.extend(roles.into_iter().filter(|role| role != "public")),
            Class::Database(DatabaseStatement::Set(database, role, name, value)) => {
                section.settings_of_databases.push(DatabaseSetting { database, role, name, value });
            }
            Class::Database(DatabaseStatement::Other(what)) => _ = section.lost.insert(what),
            Class::Database(_) => {}
            Class::LeftOut(LeftOut::Owner(owner)) => _ = section.owners.insert(owner),
            Class::LeftOut(LeftOut::Superuser(what)) => *section.left_out.entry(what).or_default() += 1,
            Class::LeftOut(_) => {}
            Class::Refused(why) => self.refuse(at, shown(&text), why),
        }
        After::Sql
    }

    fn insert(&mut self, head: &[u8], at: At) {
        self.context.insert();
        let text = String::from_utf8_lossy(head);
        let schema = self.context.schema.clone();
        match InsertStatement::read(&text) {
            Some(statement) => self.section().insert(&statement, &schema),
            None => self.refuse(at, shown(&text), "no dump inserts rows like this"),
        }
    }

    fn inserted(&mut self, row: &[u8], at: At) {
        self.summary.may_hide_commands |= row.contains(&b'\\');
        let escapes = self.context.plain_escapes;
        let Some(values) = insert::values(&String::from_utf8_lossy(row), escapes) else {
            return self.refuse(at, "INSERT".to_owned(), "a row with more than values in it");
        };
        let said = self.section().inserted(&values, at.line);
        self.said(said);
    }

    fn insert_end(&mut self, tail: &[u8], at: At) {
        if !insert::is_end(&String::from_utf8_lossy(tail)) {
            self.refuse(at, "INSERT".to_owned(), "more than rows in it");
        }
    }

    fn command(&mut self, text: &[u8], at: At) {
        let text = String::from_utf8_lossy(text);
        match self.context.command(&text) {
            Command::Restriction => {}
            Command::Connect(database) if self.sections.len() < SECTIONS => {
                self.section();
                self.sections.push(Section::of(database, self.context.section));
            }
            Command::Connect(_) => self.refuse(at, "\\connect".to_owned(), "too many databases"),
            Command::Foreign => {
                let shown: String = shown_text(text.trim()).chars().take(60).collect();
                self.refuse(at, String::new(), format!("the psql command `{shown}` is none of a dump"));
            }
        }
    }

    fn row(&mut self, row: RowLine<'_>, at: At) {
        let said = self.section().row(row, at.line);
        self.said(said);
    }

    fn fault(&mut self, fault: LexerFault, at: At) {
        self.summary.refusals.push(DumpRefusal { line: at.line, what: String::new(), why: fault.to_string() });
    }
}

impl Scan {
    fn said(&mut self, said: Said) {
        match said {
            Said::Attachment(attachment) => self.attachments.push(attachment),
            Said::Version(version) => self.section().mattermost_version = Some(version),
            Said::Unreadable => self.section().unreadable_attachments += 1,
            Said::Nothing => {}
        }
    }
}

/// A line of another program, as it may be shown.
fn foreign_line(line: &[u8]) -> String {
    let line: String = String::from_utf8_lossy(line).trim().chars().take(200).collect();
    shown_text(&line)
}

/// Whether a function has its body outside of quotes.
fn has_body(text: &str) -> bool {
    let mut tokens = token::Tokens::of(text);
    if !tokens.phrase("CREATE") {
        return false;
    }
    while tokens.clone().next().is_some() {
        if tokens.phrase("BEGIN ATOMIC") {
            return true;
        }
        tokens.next();
    }
    false
}
