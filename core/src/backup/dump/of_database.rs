//! Statements about databases as a whole, about roles, and about rights.

use super::class::{Class, DatabaseStatement, LeftOut, NOT_A_DUMPS, superuser};
use super::token::Tokens;

pub(super) fn database(
    mut rest: Tokens<'_>,
    statement: impl Fn(String, Tokens<'_>) -> Option<DatabaseStatement>,
) -> Class {
    let found = rest.name().and_then(|name| statement(name.into_owned(), rest));
    found.map_or(NOT_A_DUMPS, Class::Database)
}

pub(super) fn drop_database(mut rest: Tokens<'_>) -> Class {
    rest.phrase("IF EXISTS");
    database(rest, |name, rest| rest.is_end().then_some(DatabaseStatement::Drop(name)))
}

pub(super) fn alter_database(rest: Tokens<'_>) -> Class {
    database(rest, |name, mut rest| {
        if rest.phrase("SET") {
            let (setting, value) = assignment(rest)?;
            return Some(DatabaseStatement::Set(name, None, setting, value));
        }
        if rest.phrase("CONNECTION LIMIT") {
            return Some(DatabaseStatement::Other("its limit of connections"));
        }
        // A database that serves as a template is one for somebody else.
        (rest.phrase("IS_TEMPLATE") || rest.phrase("RESET ALL"))
            .then_some(DatabaseStatement::Other("that it is a template"))
    })
}

pub(super) fn alter_role(mut rest: Tokens<'_>) -> Class {
    let role = rest.name().map(|name| name.into_owned());
    if !rest.phrase("IN DATABASE") {
        return Class::LeftOut(LeftOut::Cluster);
    }
    database(rest, |name, mut rest| {
        let (setting, value) = rest.phrase("SET").then(|| assignment(rest)).flatten()?;
        Some(DatabaseStatement::Set(name, role.clone(), setting, value))
    })
}

/// `name TO value, value;`
fn assignment(mut rest: Tokens<'_>) -> Option<(String, String)> {
    let mut name = rest.name()?.into_owned();
    while rest.sign('.') {
        name = format!("{name}.{}", rest.name()?);
    }
    if !(rest.phrase("TO") || rest.sign('=')) {
        return None;
    }
    let value = rest.rest().trim().trim_end_matches(';').trim_end().to_owned();
    Some((name, value))
}

/// Rights on databases and roles are of no schema.
pub(super) fn rights(rest: Tokens<'_>) -> Class {
    let mut on = rest.clone();
    while on.clone().next().is_some() && !on.phrase("ON") {
        on.next();
    }
    if on.clone().next().is_none() {
        return Class::LeftOut(LeftOut::Cluster);
    }
    if on.phrase("DATABASE") {
        return Class::Database(DatabaseStatement::Other("the rights on it"));
    }
    if ["TABLESPACE", "PARAMETER"].iter().any(|it| on.phrase(it)) {
        return Class::LeftOut(LeftOut::Cluster);
    }
    if ["FOREIGN", "LANGUAGE"].iter().any(|it| on.phrase(it)) {
        return superuser("rights on languages and foreign servers");
    }
    while on.clone().next().is_some() && !(on.phrase("TO") || on.phrase("FROM")) {
        on.next();
    }
    let mut roles = Vec::new();
    while let Some(role) = on.name() {
        roles.push(role.into_owned());
        if !on.sign(',') {
            break;
        }
    }
    if roles.is_empty() { NOT_A_DUMPS } else { Class::Rights(roles) }
}

/// Whether this goes on `.pg_database SET datistemplate = false WHERE datname = '…';`.
pub(super) fn template(mut rest: Tokens<'_>) -> bool {
    rest.sign('.')
        && rest.phrase("pg_database SET datistemplate")
        && rest.sign('=')
        && rest.phrase("false WHERE datname")
        && rest.sign('=')
        && rest.text().is_some()
        && rest.is_end()
}
