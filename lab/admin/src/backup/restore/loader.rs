//! The role that a dump is loaded as: one that can touch the new database and nothing else, where a superuser is at hand who
//! makes it. What a dump defines, functions and checks, runs while it is loaded.

use gitlab_mattermost_core::backup::{Connection, Installation, shell};
use gitlab_mattermost_core::secret::Secret;

use super::server::Server;
use crate::backup::error::BackupError;
use crate::backup::process::{command, run};
use crate::backup::sql::Sql;

/// The role, and what was made for it.
pub(super) struct Loader<'a> {
    installation: &'a Installation,
    database: &'a str,
    /// How it connects.
    pub(super) connection: Connection,
    /// It is there for this database alone, and bears its name.
    is_made: bool,
}

impl<'a> Loader<'a> {
    /// The role for this empty database. Where a role of its own could not connect, it is Mattermost's.
    pub(super) fn new(installation: &'a Installation, server: &Server, database: &'a str) -> Result<Self, BackupError> {
        let usual = Self { installation, database, connection: installation.owner.clone(), is_made: false };
        if !server.can_have_loader() {
            return Ok(usual);
        }
        let (name, password) = (shell::sql_name(database), format!("{:032x}", rand::random::<u128>()));
        let role = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION";
        let create = format!("CREATE ROLE {name} {role} PASSWORD {}", shell::sql_text(&password));
        let admin = Sql::admin(installation);
        admin.execute(database, &format!("{create}; ALTER DATABASE {name} OWNER TO {name}"))?;
        let connection = Connection {
            role: Some(database.to_owned()),
            password: Some(Secret::new(password)),
            ..installation.owner.clone()
        };
        let mut hello = command(installation, &connection, "psql", &["-XAtq", "-c", "SELECT 1"], database)?;
        if run(&mut hello).is_err() {
            let owner = installation.owner.role.as_deref().map_or("CURRENT_USER".to_owned(), shell::sql_name);
            admin.execute(database, &format!("ALTER DATABASE {name} OWNER TO {owner}; DROP ROLE {name}"))?;
            return Ok(usual);
        }
        Ok(Self { connection, is_made: true, ..usual })
    }

    /// Gives all that was made to Mattermost's role, and removes the other.
    pub(super) fn hand_over(self) -> Result<(), BackupError> {
        if !self.is_made {
            return Ok(());
        }
        let name = shell::sql_name(self.database);
        let owner = self.installation.owner.role.as_deref().map_or("CURRENT_USER".to_owned(), shell::sql_name);
        let inside = Sql { database: self.database, ..Sql::admin(self.installation) };
        let statements = format!(
            "REASSIGN OWNED BY {name} TO {owner}; DROP OWNED BY {name}; ALTER DATABASE {name} OWNER TO {owner}; DROP ROLE {name}"
        );
        inside.execute(self.database, &statements)
    }
}

/// Removes the role that a load of this database left, if it was killed.
pub(super) fn remove(installation: &Installation, database: &str) -> Result<(), BackupError> {
    let admin = Sql::admin(installation);
    let query = format!("SELECT to_json(count(*)) FROM pg_roles WHERE rolname = {}", shell::sql_text(database));
    match admin.one::<u64>(&query)? {
        0 => Ok(()),
        _ => admin.execute(database, &format!("DROP ROLE {}", shell::sql_name(database))),
    }
}
