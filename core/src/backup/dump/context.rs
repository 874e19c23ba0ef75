//! What the place of a statement in its dump adds to what it says: whose database it is for, what was made before it.

use super::found::Place;
use super::statement::{Class, DatabaseStatement, LeftOut, classify};
use super::token::Tokens;

/// Where in a dump a statement stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Context {
    /// How many times another database was gone to.
    pub(super) section: usize,
    /// The schema of names without one.
    pub(super) schema: String,
    /// Whether texts in plain quotes have escapes.
    pub(super) plain_escapes: bool,
    /// Whether anything was made since the last beginning of a dump.
    has_made: bool,
    /// How many dumps have begun and not ended.
    open: u32,
    /// How many have begun.
    headers: u32,
    /// It is a dump of all databases, which may remove some that it leaves out.
    is_cluster: bool,
    /// It is of a database, alone or among all.
    is_database: bool,
    /// Something stands where no dump is.
    has_strays: bool,
    /// Databases that are removed and not made again yet.
    dropped: Vec<(String, u64)>,
    restrictions: u32,
}

/// What a command to psql is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// `\restrict` or `\unrestrict`.
    Restriction,
    /// Another database is gone to.
    Connect(String),
    /// No dump has it.
    Foreign,
}

/// A dump removes and makes this many databases at most.
const DATABASES: usize = 1000;

impl Default for Context {
    fn default() -> Self {
        Self {
            section: 0,
            schema: "public".to_owned(),
            plain_escapes: false,
            has_made: false,
            open: 0,
            headers: 0,
            is_cluster: false,
            is_database: false,
            has_strays: false,
            dropped: Vec::new(),
            restrictions: 0,
        }
    }
}

impl Context {
    /// Whether it begins as a dump does.
    pub(super) fn has_header(&self) -> bool {
        self.headers > 0
    }

    /// Whether it is a dump of what all databases share, without any of them.
    pub(super) fn is_without_database(&self) -> bool {
        self.is_cluster && !self.is_database
    }

    /// Whether every dump that has begun has ended, and nothing stands outside of one.
    pub(super) fn has_trailer(&self) -> bool {
        self.headers > 0 && self.open == 0 && !self.has_strays
    }

    /// The databases that are removed and not made again, each with its line.
    pub(super) fn removed(&self) -> &[(String, u64)] {
        &self.dropped
    }

    /// Takes note of a comment; tells where it stands.
    pub(super) fn comment(&mut self, text: &str) -> Place {
        match text {
            "PostgreSQL database dump" | "PostgreSQL database cluster dump" => {
                let is_cluster = text == "PostgreSQL database cluster dump";
                self.is_cluster |= is_cluster;
                self.is_database |= !is_cluster;
                self.headers += 1;
                self.open += 1;
                self.has_made = false;
            }
            "PostgreSQL database dump complete" | "PostgreSQL database cluster dump complete" => {
                self.has_strays |= self.open == 0;
                self.open = self.open.saturating_sub(1);
            }
            _ => {}
        }
        if self.headers > 0 && self.open == 0 { Place::Behind } else { Place::Inside }
    }

    /// What a command to psql is.
    pub(super) fn command(&mut self, text: &str) -> Command {
        let (name, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let is_key = !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric());
        match name {
            // Each dump has one at its beginning and one at its end.
            r"\restrict" if is_key && self.restrictions.is_multiple_of(2) => {
                self.restrictions += 1;
                Command::Restriction
            }
            r"\unrestrict" if is_key && !self.restrictions.is_multiple_of(2) => {
                self.restrictions += 1;
                Command::Restriction
            }
            r"\connect" => {
                let Some(database) = connected(rest) else { return Command::Foreign };
                *self = Self {
                    section: self.section + 1,
                    schema: "public".to_owned(),
                    plain_escapes: false,
                    has_made: false,
                    ..self.clone()
                };
                Command::Connect(database)
            }
            _ => Command::Foreign,
        }
    }

    /// What a statement is for, at this place.
    pub(super) fn statement(&mut self, text: &str, line: u64) -> Class {
        let class = classify(text, self.plain_escapes);
        self.has_strays |= self.open == 0;
        match &class {
            Class::Load | Class::Index | Class::Table(_) | Class::Copy(_) => self.has_made = true,
            Class::LeftOut(LeftOut::Removal) if self.has_made => {
                return Class::Refused("it removes what the dump has made");
            }
            Class::Database(DatabaseStatement::Drop(name)) => {
                if self.has_made || self.dropped.len() >= DATABASES {
                    return Class::Refused("it removes a database");
                }
                if !self.is_cluster {
                    self.dropped.push((name.clone(), line));
                }
            }
            Class::Database(DatabaseStatement::Create(name)) => self.dropped.retain(|(dropped, _)| dropped != name),
            Class::Setting(name, value) => return self.setting(&class, name, value),
            _ => {}
        }
        class
    }

    /// Takes note of the beginning of a statement that inserts rows.
    pub(super) fn insert(&mut self) {
        self.has_strays |= self.open == 0;
        self.has_made = true;
    }

    fn setting(&mut self, class: &Class, name: &str, value: &str) -> Class {
        match name {
            "search_path" => {
                let first = Tokens::of(value).name().filter(|schema| schema != "pg_catalog");
                self.schema = first.map_or_else(|| "public".to_owned(), |schema| schema.into_owned());
            }
            "standard_conforming_strings" => self.plain_escapes = value.trim_matches('\'').eq_ignore_ascii_case("off"),
            "client_encoding" if super::settings::is_misleading(value) => {
                return Class::Refused("psql could misread this encoding; take the dump with `--encoding UTF8`");
            }
            _ => {}
        }
        class.clone()
    }
}

/// The database in `\connect name`, `\connect "name"` or `\connect -reuse-previous=on "dbname='name'"`.
fn connected(rest: &str) -> Option<String> {
    let rest = rest.trim();
    if let Some(options) = rest.strip_prefix("-reuse-previous=on ") {
        let inner = options.trim().strip_prefix('"')?.strip_suffix('"')?.strip_prefix("dbname=")?;
        let name = inner.strip_prefix('\'').and_then(|it| it.strip_suffix('\'')).unwrap_or(inner);
        return plain(name);
    }
    let mut tokens = Tokens::of(rest);
    let name = tokens.next().map(|token| match token {
        super::token::Token::Name(quoted) => quoted.trim_matches('"').replace("\"\"", "\""),
        _ => rest.to_owned(),
    })?;
    (tokens.next().is_none() || !rest.starts_with('"')).then(|| plain(&name)).flatten()
}

/// A name without anything that another reader could take for more than a name.
fn plain(name: &str) -> Option<String> {
    let is_plain = !name.is_empty() && !name.contains(['\\', '`', '\'', '=', '\n', '\r', ':', '|']);
    is_plain.then(|| name.to_owned())
}
