//! A dump on its way to psql: nothing passes but what is known and what the server takes.

use super::context::{Command, Context};
use super::ending::EndStatement;
use super::found::{After, At, LexerFault, Listener};
use super::insert::{self, InsertStatement};
use super::lexer::Lexer;
use super::policy::Policy;
use super::settings::Settings;
use super::statement::{Class, shown};
use super::{DumpRefusal, DumpSummary};

/// Lets the statements of a dump through, as they come.
pub struct DumpFilter<W> {
    lexer: Lexer,
    passing: Passing<W>,
}

struct Passing<W> {
    context: Context,
    policy: Policy,
    /// Which of the dump's databases is loaded.
    section: usize,
    /// What stands from here on is kept for several sessions.
    ending: u64,
    settings: Settings,
    end: Vec<EndStatement>,
    refusal: Option<DumpRefusal>,
    /// Rows are of the database that is loaded.
    passes_rows: bool,
    /// Whether the statement that inserts rows is.
    inserts: bool,
    write: W,
}

impl<W: FnMut(&[u8])> DumpFilter<W> {
    /// For the dump that was found to be this; what passes is handed to `write`. Its keys and indexes are kept back if
    /// `keeps_end`.
    pub fn new(dump: &DumpSummary, policy: Policy, keeps_end: bool, write: W) -> Self {
        let ending = dump.section.ending.filter(|_| keeps_end).map_or(u64::MAX, |(offset, _)| offset);
        let passing = Passing {
            context: Context::default(),
            policy,
            section: dump.section.index,
            ending,
            settings: Settings::default(),
            end: Vec::new(),
            refusal: None,
            passes_rows: false,
            inserts: false,
            write,
        };
        Self { lexer: Lexer::default(), passing }
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// There is something in it that is none of a dump; what came before it has passed.
    pub fn pass(&mut self, piece: &[u8]) -> Result<(), DumpRefusal> {
        self.lexer.feed(piece, &mut self.passing);
        self.passing.refusal.clone().map_or(Ok(()), Err)
    }

    /// The statements that were kept back, once everything has been fed.
    ///
    /// # Errors
    /// The dump ends in the middle of something.
    pub fn finish(mut self) -> Result<Vec<EndStatement>, DumpRefusal> {
        self.lexer.finish(&mut self.passing);
        self.passing.refusal.map_or(Ok(self.passing.end), Err)
    }
}

impl<W: FnMut(&[u8])> Passing<W> {
    fn is_here(&self) -> bool {
        self.context.section == self.section && self.refusal.is_none()
    }

    fn refuse(&mut self, at: At, what: String, why: impl Into<String>) {
        // What other databases hold is not loaded, whatever it is.
        if self.context.section == self.section || what.is_empty() {
            self.refusal.get_or_insert_with(|| DumpRefusal { line: at.line, what, why: why.into() });
        }
    }

    fn send(&mut self, text: &[u8]) {
        (self.write)(text);
        (self.write)(b"\n");
    }
}

impl<W: FnMut(&[u8])> Listener for Passing<W> {
    fn comment(&mut self, text: &[u8], _at: At) {
        self.context.comment(String::from_utf8_lossy(text).trim());
    }

    fn statement(&mut self, text: &[u8], at: At) -> After {
        let shown_text = String::from_utf8_lossy(text);
        let class = self.context.statement(&shown_text, at.line);
        if let Class::Refused(why) = class {
            self.refuse(at, shown(&shown_text), why);
            return After::Sql;
        }
        let passes = self.is_here() && self.policy.lets_through(&class);
        if let (Class::Setting(name, _), true) = (&class, passes) {
            self.settings.hear(name, &shown_text);
        }
        match &class {
            Class::Copy(_) => {
                self.passes_rows = passes;
                if passes {
                    self.send(text);
                }
                return After::Rows;
            }
            _ if passes && at.offset >= self.ending => self.end.push(EndStatement {
                text: shown_text.into_owned(),
                is_made_of_rows: class == Class::Index,
                settings: self.settings.clone(),
            }),
            _ if passes => self.send(text),
            _ => {}
        }
        match &class {
            Class::Setting(name, _) if name == "standard_conforming_strings" => {
                After::Escapes(self.context.plain_escapes)
            }
            _ => After::Sql,
        }
    }

    fn insert(&mut self, head: &[u8], at: At) {
        self.context.insert();
        let text = String::from_utf8_lossy(head);
        self.inserts = InsertStatement::read(&text).is_some() && self.is_here();
        if self.inserts {
            (self.write)(head);
        } else if InsertStatement::read(&text).is_none() {
            self.refuse(at, shown(&text), "no dump inserts rows like this");
        }
    }

    fn inserted(&mut self, row: &[u8], at: At) {
        if insert::values(&String::from_utf8_lossy(row), self.context.plain_escapes).is_none() {
            return self.refuse(at, "INSERT".to_owned(), "a row with more than values in it");
        }
        if self.inserts && self.is_here() {
            (self.write)(b" ");
            (self.write)(row);
        }
    }

    fn insert_end(&mut self, tail: &[u8], at: At) {
        if !insert::is_end(&String::from_utf8_lossy(tail)) {
            return self.refuse(at, "INSERT".to_owned(), "more than rows in it");
        }
        if self.inserts && self.is_here() {
            self.send(tail);
        }
    }

    fn command(&mut self, text: &[u8], at: At) {
        let text = String::from_utf8_lossy(text);
        match self.context.command(&text) {
            Command::Restriction => {}
            Command::Connect(_) => self.settings = Settings::default(),
            Command::Foreign => self.refuse(at, String::new(), "a psql command that is none of a dump"),
        }
    }

    fn raw(&mut self, rows: &[u8]) {
        if self.passes_rows && self.is_here() {
            (self.write)(rows);
        }
    }

    fn fault(&mut self, fault: LexerFault, at: At) {
        self.refuse(at, String::new(), fault.to_string());
    }
}
