//! The database part: how far the schema has come, users, and row counts and checksums of every table.
//!
//! The sums are made by the database, so that no row leaves it.

use std::collections::BTreeMap;

use gitlab_mattermost_core::inventory::{Apart, Column, Database, Migration, Schema, Table, Users, apart};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::read_only_database::{ExamineError, Examined};

/// Every table with its oid, the columns of its primary key in order, and its indexes; partitions count with the table
/// they are of.
const TABLES: &str = "
    SELECT c.oid, c.relname::text,
           ARRAY(SELECT a.attname::text
                   FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place)
                   JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
                  WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY k.place),
           ARRAY(SELECT x.relname::text FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                  WHERE i.indrelid = c.oid ORDER BY 1)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p')
       AND NOT EXISTS (SELECT 1 FROM pg_inherits p WHERE p.inhrelid = c.oid)
     ORDER BY 2";

const COLUMNS: &str = "
    SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute
     WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped ORDER BY attnum";

/// Takes the inventory of a database.
///
/// # Errors
/// A question that fails, with the table it was about.
pub async fn take(examined: &Examined) -> Result<Database, ExamineError> {
    let version = examined.rows("the server's version", "SELECT current_setting('server_version')", &[]).await?;
    let (hash, sample) = Hash::of(examined).await?;
    let mut tables = BTreeMap::new();
    for row in examined.rows("the list of tables", TABLES, &[&examined.schema()]).await? {
        let (oid, name): (u32, String) = (row.get(0), row.get(1));
        let shape = shape(examined, oid, &name, row.get(2), row.get(3)).await?;
        let apart = apart(&name).filter(|apart| shape.columns.iter().any(|(column, _)| *column == apart.column));
        if let Some(apart) = apart {
            let of_apart = counted(examined, &hash, &shape, &Rows::With(apart)).await?;
            tables.insert(apart.name(&name), of_apart);
        }
        let rows = apart.map_or(Rows::All, Rows::Without);
        let table = counted(examined, &hash, &shape, &rows).await?;
        tables.insert(name.clone(), table);
    }
    let users = match tables.get("users") {
        Some(users) if ["authservice", "deleteat"].iter().all(|name| users.columns.contains_key(*name)) => {
            Some(users_by_method(examined, tables.contains_key("bots")).await?)
        }
        _ => None,
    };
    // "15.18 (Debian 15.18-0+deb12u1)"
    let postgresql = version.first().map(|row| row.get::<_, String>(0)).unwrap_or_default();
    let postgresql = postgresql.split(' ').next().unwrap_or_default().to_owned();
    Ok(Database { postgresql, hash: sample, schema: schema(examined, &tables).await?, users, tables })
}

/// What a table is made of.
struct Shape<'a> {
    name: &'a str,
    key: Vec<String>,
    columns: Vec<(String, String)>,
    indexes: Vec<String>,
}

/// A selection of the rows of a table.
enum Rows<'a> {
    All,
    With(&'a Apart),
    Without(&'a Apart),
}

async fn shape<'a>(
    examined: &Examined,
    oid: u32,
    name: &'a str,
    key: Vec<String>,
    indexes: Vec<String>,
) -> Result<Shape<'a>, ExamineError> {
    let rows = examined.rows(&format!("the columns of the table `{name}`"), COLUMNS, &[&oid]).await?;
    Ok(Shape { name, key, columns: rows.iter().map(|row| (row.get(0), row.get(1))).collect(), indexes })
}

async fn counted(examined: &Examined, hash: &Hash, shape: &Shape<'_>, rows: &Rows<'_>) -> Result<Table, ExamineError> {
    let sums: String =
        shape.columns.iter().map(|(column, _)| format!(", {}", hash.checksum(&shape.key, column))).collect();
    let mut sql = format!("SELECT count(*){sums} FROM {}.{}", quoted(examined.schema()), quoted(shape.name));
    let value = match rows {
        Rows::All => None,
        Rows::With(apart) => {
            sql += &format!(" WHERE {}::text = $1", quoted(&apart.column));
            Some(&apart.value)
        }
        Rows::Without(apart) => {
            sql += &format!(" WHERE {}::text IS DISTINCT FROM $1", quoted(&apart.column));
            Some(&apart.value)
        }
    };
    let parameters: Vec<&(dyn ToSql + Sync)> = value.iter().map(|value| *value as &(dyn ToSql + Sync)).collect();
    let found = examined.rows(&format!("the table `{}`", shape.name), &sql, &parameters).await?;
    let row = found.first();
    let column = |(place, (name, kind)): (usize, &(String, String))| {
        let checksum = row.map(|row| row.get::<_, String>(place + 1)).unwrap_or_default();
        (name.clone(), Column { kind: kind.clone(), checksum })
    };
    Ok(Table {
        rows: row.map(|row| count(row, 0)).unwrap_or_default(),
        key: shape.key.clone(),
        columns: shape.columns.iter().enumerate().map(column).collect(),
        indexes: shape.indexes.iter().cloned().collect(),
    })
}

