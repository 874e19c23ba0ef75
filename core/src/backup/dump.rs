//! Reading a plain SQL dump as it passes: how many rows each table has, whether it is whole, what stands in its way.
//!
//! A state machine that is fed pieces of any size, keeps at most one line and finds the same wherever the pieces are
//! cut. Not its job: understanding SQL; what `pg_dump` writes at the start of a line is all it goes by.

pub mod ending;
mod row;
#[cfg(test)]
mod tests;

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2, memmem};
use serde::{Deserialize, Serialize};

use self::ending::Ending;
use super::Attachment;

/// Most of a line that is kept. No line that matters is longer; the fields of `fileinfo` that are read come early.
const KEPT: usize = 64 * 1024;

/// Most psql commands that are kept for the report.
const KEPT_COMMANDS: usize = 5;

/// How many rows a table has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRows {
    /// Schema and table as SQL writes them: `public.posts`.
    pub table: String,
    /// Number of rows.
    pub rows: u64,
}

/// What a dump was found to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DumpSummary {
    /// Bytes of SQL.
    pub bytes: u64,
    /// The tables with data, in the dump's order.
    pub tables: Vec<TableRows>,
    /// Version of the server it was taken from.
    pub server_version: Option<String>,
    /// Version of the `pg_dump` that took it.
    pub pg_dump: Option<String>,
    /// Whether it begins as a dump does.
    pub has_header: bool,
    /// Whether it ends as a dump does, with nothing after that.
    pub has_trailer: bool,
    /// Whether it begins with `\restrict`, which psql before 13.22, 14.19, 15.14, 16.10 and 17.6 does not know (P24).
    pub restricted: bool,
    /// Whether its statements could have commands to psql in them that are not at the start of a line.
    #[serde(skip)]
    pub may_hide_commands: bool,
    /// Where `\restrict` and `\unrestrict` stand, in bytes.
    #[serde(skip)]
    restrictions: Vec<Range<u64>>,
    /// Commands to psql that no dump of a database has, the first few: somebody else wrote them.
    pub foreign_commands: Vec<String>,
    /// What Mattermost calls its version in its table `systems`.
    pub mattermost_version: Option<String>,
    /// Roles that objects are given to.
    pub owners: Vec<String>,
    /// Rows of `fileinfo` that cannot be read as such.
    pub unreadable_attachments: u64,
    /// Where its end begins, which several sessions can load at once.
    #[serde(skip)]
    pub ending: Ending,
}

impl DumpSummary {
    /// The number of rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// What of a piece that begins at `offset` psql is told: not `\restrict` and `\unrestrict`, whose word anybody can
    /// read in the dump. Whoever loads it restricts psql with a word that the dump does not know.
    pub fn without_restrictions<'a>(&self, offset: u64, piece: &'a [u8]) -> Vec<&'a [u8]> {
        let place = |at: u64| usize::try_from(at.saturating_sub(offset)).map_or(piece.len(), |it| it.min(piece.len()));
        let starts = [0].into_iter().chain(self.restrictions.iter().map(|it| place(it.end)));
        let ends = self.restrictions.iter().map(|it| place(it.start)).chain([piece.len()]);
        starts.zip(ends).filter_map(|(start, end)| piece.get(start..end)).filter(|it| !it.is_empty()).collect()
    }
}

/// Reads a dump piece by piece.
#[derive(Debug, Default)]
pub struct DumpScanner {
    /// The beginning of a line whose end has not come yet.
    line: Vec<u8>,
    /// Where that line, or the next one, begins.
    line_start: u64,
    place: Place,
    summary: DumpSummary,
    restrict_allowed: bool,
    /// Whether rows came after keys or indexes.
    mixed: bool,
}

#[derive(Debug, Default)]
enum Place {
    /// Between data: statements and comments.
    #[default]
    Sql,
    /// In a table's data.
    Rows { count: u64, attachments: Option<row::Columns>, settings: Option<row::SettingColumns> },
}

impl DumpScanner {
    /// Takes the next piece; every row of `fileinfo` that ends in it is handed to `attachment`.
    pub fn scan(&mut self, piece: &[u8], mut attachment: impl FnMut(Attachment)) {
        let (mut rest, before) = (piece, self.summary.bytes);
        self.summary.bytes += piece.len() as u64;
        while let Some(end) = memchr(b'\n', rest) {
            let (line, after) = rest.split_at(end);
            rest = after.get(1..).unwrap_or_default();
            if self.line.is_empty() {
                self.end_line(line, &mut attachment);
            } else {
                self.keep(line);
                let line = std::mem::take(&mut self.line);
                self.end_line(&line, &mut attachment);
                self.line = line;
                self.line.clear();
            }
            self.line_start = before + (piece.len() - rest.len()) as u64;
        }
        self.keep(rest);
    }

