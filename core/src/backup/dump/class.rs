//! What a statement of a dump can be for.

use super::copy::CopyStatement;
use super::default_rights::DefaultRights;
use super::table::NewTable;

/// What a statement of a dump is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Class {
    /// It makes something, or fills it.
    Load,
    /// It makes a key or an index, from rows that are there.
    Index,
    /// It makes a table.
    Table(NewTable),
    /// Rows follow.
    Copy(CopyStatement),
    /// It sets something for the session: name and value, as they are written.
    Setting(String, String),
    /// It makes an extension.
    Extension(String),
    /// It gives or takes rights of these roles.
    Rights(Vec<String>),
    /// It gives or takes rights on what a role is going to make.
    DefaultRights(DefaultRights),
    /// It says something of a database as a whole.
    Database(DatabaseStatement),
    /// It is not loaded.
    LeftOut(LeftOut),
    /// `pg_dump` does not write it.
    Refused(&'static str),
}

/// A statement about a database as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseStatement {
    /// It is removed, to be made again.
    Drop(String),
    /// It is made.
    Create(String),
    /// Something is set for all connections, or for one role: database, role, name, value as it is written.
    Set(String, Option<String>, String, String),
    /// Rights, a comment, a limit: what it is.
    Other(&'static str),
}

/// Why a statement is not loaded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// It gives something to a role; all is given to the role that loads.
    Owner(String),
    /// It makes, or is about, something that every database has.
    There,
    /// It removes what is not there.
    Removal,
    /// It is about roles, tablespaces or other databases.
    Cluster,
    /// Only a superuser may do it, or it belongs to another server: what it is about.
    Superuser(&'static str),
}

/// A statement that no dump has.
pub(super) const NOT_A_DUMPS: Class = Class::Refused("no dump has such a statement");

/// What only a superuser may do.
pub(super) const fn superuser(what: &'static str) -> Class {
    Class::LeftOut(LeftOut::Superuser(what))
}