/// How a server hashes a text to 64 bits.
enum Hash {
    /// The server's own, from PostgreSQL 11 on: ten times as fast. It stays the same between versions, as tables that are
    /// partitioned by it are taken along, and `Database::hash` would tell if it ever did not.
    Own,
    /// What every PostgreSQL has. It guards against chance, not malice, and so does the other.
    Md5,
}

impl Hash {
    /// The faster one that the server has, and what tells it from others.
    async fn of(examined: &Examined) -> Result<(Self, String), ExamineError> {
        let sql = "SELECT current_setting('server_version_num')::int >= 110000";
        let rows = examined.rows("the server's version", sql, &[]).await?;
        let hash = if rows.first().is_some_and(|row| row.get(0)) { Self::Own } else { Self::Md5 };
        let sql = format!("SELECT ({})::text", hash.of_text("'mattermost'::text"));
        let rows = examined.rows("the hash of a text", &sql, &[]).await?;
        let sample = rows.first().map(|row| row.get(0)).unwrap_or_default();
        Ok((hash, sample))
    }

    fn of_text(&self, text: &str) -> String {
        match self {
            Self::Own => format!("hashtextextended(({text}) COLLATE \"C\", 0)"),
            Self::Md5 => format!("('x' || substr(md5({text}), 1, 16))::bit(64)::bigint"),
        }
    }

    /// The sum over all rows of the hash of key and value: it does not depend on the order of the rows, and a value that
    /// moves to another row changes it.
    fn checksum(&self, key: &[String], column: &str) -> String {
        // Nothing is told from an empty text, and where one value ends and the next begins.
        let part = |name: &String| format!("coalesce(length({0}::text) || '=' || {0}::text, '-')", quoted(name));
        let column = column.to_owned();
        let others = key.iter().filter(|it| **it != column).chain([&column]).map(part);
        format!("coalesce(sum({}), 0)::text", self.of_text(&others.collect::<Vec<_>>().join(" || ")))
    }
}

/// The rows of `fileinfo`, each the path of a file and its size; `None` where there is no such table.
///
/// # Errors
/// The question fails.
pub async fn attachments(examined: &Examined, database: &Database) -> Result<Option<Vec<(String, u64)>>, ExamineError> {
    let is_table = |it: &Table| ["path", "size"].iter().all(|column| it.columns.contains_key(*column));
    if !database.tables.get("fileinfo").is_some_and(is_table) {
        return Ok(None);
    }
    let sql = format!("SELECT path::text, coalesce(size, 0)::bigint FROM {}.fileinfo", quoted(examined.schema()));
    let rows = examined.rows("the files of posts", &sql, &[]).await?;
    Ok(Some(rows.iter().map(|row| (row.get::<_, Option<String>>(0).unwrap_or_default(), count(row, 1))).collect()))
}

/// Users by sign-in method; `email` where no service signs them in. Bots do not sign in.
async fn users_by_method(examined: &Examined, has_bots: bool) -> Result<BTreeMap<String, Users>, ExamineError> {
    let schema = quoted(examined.schema());
    let bots = format!(" WHERE NOT EXISTS (SELECT 1 FROM {schema}.bots b WHERE b.userid = u.id)");
    let sql = format!(
        "SELECT coalesce(nullif(lower(u.authservice), ''), 'email'),
                count(*) FILTER (WHERE coalesce(u.deleteat, 0) = 0), count(*) FILTER (WHERE u.deleteat <> 0)
           FROM {schema}.users u{} GROUP BY 1",
        if has_bots { bots.as_str() } else { "" }
    );
    let rows = examined.rows("users by sign-in method", &sql, &[]).await?;
    let users = |row: &Row| (row.get(0), Users { active: count(row, 1), deactivated: count(row, 2) });
    Ok(rows.iter().map(users).collect())
}

async fn schema(examined: &Examined, tables: &BTreeMap<String, Table>) -> Result<Schema, ExamineError> {
    let name = quoted(examined.schema());
    let mut schema = Schema::default();
    let has = |table: &str, column: &str| tables.get(table).is_some_and(|it| it.columns.contains_key(column));
    if has("systems", "value") {
        let sql = format!("SELECT value::text FROM {name}.systems WHERE name = 'Version'");
        let rows = examined.rows("the schema's version", &sql, &[]).await?;
        schema.version = rows.first().and_then(|row| row.get::<_, Option<String>>(0)?.parse().ok());
    }
    if has("db_migrations", "version") && has("db_migrations", "name") {
        let sql = format!("SELECT version::bigint, name::text FROM {name}.db_migrations ORDER BY 1, 2");
        let rows = examined.rows("the list of migrations", &sql, &[]).await?;
        let migration = |row: &Row| Migration { number: row.get(0), name: row.get(1) };
        schema.migrations = rows.iter().map(migration).collect();
    }
    if has("schema_migrations", "dirty") {
        let sql = format!("SELECT coalesce(bool_or(dirty), false) FROM {name}.schema_migrations");
        let rows = examined.rows("the state of migrations", &sql, &[]).await?;
        schema.dirty = rows.first().map(|row| row.get(0));
    }
    Ok(schema)
}

fn count(row: &Row, place: usize) -> u64 {
    row.get::<_, i64>(place).unsigned_abs()
}

/// A name in a statement.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