    /// What was found, once everything has been fed.
    pub fn finish(mut self) -> DumpSummary {
        let in_data = matches!(self.place, Place::Rows { .. });
        if !self.line.is_empty() && !in_data {
            let line = std::mem::take(&mut self.line);
            self.statement(&line);
        }
        self.leave_table();
        self.summary.has_trailer &= !in_data;
        self.summary
    }

    fn keep(&mut self, part: &[u8]) {
        let room = KEPT.saturating_sub(self.line.len());
        self.line.extend_from_slice(&part[..part.len().min(room)]);
    }

    fn end_line(&mut self, line: &[u8], attachment: &mut impl FnMut(Attachment)) {
        match &mut self.place {
            Place::Sql => self.statement(line),
            Place::Rows { .. } if line == br"\." => self.leave_table(),
            Place::Rows { count, attachments, settings } => {
                *count += 1;
                if let Some(version) = settings.and_then(|columns| columns.version(line)) {
                    self.summary.mattermost_version = Some(version);
                }
                if let Some(columns) = attachments {
                    match columns.read(line) {
                        Some(row) => attachment(row),
                        None => self.summary.unreadable_attachments += 1,
                    }
                }
            }
        }
    }

    fn leave_table(&mut self) {
        if let Place::Rows { count, .. } = std::mem::take(&mut self.place)
            && let Some(table) = self.summary.tables.last_mut()
        {
            table.rows = count;
        }
    }

    fn statement(&mut self, line: &[u8]) {
        let end = self.line_start + line.len() as u64 + 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.first() == Some(&b'\\') {
            return self.command(line, end);
        }
        self.summary.may_hide_commands |= may_hide_commands(line);
        match line.first() {
            None => return,
            Some(b'-') if line.starts_with(b"--") => return self.comment(line),
            Some(_) => {}
        }
        self.summary.has_trailer = false;
        self.settings_before_end(line);
        if let Some(copy) = row::CopyStatement::read(line) {
            // Rows after keys: no dump of the usual order, and none to be cut.
            self.mixed |= self.summary.ending.offset.take().is_some();
            self.summary.tables.push(TableRows { table: copy.table.clone(), rows: 0 });
            let (attachments, settings) = (copy.attachment_columns(), copy.setting_columns());
            self.place = Place::Rows { count: 0, attachments, settings };
        } else if let Some(owner) = row::new_owner(line)
            && !self.summary.owners.contains(&owner)
        {
            self.summary.owners.push(owner);
        }
    }

    fn comment(&mut self, line: &[u8]) {
        self.head_at(line, self.line_start);
        let text = String::from_utf8_lossy(line.strip_prefix(b"--").unwrap_or(line));
        let text = text.trim();
        if text == "PostgreSQL database dump" && self.summary.tables.is_empty() {
            self.summary.has_header = true;
        } else if text == "PostgreSQL database dump complete" {
            self.summary.has_trailer = self.summary.has_header;
        } else if let Some(version) = text.strip_prefix("Dumped from database version ") {
            self.summary.server_version.get_or_insert_with(|| version.to_owned());
        } else if let Some(version) = text.strip_prefix("Dumped by pg_dump version ") {
            self.summary.pg_dump.get_or_insert_with(|| version.to_owned());
        } else if !text.is_empty() {
            self.summary.has_trailer = false;
        }
    }

    /// A line for psql itself. Dumps have `\restrict KEY` at their start and `\unrestrict KEY` at their end, no other.
    fn command(&mut self, line: &[u8], end: u64) {
        let text = String::from_utf8_lossy(line);
        let (name, key) = text.split_once(' ').unwrap_or((&text, ""));
        let plain_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric());
        match name {
            r"\restrict" if plain_key && !self.summary.restricted => {
                self.summary.restricted = true;
                self.restrict_allowed = true;
                self.summary.restrictions.push(self.line_start..end);
            }
            r"\unrestrict" if plain_key && self.restrict_allowed => {
                self.restrict_allowed = false;
                self.summary.restrictions.push(self.line_start..end);
            }
            _ if self.summary.foreign_commands.len() < KEPT_COMMANDS => {
                self.summary.foreign_commands.push(text.chars().take(60).collect());
            }
            _ => {}
        }
    }
}

/// Whether psql could find a command in a line of SQL, or take lines after it for something else than they look like.
fn may_hide_commands(line: &[u8]) -> bool {
    let is_odd = |quote: u8| memchr_iter(quote, line).count() % 2 == 1;
    // What was not kept of a line was not looked at.
    line.len() >= KEPT
        || memchr2(b'\\', b'$', line).is_some()
        || memmem::find(line, b"/*").is_some()
        || is_odd(b'\'')
        || is_odd(b'"')
}
