//! A running database as evidence: rights, owners, migrations, accounts, and values that will not become JSON.
//!
//! Not here: what follows from it (`gitlab_mattermost_core::diagnosis`).

use std::collections::BTreeMap;
use std::time::Duration;

use gitlab_mattermost_core::diagnosis::{
    Accounts, Database, DatabaseKind, JSON_COLUMNS, Migration, NUL_ESCAPE as NUL, Uncastable, json_refusal,
};
use tokio_postgres::Row;

use crate::read_only_database::{Address, ExamineError, Examined};

/// How long one question may take: a doctor must not hold up a server.
const LIMIT: Duration = Duration::from_secs(60);

/// How many values are looked at together.
const BATCH: usize = 1000;

/// Paths of attached files that are kept, to look for them in a backup.
const FILES_KEPT: i64 = 200;

/// Columns of tables, with whether they are text and whether they have a default.
const COLUMNS: &str = "
    SELECT c.relname::text, a.attname::text, a.atttypid IN ('text'::regtype, 'varchar'::regtype), a.atthasdef
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped";

const OWNERS: &str = "
    SELECT c.relname::text, pg_get_userbyid(c.relowner)::text
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind IN ('r', 'p')";

const ROLES: &str = "
    SELECT current_user::text, r.rolsuper, pg_get_userbyid(d.datdba)::text,
           current_setting('server_version_num')::int / 10000
      FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()";

/// Asks a running database for what the rules look at.
///
/// # Errors
/// It does not answer, or refuses a question.
pub async fn look_at(address: &Address) -> Result<Database, ExamineError> {
    let look = Look::open(Examined::open(address, LIMIT).await?).await?;
    let mut database =
        Database { name: look.examined.address().to_owned(), kind: DatabaseKind::Live, ..Database::default() };
    let rows = look.rows("the owners of tables", OWNERS).await?;
    database.owners = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    look.server(&mut database).await?;
    look.versions(&mut database).await?;
    look.accounts(&mut database).await?;
    for (table, column) in JSON_COLUMNS {
        if look.is_text(table, column) {
            database.uncastable.extend(look.values(table, column).await?);
        }
    }
    let timezone = look.columns.get(&("users".to_owned(), "timezone".to_owned()));
    database.has_timezone_default = timezone.is_some_and(|column| column.is_text && column.has_default);
    Ok(database)
}

struct Look {
    examined: Examined,
    columns: BTreeMap<(String, String), Column>,
}

struct Column {
    is_text: bool,
    has_default: bool,
}

impl Look {
    async fn open(examined: Examined) -> Result<Self, ExamineError> {
        let rows = examined.rows("the columns of tables", COLUMNS, &[&examined.schema()]).await?;
        let column = |row: &Row| ((row.get(0), row.get(1)), Column { is_text: row.get(2), has_default: row.get(3) });
        let columns = rows.iter().map(column).collect();
        Ok(Self { examined, columns })
    }

    /// The rows of a question whose only parameter is the schema.
    async fn rows(&self, what: &str, sql: &str) -> Result<Vec<Row>, ExamineError> {
        self.examined.rows(what, sql, &[&self.examined.schema()]).await
    }

    fn has(&self, table: &str, column: &str) -> bool {
        self.columns.contains_key(&(table.to_owned(), column.to_owned()))
    }

    fn is_text(&self, table: &str, column: &str) -> bool {
        self.columns.get(&(table.to_owned(), column.to_owned())).is_some_and(|column| column.is_text)
    }

    /// The table's name in a statement.
    fn table(&self, name: &str) -> String {
        format!("\"{}\".\"{name}\"", self.examined.schema().replace('"', "\"\""))
    }

    /// The server's version, and the role that Mattermost connects with: the one that asks, unless that is a superuser,
    /// which no server of Mattermost's is; then the owner of the database, or, where a superuser owns that too, of the
    /// tables.
    async fn server(&self, database: &mut Database) -> Result<(), ExamineError> {
        let rows = self.examined.rows("the role", ROLES, &[]).await?;
        let Some(row) = rows.first() else { return Ok(()) };
        database.postgresql = u32::try_from(row.get::<_, i32>(3)).ok();
        let (asking, is_superuser, owner): (String, bool, String) = (row.get(0), row.get(1), row.get(2));
        let mut of_tables = database.owners.values().filter(|it| **it != asking);
        let role = match (is_superuser, owner != asking) {
            (false, _) => Some(asking),
            (true, true) => Some(owner),
            (true, false) => of_tables.next().cloned(),
        };
        let Some(role) = role else { return Ok(()) };
        let sql = "SELECT has_schema_privilege($1, $2, 'CREATE')";
        let rows = self.examined.rows("the role's rights", sql, &[&role, &self.examined.schema()]).await?;
        database.may_create = rows.first().map(|row| row.get(0));
        database.role = Some(role);
        Ok(())
    }

