//! What a statement of a dump is for: whether it is loaded, left out, or nothing that `pg_dump` writes.
//!
//! A statement is known by its first words, and by the rest as far as they leave open what it does. What is not known is
//! refused. Not here: what a server knows and a role may do (`policy`).
//!
//! # Source
//! `pg_dump.c`, `pg_backup_archiver.c`, `dumputils.c` and `pg_dumpall.c` of PostgreSQL 9.6 to 18.

use super::class::{NOT_A_DUMPS, superuser};
use super::collation::is_one as is_collation;
use super::copy::CopyStatement;
use super::default_rights::DefaultRights;
use super::of_database::{alter_database, alter_role, database, drop_database, rights, template};
use super::table::NewTable;
use super::token::{Token, Tokens};

pub use super::class::{Class, DatabaseStatement, LeftOut};

use Class::{Index, Load};

/// What is made of the rest of a statement.
type Judge = fn(Tokens<'_>) -> Class;

/// First words of statements, and what these are for; longer phrases come first.
const PHRASES: &[(&str, Judge)] = &[
    ("SELECT", select),
    ("SET SESSION AUTHORIZATION", |_| Class::LeftOut(LeftOut::There)),
    ("RESET SESSION AUTHORIZATION", |_| Class::LeftOut(LeftOut::There)),
    ("SET", setting),
    ("BEGIN", |rest| alone(&rest, Load)),
    ("COMMIT", |rest| alone(&rest, Load)),
    ("COPY", |rest| {
        CopyStatement::read(rest).map_or(Class::Refused("only `COPY … FROM stdin` is a dump's"), Class::Copy)
    }),
    ("CREATE TABLE", |rest| {
        NewTable::read(rest).map_or(Class::Refused("a table that is not made of columns"), Class::Table)
    }),
    ("CREATE UNLOGGED TABLE", |rest| {
        NewTable::read(rest).map_or(Class::Refused("a table that is not made of columns"), Class::Table)
    }),
    ("CREATE UNIQUE INDEX", |rest| index(&rest)),
    ("CREATE INDEX", |rest| index(&rest)),
    ("CREATE SEQUENCE", |_| Load),
    ("CREATE UNLOGGED SEQUENCE", |_| Load),
    ("CREATE OR REPLACE VIEW", |_| Load),
    ("CREATE VIEW", |_| Load),
    ("CREATE RECURSIVE VIEW", |_| Load),
    ("CREATE MATERIALIZED VIEW", materialized),
    ("REFRESH MATERIALIZED VIEW", |_| Load),
    ("CREATE SCHEMA", schema),
    ("CREATE EXTENSION", extension),
    ("CREATE TYPE", new_type),
    ("CREATE DOMAIN", |_| Load),
    ("CREATE FUNCTION", function),
    ("CREATE PROCEDURE", function),
    ("CREATE OR REPLACE FUNCTION", function),
    ("CREATE OR REPLACE PROCEDURE", function),
    ("CREATE AGGREGATE", |_| Load),
    ("CREATE TRIGGER", |_| Load),
    ("CREATE OR REPLACE TRIGGER", |_| Load),
    ("CREATE CONSTRAINT TRIGGER", |_| Load),
    ("CREATE RULE", |_| Load),
    ("CREATE OR REPLACE RULE", |_| Load),
    ("CREATE POLICY", |_| Load),
    ("CREATE STATISTICS", |_| Load),
    ("CREATE COLLATION", |rest| if is_collation(rest) { Load } else { NOT_A_DUMPS }),
    ("CREATE CONVERSION", |_| Load),
    ("CREATE DEFAULT CONVERSION", |_| Load),
    ("CREATE CAST", |_| Load),
    ("CREATE OPERATOR CLASS", |_| superuser("operator classes")),
    ("CREATE OPERATOR FAMILY", |_| superuser("operator families")),
    ("CREATE OPERATOR", |_| Load),
    ("CREATE TEXT SEARCH CONFIGURATION", |_| Load),
    ("CREATE TEXT SEARCH DICTIONARY", |_| Load),
    ("CREATE TEXT SEARCH", |_| superuser("parsers and templates of text search")),
    ("CREATE LANGUAGE", |_| superuser("languages")),
    ("CREATE PROCEDURAL LANGUAGE", language),
    ("CREATE OR REPLACE PROCEDURAL LANGUAGE", language),
    ("CREATE OR REPLACE TRUSTED PROCEDURAL LANGUAGE", language),
    ("CREATE TRUSTED PROCEDURAL LANGUAGE", language),
    ("CREATE TRANSFORM", |_| superuser("transforms")),
    ("CREATE PUBLICATION", |_| superuser("publications")),
    ("CREATE SUBSCRIPTION", |_| superuser("subscriptions")),
    ("CREATE SERVER", |_| superuser("foreign servers")),
    ("CREATE USER MAPPING", |_| superuser("user mappings")),
    ("CREATE FOREIGN DATA WRAPPER", |_| superuser("foreign data wrappers")),
    ("CREATE FOREIGN TABLE", |_| superuser("foreign tables")),
    ("CREATE EVENT TRIGGER", |_| superuser("event triggers")),
    ("CREATE ACCESS METHOD", |_| superuser("access methods")),
    ("CREATE DATABASE", |rest| database(rest, |name, _| Some(DatabaseStatement::Create(name)))),
    ("CREATE ROLE", |_| Class::LeftOut(LeftOut::Cluster)),
    ("CREATE TABLESPACE", |_| Class::LeftOut(LeftOut::Cluster)),
    ("ALTER DATABASE", alter_database),
    ("ALTER ROLE", alter_role),
    ("ALTER TABLESPACE", |_| Class::LeftOut(LeftOut::Cluster)),
    ("ALTER DEFAULT PRIVILEGES", |rest| DefaultRights::read(rest).map_or(NOT_A_DUMPS, Class::DefaultRights)),
    ("ALTER TABLE", alter_table),
    ("ALTER INDEX", |rest| alter(rest, &["ATTACH PARTITION", "ALTER COLUMN", "SET", "DEPENDS ON", "NO DEPENDS ON"])),
    ("ALTER SEQUENCE", |rest| alter(rest, &["OWNED BY", "SET"])),
    ("ALTER VIEW", |rest| alter(rest, &["ALTER COLUMN", "SET"])),
    ("ALTER MATERIALIZED VIEW", |rest| alter(rest, &["ALTER COLUMN", "SET", "CLUSTER ON"])),
    ("ALTER DOMAIN", |rest| alter(rest, &["ADD CONSTRAINT"])),
    ("ALTER TEXT SEARCH CONFIGURATION", |rest| alter(rest, &["ADD MAPPING"])),
    ("ALTER STATISTICS", |rest| alter(rest, &["SET STATISTICS"])),
    ("ALTER OPERATOR FAMILY", |_| superuser("operator families")),
    ("ALTER PUBLICATION", |_| superuser("publications")),
    ("ALTER SUBSCRIPTION", |_| superuser("subscriptions")),
    ("ALTER FOREIGN TABLE", |_| superuser("foreign tables")),
    ("ALTER EVENT TRIGGER", |_| superuser("event triggers")),
    ("COMMENT ON DATABASE", |_| Class::Database(DatabaseStatement::Other("its comment"))),
    ("COMMENT ON SCHEMA public", |_| Class::LeftOut(LeftOut::There)),
    ("COMMENT ON EXTENSION", |_| Class::LeftOut(LeftOut::There)),
    ("COMMENT ON LANGUAGE", |_| superuser("comments on languages")),
    ("COMMENT ON PROCEDURAL LANGUAGE", |_| superuser("comments on languages")),
    ("COMMENT ON PUBLICATION", |_| superuser("publications")),
    ("COMMENT ON SUBSCRIPTION", |_| superuser("subscriptions")),
    ("COMMENT ON SERVER", |_| superuser("foreign servers")),
    ("COMMENT ON FOREIGN", |_| superuser("foreign tables")),
    ("COMMENT ON EVENT TRIGGER", |_| superuser("event triggers")),
    ("COMMENT ON ACCESS METHOD", |_| superuser("access methods")),
    ("COMMENT ON OPERATOR CLASS", |_| superuser("operator classes")),
    ("COMMENT ON OPERATOR FAMILY", |_| superuser("operator families")),
    ("COMMENT ON ROLE", |_| Class::LeftOut(LeftOut::Cluster)),
    ("COMMENT ON TABLESPACE", |_| Class::LeftOut(LeftOut::Cluster)),
    ("COMMENT ON", |_| Load),
    ("SECURITY LABEL", |_| superuser("security labels")),
    ("GRANT", rights),
    ("REVOKE", rights),
    ("DROP DATABASE", drop_database),
    ("DROP OWNED", |_| NOT_A_DUMPS),
    ("DROP ROLE", |_| Class::LeftOut(LeftOut::Cluster)),
    ("DROP TABLESPACE", |_| Class::LeftOut(LeftOut::Cluster)),
    ("DROP", |_| Class::LeftOut(LeftOut::Removal)),
    ("UPDATE pg_catalog", |rest| match template(rest) {
        true => Class::LeftOut(LeftOut::Cluster),
        false => NOT_A_DUMPS,
    }),
];

/// What a whole statement is for.
///
/// ```
/// use gitlab_mattermost_core::backup::dump::statement::{Class, LeftOut, classify};
///
/// let owner = classify("ALTER TABLE public.posts OWNER TO mmuser;", false);
/// assert_eq!(owner, Class::LeftOut(LeftOut::Owner("mmuser".to_owned())));
/// assert!(matches!(classify("COPY posts TO PROGRAM 'id';", false), Class::Refused(_)));
/// ```
pub fn classify(text: &str, plain_escapes: bool) -> Class {
    let tokens = Tokens::of(text).escaping(plain_escapes);
    if let Some(owner) = new_owner(tokens.clone()) {
        return Class::LeftOut(LeftOut::Owner(owner));
    }
    for (phrase, class) in PHRASES {
        let mut rest = tokens.clone();
        if rest.phrase(phrase) {
            return class(rest);
        }
    }
    NOT_A_DUMPS
}

/// The statement's beginning, for messages: no text of it, which may be secret.
///
/// ```
/// use gitlab_mattermost_core::backup::dump::statement::shown;
/// assert_eq!(shown("COMMENT ON TABLE posts IS 'hunter2';"), "COMMENT ON TABLE posts IS '…'");
/// ```
pub fn shown(text: &str) -> String {
    let words = Tokens::of(text).take_while(|token| *token != Token::Sign(';')).take(6).map(|token| match token {
        Token::Word(word) | Token::Name(word) => word.chars().take(40).collect(),
        Token::Text(_) => "'…'".to_owned(),
        Token::Sign(sign) => sign.to_string(),
    });
    words.collect::<Vec<String>>().join(" ")
}

fn alone(rest: &Tokens<'_>, class: Class) -> Class {
    if rest.is_end() { class } else { NOT_A_DUMPS }
}

/// The role in `ALTER … OWNER TO role;`.
fn new_owner(mut tokens: Tokens<'_>) -> Option<String> {
    if !tokens.phrase("ALTER") {
        return None;
    }
    while tokens.clone().next().is_some() {
        if tokens.phrase("OWNER TO") {
            let owner = tokens.name()?.into_owned();
            return tokens.is_end().then_some(owner);
        }
        tokens.next();
    }
    None
}

fn setting(mut rest: Tokens<'_>) -> Class {
    let Some(name) = rest.name().filter(|name| super::settings::is_known(name)) else {
        return Class::Refused("a setting that no dump makes");
    };
    if !(rest.sign('=') || rest.phrase("TO")) {
        return NOT_A_DUMPS;
    }
    let value = rest.rest().trim().trim_end_matches(';').trim_end().to_owned();
    let is_value =
        |token| matches!(token, Token::Word(_) | Token::Name(_) | Token::Text(_) | Token::Sign(',' | '-' | ';'));
    if !rest.all(is_value) || value.is_empty() {
        return NOT_A_DUMPS;
    }
    Class::Setting(name.into_owned(), value)
}

/// Functions of `pg_catalog` that dumps call, each with literals alone.
fn select(mut rest: Tokens<'_>) -> Class {
    let mut statistics = rest.clone();
    if statistics.sign('*') && statistics.phrase("FROM pg_catalog") && statistics.sign('.') {
        let is_it = statistics.name().is_some_and(|name| name.starts_with("pg_restore_") && name.ends_with("_stats"));
        return if is_it { Class::LeftOut(LeftOut::There) } else { NOT_A_DUMPS };
    }
    let removal = "CASE WHEN EXISTS(SELECT 1 FROM pg_catalog.pg_largeobject_metadata WHERE oid = ";
    if rest.rest().trim_start().starts_with(removal) {
        return Class::LeftOut(LeftOut::Removal);
    }
    if !(rest.phrase("pg_catalog") && rest.sign('.')) {
        return NOT_A_DUMPS;
    }
    let Some(function) = rest.name() else { return NOT_A_DUMPS };
    let mut arguments = rest.clone();
    let first = arguments.sign('(').then(|| arguments.text()).flatten();
    let is_literal = |token| match token {
        Token::Word(word) => word.starts_with(|c: char| c.is_ascii_digit()) || matches!(word, "true" | "false"),
        Token::Text(_) => true,
        Token::Sign(sign) => matches!(sign, ',' | '-'),
        Token::Name(_) => false,
    };
    let mut inner = rest.clone();
    let closes = inner.parenthesis() && inner.is_end();
    let literals = rest.skip(1).take_while(|token| *token != Token::Sign(')')).all(is_literal);
    if !closes || !literals {
        return NOT_A_DUMPS;
    }
    match (&*function, first) {
        ("set_config", Some(name)) if name == "search_path" => {
            arguments.sign(',');
            let path = arguments.text().unwrap_or_default();
            Class::Setting("search_path".to_owned(), path)
        }
        ("lo_unlink", _) => Class::LeftOut(LeftOut::Removal),
        ("setval" | "lo_create" | "lo_open" | "lowrite" | "lo_close", _) => Load,
        _ => NOT_A_DUMPS,
    }
}

fn index(rest: &Tokens<'_>) -> Class {
    if rest.clone().phrase("CONCURRENTLY") { NOT_A_DUMPS } else { Index }
}

/// A view whose rows are made later, when all they are made of is there.
fn materialized(rest: Tokens<'_>) -> Class {
    let tail: Vec<Token<'_>> = rest.collect();
    match tail.as_slice() {
        [.., Token::Word(with), Token::Word(no), Token::Word(data), Token::Sign(';')]
            if with.eq_ignore_ascii_case("WITH")
                && no.eq_ignore_ascii_case("NO")
                && data.eq_ignore_ascii_case("DATA") =>
        {
            Load
        }
        _ => NOT_A_DUMPS,
    }
}

fn schema(mut rest: Tokens<'_>) -> Class {
    match rest.name() {
        Some(name) if rest.is_end() => {
            if name == "public" {
                Class::LeftOut(LeftOut::There)
            } else {
                Load
            }
        }
        _ => NOT_A_DUMPS,
    }
}

fn extension(mut rest: Tokens<'_>) -> Class {
    rest.phrase("IF NOT EXISTS");
    let Some(name) = rest.name() else { return NOT_A_DUMPS };
    if rest.phrase("WITH SCHEMA") && rest.name().is_none() {
        return NOT_A_DUMPS;
    }
    alone(&rest, if name == "plpgsql" { Class::LeftOut(LeftOut::There) } else { Class::Extension(name.into_owned()) })
}

fn language(mut rest: Tokens<'_>) -> Class {
    match rest.name() {
        Some(name) if name == "plpgsql" => Class::LeftOut(LeftOut::There),
        _ => superuser("languages"),
    }
}

fn new_type(mut rest: Tokens<'_>) -> Class {
    match rest.qualified() {
        Some(_) if rest.phrase("AS") => Load,
        Some(_) => superuser("types of a language of the system"),
        None => NOT_A_DUMPS,
    }
}

/// Languages whose functions do no more than a role may.
const LANGUAGES: [&str; 2] = ["sql", "plpgsql"];

fn function(mut rest: Tokens<'_>) -> Class {
    if rest.qualified().is_none() || !rest.parenthesis() {
        return NOT_A_DUMPS;
    }
    while rest.clone().next().is_some() {
        if rest.phrase("LANGUAGE") {
            let language = rest.name().map(|name| name.into_owned()).or_else(|| rest.text()).unwrap_or_default();
            let is_plain = LANGUAGES.contains(&language.as_str());
            return if is_plain { Load } else { superuser("functions in languages of the system") };
        }
        rest.next();
    }
    NOT_A_DUMPS
}

/// What follows the name of a thing, if it is one of these phrases.
fn alter(mut rest: Tokens<'_>, actions: &[&str]) -> Class {
    rest.phrase("IF EXISTS");
    if rest.qualified().is_none() {
        return NOT_A_DUMPS;
    }
    if actions.iter().any(|action| rest.clone().phrase(action)) { Load } else { NOT_A_DUMPS }
}

fn alter_table(mut rest: Tokens<'_>) -> Class {
    rest.phrase("IF EXISTS");
    rest.phrase("ONLY");
    if rest.qualified().is_none() {
        return NOT_A_DUMPS;
    }
    if rest.phrase("DROP") {
        return Class::LeftOut(LeftOut::Removal);
    }
    if rest.phrase("ENABLE TRIGGER ALL") || rest.phrase("DISABLE TRIGGER ALL") {
        return superuser("switching triggers off and on");
    }
    if rest.phrase("ADD CONSTRAINT") {
        let Some(_name) = rest.name() else { return NOT_A_DUMPS };
        let is_made_of_rows = ["PRIMARY KEY", "UNIQUE", "EXCLUDE"].iter().any(|kind| rest.clone().phrase(kind));
        return if is_made_of_rows { Index } else { Load };
    }
    if rest.phrase("ALTER COLUMN") || rest.phrase("ALTER") {
        let Some(_column) = rest.name() else { return NOT_A_DUMPS };
        if rest.phrase("DROP") {
            return Class::LeftOut(LeftOut::Removal);
        }
        return if ["SET", "ADD GENERATED"].iter().any(|it| rest.clone().phrase(it)) { Load } else { NOT_A_DUMPS };
    }
    let others = [
        "CLUSTER ON",
        "ATTACH PARTITION",
        "INHERIT",
        "ENABLE",
        "DISABLE",
        "FORCE ROW LEVEL SECURITY",
        "NO FORCE ROW LEVEL SECURITY",
        "REPLICA IDENTITY",
        "SET",
        "OF",
    ];
    if others.iter().any(|it| rest.clone().phrase(it)) { Load } else { NOT_A_DUMPS }
}
