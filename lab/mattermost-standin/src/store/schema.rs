//! The tables: those of the server's version, made of nothing or of what an earlier server has left.

use gitlab_mattermost_core::mattermost::table_statements;
use gitlab_mattermost_core::upgrade::migrations_of;
use gitlab_mattermost_core::version::Version;

use super::Store;
use super::error::StoreError;
use super::number::bigint;

/// From this version on the database lists its migrations.
const LISTS_MIGRATIONS: Version = Version::new(6, 4, 0);

/// From this version on the database is no longer marked with the version that has upgraded it.
const MARKS_NO_MORE: Version = Version::new(6, 5, 0);

impl Store {
    /// Creates the tables that are missing, brings those that are there to the server's version, and marks the database.
    ///
    /// # Errors
    /// The database is one of a later major version, holds a text that is no JSON where it has to be, or refuses.
    pub(super) async fn bring_to_version(&self) -> Result<(), StoreError> {
        let mut database = self.connections.lease().await?;
        let told = database.optional("SELECT to_regclass('systems') IS NOT NULL", &[]).await?;
        let row = match told.is_some_and(|row| row.get(0)) {
            true => database.optional("SELECT value FROM systems WHERE name = 'Version'", &[]).await?,
            false => None,
        };
        let before: Option<Version> =
            row.and_then(|row| row.get::<_, Option<String>>(0)).and_then(|version| version.parse().ok());
        let own = self.release.takes_itself_for();
        if let Some(newer) = before.filter(|before| before.major > own.major) {
            return Err(StoreError::TooNew { database: newer, own, next: Version::new(own.major + 1, 0, 0) });
        }
        database.batch(&table_statements(self.release.version, before)).await?;
        if self.release.version >= LISTS_MIGRATIONS {
            let (numbers, names): (Vec<i64>, Vec<&str>) =
                migrations_of(self.release.version).map(|(number, name)| (bigint(number), name)).unzip();
            let sql =
                "INSERT INTO db_migrations SELECT * FROM unnest($1::bigint[], $2::varchar[]) ON CONFLICT DO NOTHING";
            database.execute(sql, &[&numbers, &names]).await?;
        }
        let mark = match before {
            None => own,
            // An upgrade leaves the version of its last step, which is the first of its minor.
            Some(before) if before.minor_line() < own.minor_line() && own < MARKS_NO_MORE => {
                Version { patch: 0, ..own }
            }
            Some(_) => return Ok(()),
        };
        let sql =
            "INSERT INTO systems (name, value) VALUES ('Version', $1) ON CONFLICT (name) DO UPDATE SET value = $1";
        database.execute(sql, &[&mark.to_string()]).await?;
        Ok(())
    }
}