    /// What the tables of versions and migrations tell.
    async fn versions(&self, database: &mut Database) -> Result<(), ExamineError> {
        if self.has("systems", "value") {
            let sql = format!("SELECT value::text FROM {} WHERE name = 'Version'", self.table("systems"));
            let rows = self.examined.rows("the schema's version", &sql, &[]).await?;
            database.mattermost = rows.first().and_then(|row| row.get::<_, Option<String>>(0)?.parse().ok());
        }
        if self.has("db_migrations", "version") && self.has("db_migrations", "name") {
            let sql = format!("SELECT version::bigint, name::text FROM {}", self.table("db_migrations"));
            let rows = self.examined.rows("the list of migrations", &sql, &[]).await?;
            let migration =
                |row: &Row| (row.get::<_, i64>(0).unsigned_abs(), Migration { name: row.get(1), line: None });
            database.migrations = rows.iter().map(migration).collect();
        }
        if self.has("schema_migrations", "dirty") {
            let sql = format!("SELECT count(*) FROM {} WHERE dirty", self.table("schema_migrations"));
            database.is_dirty = self.count("the state of migrations", &sql).await? > 0;
        }
        if self.has("db_lock", "id") {
            let sql = format!("SELECT count(*) FROM {}", self.table("db_lock"));
            database.locks = self.count("the lock of migrations", &sql).await?;
        }
        if self.has("fileinfo", "path") {
            let sql = format!("SELECT path::text FROM {} WHERE path <> '' LIMIT $1", self.table("fileinfo"));
            let rows = self.examined.rows("the paths of attached files", &sql, &[&FILES_KEPT]).await?;
            database.files = rows.iter().map(|row| row.get(0)).collect();
        }
        Ok(())
    }

    async fn count(&self, what: &str, sql: &str) -> Result<u64, ExamineError> {
        let rows = self.examined.rows(what, sql, &[]).await?;
        Ok(rows.first().map(|row| row.get::<_, i64>(0).unsigned_abs()).unwrap_or_default())
    }

    async fn accounts(&self, database: &mut Database) -> Result<(), ExamineError> {
        if !self.has("users", "authservice") || !self.has("users", "deleteat") {
            return Ok(());
        }
        let bots = if self.has("bots", "userid") {
            format!(" AND NOT EXISTS (SELECT 1 FROM {} b WHERE b.userid = u.id)", self.table("bots"))
        } else {
            String::new()
        };
        let users = self.table("users");
        let sql = format!(
            "SELECT coalesce(authservice, '')::text, count(*) FROM {users} u WHERE coalesce(deleteat, 0) = 0{bots} GROUP BY 1"
        );
        let rows = self.examined.rows("accounts by sign-in method", &sql, &[]).await?;
        let by_service = rows.iter().map(|row| (row.get(0), row.get::<_, i64>(1).unsigned_abs())).collect();
        database.accounts = Some(Accounts { by_service });
        Ok(())
    }

    /// The values of a column that PostgreSQL would not cast, by reason. They are fetched in batches, and the doubtful ones
    /// are cast by PostgreSQL itself, in halves, until the refused ones are found.
    async fn values(&self, table: &str, column: &str) -> Result<Vec<Uncastable>, ExamineError> {
        let what = format!("`{table}.{column}`");
        let cursor = format!(
            "DECLARE json_values NO SCROLL CURSOR FOR SELECT \"{column}\"::text FROM {} WHERE \"{column}\" <> '{{}}'",
            self.table(table)
        );
        self.examined.run(&what, &cursor).await?;
        let mut refused: BTreeMap<&'static str, u64> = BTreeMap::new();
        loop {
            let rows = self.examined.rows(&what, &format!("FETCH {BATCH} FROM json_values"), &[]).await?;
            if rows.is_empty() {
                break;
            }
            let mut doubtful = Vec::new();
            for row in &rows {
                let value: String = row.get(0);
                match judged(&value) {
                    Judged::Taken => {}
                    Judged::Refused(why) => *refused.entry(why).or_default() += 1,
                    Judged::Doubtful => doubtful.push(value),
                }
            }
            self.find_refused(&what, &doubtful, &mut refused).await?;
        }
        self.examined.run(&what, "CLOSE json_values").await?;
        let found = refused.into_iter().map(|(why, count)| Uncastable {
            table: table.to_owned(),
            column: column.to_owned(),
            why,
            count,
            lines: Vec::new(),
        });
        Ok(found.collect())
    }

    async fn find_refused(
        &self,
        what: &str,
        values: &[String],
        refused: &mut BTreeMap<&'static str, u64>,
    ) -> Result<(), ExamineError> {
        let mut parts = vec![values];
        while let Some(part) = parts.pop().filter(|part| !part.is_empty()) {
            let sql = "SELECT count(value::jsonb) FROM unnest($1::text[]) AS value";
            if self.examined.accepts(what, sql, &[&part]).await? {
                continue;
            }
            match part {
                [one] => {
                    let why = json_refusal(one.as_bytes()).unwrap_or("an escape or a number that JSONB does not take");
                    *refused.entry(why).or_default() += 1;
                }
                many => {
                    let (left, right) = many.split_at(many.len() / 2);
                    parts.extend([right, left]);
                }
            }
        }
        Ok(())
    }
}

/// What can be told of a value without asking PostgreSQL.
enum Judged {
    Taken,
    Refused(&'static str),
    Doubtful,
}

/// Values shorter than this are not nested deeper than anybody reads.
const SHALLOW: usize = 128;

fn judged(value: &str) -> Judged {
    match json_refusal(value.as_bytes()) {
        Some(why) if value.len() < SHALLOW || why == NUL => Judged::Refused(why),
        Some(_) => Judged::Doubtful,
        // In what is JSON only an escape or a number can be refused.
        None if value.contains("\\u") || value.contains(['e', 'E']) && value.contains(|c: char| c.is_ascii_digit()) => {
            Judged::Doubtful
        }
        None => Judged::Taken,
    }
}
