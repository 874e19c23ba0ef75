//! What a server has and a role may do, as far as a dump needs it: the rest of the dump is left out, and listed.

use std::collections::BTreeSet;

use super::DumpSummary;
use super::section::Section;
use super::statement::Class;
use super::token::Tokens;

/// What the server that a dump is loaded into has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Parameters that it knows.
    pub settings: BTreeSet<String>,
    /// Roles that it has.
    pub roles: BTreeSet<String>,
    /// Extensions that the role which loads may make.
    pub extensions: BTreeSet<String>,
    /// Tablespaces that it has.
    pub tablespaces: BTreeSet<String>,
    /// Collations that it has.
    pub collations: BTreeSet<String>,
}

impl Policy {
    /// Whether a statement of this kind is loaded.
    pub fn lets_through(&self, class: &Class) -> bool {
        match class {
            Class::Load | Class::Index | Class::Table(_) | Class::Copy(_) => true,
            Class::Setting(name, value) => match name.as_str() {
                // They would bind the load, or have messages fill a pipe.
                "client_min_messages" | "default_transaction_read_only" => false,
                "default_tablespace" => self.has_tablespace(value),
                _ => self.settings.contains(name),
            },
            Class::Extension(name) => self.extensions.contains(name),
            Class::Rights(roles) => roles.iter().all(|role| role == "public" || self.roles.contains(role)),
            // Given afterwards.
            Class::DefaultRights(_) => false,
            Class::Database(_) | Class::LeftOut(_) | Class::Refused(_) => false,
        }
    }

    fn has_tablespace(&self, value: &str) -> bool {
        let name = Tokens::of(value).text().or_else(|| Tokens::of(value).name().map(|name| name.into_owned()));
        name.is_some_and(|name| name.is_empty() || self.tablespaces.contains(&name))
    }

    /// Why this server cannot load a dump: it uses a collation that the server does not have.
    pub fn refusal(&self, dump: &DumpSummary) -> Option<String> {
        let section = &dump.section;
        let is_made = |name: &&String| section.new_collations.iter().any(|made| made.name == **name);
        let missing: BTreeSet<String> = section
            .collations
            .iter()
            .filter(|name| !self.collations.contains(*name) && !is_made(name))
            .cloned()
            .collect();
        (!missing.is_empty()).then(|| {
            format!(
                "the dump goes by the collation `{}`, which this server does not have; install its locale (`locale-gen` on \
                 Debian), have the server take it over with `SELECT pg_import_system_collations('pg_catalog')` in template0, \
                 and start the restore again",
                listed_names(&missing)
            )
        })
    }

    /// What this server does not load of a dump, one sentence each.
    pub fn left_out(&self, dump: &DumpSummary) -> Vec<String> {
        let section = &dump.section;
        let missing = |known: &BTreeSet<String>, named: &BTreeSet<String>| -> BTreeSet<String> {
            named.difference(known).cloned().collect()
        };
        let mut sentences = always_left_out(section);
        let roles = missing(&self.roles, &section.roles);
        if !roles.is_empty() {
            sentences.push(format!("rights of `{}`: this server has no such role", listed_names(&roles)));
        }
        let extensions = missing(&self.extensions, &section.extensions);
        if !extensions.is_empty() {
            let names = listed_names(&extensions);
            sentences
                .push(format!("the extension `{names}`: this server does not have it, or only a superuser makes it"));
        }
        let mut settings = missing(&self.settings, &section.settings);
        settings.remove("default_with_oids");
        if !settings.is_empty() {
            sentences.push(format!("the setting `{}`: this server does not know it", listed_names(&settings)));
        }
        let spaces = missing(&self.tablespaces, &section.tablespaces);
        if !spaces.is_empty() {
            sentences.push(format!("the tablespace `{}`: this server does not have it", listed_names(&spaces)));
        }
        sentences
    }
}

/// What no server loads of a dump, one sentence each.
pub fn always_left_out(section: &Section) -> Vec<String> {
    section
        .left_out
        .iter()
        .map(|(what, count)| match count {
            1 => format!("{what}: 1 statement that only a superuser may run, or of another server"),
            _ => format!("{what}: {count} statements that only a superuser may run, or of another server"),
        })
        .collect()
}

/// A set of names, for messages.
fn listed_names(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join("`, `")
}
