//! The database: rights, migrations, versions, values; and the programs around it.

use super::super::super::problem::{P15, P23, P24, P26, P27, P28, P37, P43, P44, P45, P46, P47, P48, P49};
use super::super::sign::{Sign, certain, likely};
use super::postgresql::{FATAL, NO_SESSION, NOT_THE_OWNER, SCHEMA_DENIED, SPEAKS, TABLE_DENIED};

const MIGRATION_NUMBERS: &[&str] =
    &["Key (version)=(142) already exists", "Key (version)=(143) already exists", "Key (version)=(144) already exists"];
/// A server that cannot use its database, as Go and PostgreSQL say it.
const NOT_CONNECTED: &[&str] = &[
    "connection refused",
    "no such host",
    "no such file or directory",
    "i/o timeout",
    "timeout",
    "no route to host",
    "network is unreachable",
    "server misbehaving",
    "connection reset",
    "EOF",
    "too many clients",
    "remaining connection slots",
    "is starting up",
    "is shutting down",
    "password authentication failed",
    "peer authentication failed",
    "ident authentication failed",
    "permission denied for database",
    "no pg_hba.conf entry",
    "SSL is not enabled",
    "does not exist",
];

/// Connecting to the database, as servers of 3.x to 11.x say it.
const CONNECTING: &[&str] =
    &["Failed to ping DB", "Error pinging the database", "error setting up connections", "cannot create store"];

pub(super) static SIGNS: &[Sign] = &[
    certain(&P47, &["collation version mismatch", "REFRESH COLLATION VERSION"]),
    certain(&P48, &["unrecognized configuration parameter"]).with(&[&["_timeout"]]),
    certain(&P48, &["transaction_timeout"]).with(&[&["psql:", "pg_restore:"]]),
    certain(&P49, &["cannot parse DB version"]),
    certain(&P44, &["teams_name_key"]),
    certain(&P45, &["cannot be cast automatically to type"]).with(&[&[
        "channel_type",
        "team_type",
        "upload_session_type",
        "default for column \"type\"",
    ]]),
    certain(
        &P46,
        &["converting NULL to", "converting driver.Value type <nil>", "converting driver.Value type \\u003cnil\\u003e"],
    )
    .with(&[&["MsgCount", "MentionCount", "RootPostAt", "ChannelMembers"]]),
    certain(&P43, &["is no longer supported"]).with(&[&["supports automatic upgrades from schema version"]]),
    certain(&P28, MIGRATION_NUMBERS),
    certain(&P28, &["is no longer supported"]).with(&[&["Downgrades are not supported"]]),
    certain(&P28, &["Database schema version"]).with(&[&["is not supported"], &["only >=", "supports versions >="]]),
    certain(&P23, &["permission denied for schema public"]),
    certain(&P23, SPEAKS).with(&[SCHEMA_DENIED]),
    certain(&P23, &["backslash commands are restricted"]),
    certain(&P24, &["invalid command \\restrict"]),
    // The same in another language.
    certain(&P24, &["\\restrict", "\\unrestrict"]).with(&[&["psql:"]]),
    certain(&P24, &["unexpected end of file"]).with(&[&["gzip:", "zcat:"]]),
    certain(&P26, &["unsupported Unicode escape sequence"]),
    certain(&P26, &["cannot be cast automatically to type jsonb"]),
    certain(&P26, &["Failed to alter column type"]),
    certain(&P26, &["Invalid JSON text"]).with(&[&["in value for column"]]),
    certain(&P27, &["must be owner of"]),
    certain(&P27, &["permission denied for table", "permission denied for relation"]),
    certain(&P27, SPEAKS).with(&[NOT_THE_OWNER]),
    certain(&P27, SPEAKS).with(&[TABLE_DENIED]),
    certain(&P27, &["minimum Postgres version requirements not met"]),
    certain(&P27, &["Dirty database version"]),
    certain(&P27, &["db_migrations_pkey"]),
    certain(&P27, &["Failed to apply database migrations", "failed when applying migration"]),
    likely(&P15, &["Failed to ping DB", "Error pinging the database"]).with(&[&["lookup dockerhost", ":3306"]]),
    // What the driver has from PostgreSQL or MySQL may be in any language.
    certain(&P37, CONNECTING).with(&[NOT_CONNECTED]),
    certain(&P37, CONNECTING).with(&[&["pq: ", "Error 1045", "Error 1044", "Error 1049"]]),
    // PostgreSQL's own log.
    certain(&P37, &["FATAL:"]).with(&[&["mattermost", "mmuser"], NOT_CONNECTED]),
    certain(&P37, &["mmuser", "gitlab_mattermost", "@mattermost", "mattermost@"]).with(&[FATAL, NO_SESSION]),
];
