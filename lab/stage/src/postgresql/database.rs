//! A scenario's own database.

use tokio_postgres::Client;

use super::BackendError;
use super::access::{Access, DataSource};
use crate::owner::Owner;

/// Start of the name of every database the lab makes.
const PREFIX: &str = "lab_";

/// Longest name PostgreSQL knows; it cuts longer ones without a word.
const NAME_LENGTH: usize = 63;

/// An empty database that only one scenario uses. Dropping it has the server drop it some time soon.
#[derive(Debug)]
pub struct Database {
    name: String,
    access: Access,
    server_major: u32,
    kept: bool,
}

impl Database {
    pub(super) fn new(name: String, access: Access, server_major: u32, kept: bool) -> Self {
        Self { name, access, server_major, kept }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The role it belongs to.
    pub fn owner(&self) -> &str {
        &self.access.owner
    }

    /// Connection string in URL form, over TCP where the server listens on it.
    pub fn data_source(&self) -> DataSource {
        self.access.data_source(&self.name)
    }

    /// Connection string in the form the Linux package writes, through the socket where there is one.
    pub fn keyword_data_source(&self) -> DataSource {
        self.access.keyword_data_source(&self.name)
    }

    /// Connection string of the role that may create and rename databases, in URL form.
    pub fn admin_data_source(&self) -> DataSource {
        let access = Access { owner: self.access.superuser.clone(), ..self.access.clone() };
        access.data_source(&self.access.maintenance)
    }

    /// Connects as the owner.
    ///
    /// # Errors
    /// The server does not answer or refuses.
    pub async fn connect(&self) -> Result<Client, BackendError> {
        let action = format!("let `{}` into `{}`", self.owner(), self.name);
        self.access.connect(self.owner(), &self.name).await.map_err(|source| BackendError::Statement { action, source })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Outside a runtime nothing can be sent; the database goes with its server or with the next sweep.
        if let (false, Ok(runtime)) = (self.kept, tokio::runtime::Handle::try_current()) {
            let (name, access, major) = (self.name.clone(), self.access.clone(), self.server_major);
            runtime.spawn(async move {
                if let Ok(client) = access.connect(&access.superuser, &access.maintenance).await {
                    // Where the server refuses, the database goes with it or with the next sweep.
                    let _ = drop_database(&client, major, &name).await;
                }
            });
        }
    }
}

/// `lab_OWNER_NUMBER_HINT` in letters, digits and underscores, cut to what PostgreSQL takes.
pub(super) fn name(owner: &Owner, number: u32, hint: &str) -> String {
    let owner = owner.to_string().replace('-', "_");
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let hint: String = hint.chars().map(plain).collect();
    let mut name = format!("{PREFIX}{owner}_{number}_{hint}");
    name.truncate(NAME_LENGTH);
    name
}

fn owner_in(name: &str) -> Option<Owner> {
    let rest = name.strip_prefix(PREFIX)?;
    let parts = if rest.starts_with("kept_") { 7 } else { 6 };
    rest.split('_').take(parts).collect::<Vec<_>>().join("-").parse().ok()
}

/// Drops every database of the lab whose owner `goes`.
pub(super) async fn remove(client: &Client, major: u32, goes: impl Fn(&Owner) -> bool) -> Result<(), BackendError> {
    let list = "SELECT datname FROM pg_database WHERE datname LIKE 'lab\\_%' AND pg_has_role(datdba, 'USAGE')";
    let failed = |source| BackendError::Statement { action: "list its databases".to_owned(), source };
    let rows = client.query(list, &[]).await.map_err(failed)?;
    let names = rows.iter().map(|row| row.get::<_, String>(0));
    for name in names.filter(|name| owner_in(name).is_some_and(|owner| goes(&owner))) {
        drop_database(client, major, &name).await?;
    }
    Ok(())
}

async fn drop_database(client: &Client, major: u32, name: &str) -> Result<(), BackendError> {
    let failed = |source| BackendError::Statement { action: format!("drop database `{name}`"), source };
    if major < 13 {
        let end_sessions = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
        client.query(end_sessions, &[&name]).await.map_err(failed)?;
        return client.batch_execute(&format!(r#"DROP DATABASE IF EXISTS "{name}""#)).await.map_err(failed);
    }
    client.batch_execute(&format!(r#"DROP DATABASE IF EXISTS "{name}" WITH (FORCE)"#)).await.map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_owner_and_fits() {
        for kept in [false, true] {
            let owner = Owner::new_run(kept).unwrap();
            let name =
                name(&owner, 4_000_000, "17/OAuth2 sequence: the user's \"denial\" is reported, and nothing is stored");
            assert!(name.len() <= NAME_LENGTH, "{name}");
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'), "{name}");
            assert_eq!(owner_in(&name), Some(owner));
        }
        assert_eq!(owner_in("lab_template"), None);
    }
}
