//! Proving a dump by loading it, into a database that nobody needs.

use gitlab_mattermost_core::backup::check::listed;
use gitlab_mattermost_core::backup::journal::database_name;
use gitlab_mattermost_core::backup::{Check, CheckId, Installation, Stamp, Verification, shell};
use gitlab_mattermost_ground::error_chain::chain;

use super::error::BackupError;
use super::moment;
use super::progress::Progress;
use super::restore::{Loading, ask_server, compare_rows, drop_database};
use super::set::BackupSet;
use super::sql::Sql;
use super::verify::scan;

/// Loads the dump into a database of its own, compares the rows, and removes it again.
///
/// # Errors
/// The database cannot be made or removed. That the dump does not load is no error but a failed check.
pub fn trial_restore(
    set: &BackupSet,
    verification: &mut Verification,
    installation: &Installation,
    progress: &Progress,
) -> Result<(), BackupError> {
    let id = CheckId::TrialRestore;
    let failures: Vec<String> = verification.failures().map(|check| check.detail.clone()).collect();
    if !failures.is_empty() {
        verification.checks.push(Check::not_made(id, format!("the backup is not whole: {}", listed(&failures))));
        return Ok(());
    }
    let (summary, facts, _) = scan((&set.dump, Some(&installation.programs)), None, progress)?;
    let server = ask_server(installation)?;
    let name = |stamp: &Stamp| database_name(&installation.owner.database, "trial", stamp);
    let scratch = name(&moment::free(|stamp| Ok(server.has_database(&name(stamp))))?);
    let owner = installation.owner.role.as_deref().unwrap_or("gitlab_mattermost");
    let create =
        format!("CREATE DATABASE {} OWNER {} TEMPLATE template0", shell::sql_name(&scratch), shell::sql_name(owner));
    Sql::admin(installation).execute(&scratch, &create)?;
    let known = (summary, facts);
    let tried = Loading { installation, database: &scratch, dump: &set.dump, server: &server, known: &known }
        .carry_out(progress)
        .and_then(|()| compare_rows(installation, &scratch, &known.0));
    drop_database(installation, &scratch)?;
    verification.checks.push(match tried {
        Ok(()) => Check::passed(id, format!("{} rows in {} tables", known.0.rows(), known.0.tables().len())),
        Err(error) => Check::failed(id, chain(&error)),
    });
    Ok(())
}
