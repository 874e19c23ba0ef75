//! The SQL of a restore: what is printed is what is run.

use crate::backup::{Journal, shell};

/// The statements of the transaction that decides. The old database opens again under its new name.
///
/// It is on the disk before anything after it is done, whatever the server's settings say of other transactions: a commit
/// that the server forgets in a crash would leave old rows with new files.
///
/// ```
/// use gitlab_mattermost_core::backup::journal::FORMAT;
/// use gitlab_mattermost_core::backup::restore::swap_statements;
/// use gitlab_mattermost_core::backup::{Journal, Stage, Stamp};
///
/// let journal = Journal {
///     format: FORMAT,
///     stamp: Stamp::parse("2021-08-05-14-30-00").expect("a stamp"),
///     stage: Stage::Swapping,
///     database: "chat".to_owned(),
///     scratch: "new".to_owned(),
///     old: None,
///     moved: Vec::new(),
///     stopped: false,
/// };
/// let statements = swap_statements(&journal);
/// assert!(statements.ends_with("ALTER DATABASE \"new\" RENAME TO \"chat\"; COMMIT"));
/// ```
pub fn swap_statements(journal: &Journal) -> String {
    let (name, scratch) = (shell::sql_name(&journal.database), shell::sql_name(&journal.scratch));
    let away = journal.old.as_ref().map(|old| {
        let old = shell::sql_name(old);
        format!("ALTER DATABASE {name} RENAME TO {old}; ALTER DATABASE {old} ALLOW_CONNECTIONS true; ")
    });
    format!(
        "BEGIN; SET LOCAL synchronous_commit = on; {}ALTER DATABASE {scratch} RENAME TO {name}; COMMIT",
        away.unwrap_or_default()
    )
}

/// The statement that closes a database to new sessions.
///
/// ```
/// use gitlab_mattermost_core::backup::restore::{close_statement, drop_statement, open_statement, terminate_statement};
///
/// assert_eq!(close_statement("chat"), "ALTER DATABASE \"chat\" ALLOW_CONNECTIONS false");
/// assert_eq!(open_statement("chat"), "ALTER DATABASE \"chat\" ALLOW_CONNECTIONS true");
/// assert!(terminate_statement("it's").ends_with("datname = 'it''s'"));
/// assert_eq!(drop_statement("a\"b"), "DROP DATABASE IF EXISTS \"a\"\"b\"");
/// ```
pub fn close_statement(database: &str) -> String {
    format!("ALTER DATABASE {} ALLOW_CONNECTIONS false", shell::sql_name(database))
}

/// The statement that opens it again.
pub fn open_statement(database: &str) -> String {
    format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", shell::sql_name(database))
}

/// The statement that ends all sessions in a database.
pub fn terminate_statement(database: &str) -> String {
    format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}", shell::sql_text(database))
}

/// The statement that removes a database.
pub fn drop_statement(database: &str) -> String {
    format!("DROP DATABASE IF EXISTS {}", shell::sql_name(database))
}
