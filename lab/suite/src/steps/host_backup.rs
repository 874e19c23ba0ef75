//! Steps of the chapters on backup and restore, on a machine with the Linux package: what is in the database, before and
//! after.
//!
//! - `Given what Mattermost holds is noted`: every table with the number of its rows
//! - `Then 0 of the tables are there`, `Then all of the tables are there with their rows`
//! - `Given the document's backup:`, `Given the document's restore:` and their commands below
//! - `Given the document's backup is taken, and is where its restore looks for it`: the newest dump and archive of the
//!   administrator's home directory, under the names and dates that the document's restore has in `/tmp`
//! - ``When the administrator runs the document's restore``, or ``… with `createdb -O role` in the place of `createdb` ``
//! - `Then the dump's archive is empty`, `Then the database belongs to "role"`, `Then the database has 1 user "bob"`

use cucumber::gherkin::Step;
use cucumber::{given, then, when};

use super::host::{do_on_host, finish};
use super::text;
use crate::world::{Missing, StepError, Tables, World};
use gitlab_mattermost_stage::subject::host::Shell;

/// The names that the document's restore uses.
const DUMP: &str = "/tmp/mattermost_dbdump_2021-08-05.sql.gz";
const ARCHIVE: &str = "/tmp/mattermost_data_2021-08-09.gz";

#[given("what Mattermost holds is noted")]
#[when("what Mattermost holds is noted")]
async fn noted(world: &mut World) -> Result<(), StepError> {
    world.remembered.backup.tables = Some(tables(world).await?);
    Ok(())
}

#[given(regex = r"^the document's (backup|restore):$")]
fn commands(world: &mut World, step: &Step, which: String) -> Result<(), StepError> {
    let commands = Some(text(step)?);
    let backup = &mut world.remembered.backup;
    if which == "backup" {
        backup.taking = commands
    } else {
        backup.restoring = commands
    }
    Ok(())
}

#[given("the document's backup is taken, and is where its restore looks for it")]
async fn taken(world: &mut World) -> Result<(), StepError> {
    let commands =
        world.remembered.backup.taking.clone().ok_or(Missing { what: "commands of the document's backup" })?;
    do_on_host(world, Shell::Administrator, &commands).await?;
    let newest = |pattern: &str, target: &str| {
        format!("cp \"$(ls -t ~/{pattern} | head -n 1)\" {target} && chmod 0644 {target}")
    };
    let dump = newest("mattermost_dbdump_*.sql.gz", DUMP);
    let archive = newest("mattermost_data_*.gz", ARCHIVE);
    do_on_host(world, Shell::Administrator, &format!("{dump} && {archive}")).await.map(drop)
}

#[when(regex = r"^the administrator runs the document's restore(?: with `([^`]+)` in the place of `([^`]+)`)?$")]
async fn restored(world: &mut World, new: String, old: String) -> Result<(), StepError> {
    let commands = world.remembered.backup.restoring.clone();
    let mut commands = commands.ok_or(Missing { what: "commands of the document's restore" })?;
    if !old.is_empty() {
        let (old, new) = (format!("/{old} "), format!("/{new} "));
        if !commands.contains(&old) {
            return Err(Missing { what: "command of this name in the document's restore" }.into());
        }
        commands = commands.replace(&old, &new);
    }
    finish(world, Shell::Administrator, commands).await
}

#[then("the dump's archive is empty")]
async fn is_empty(world: &mut World) -> Result<(), StepError> {
    let held = do_on_host(world, Shell::Root, "zcat /home/admin/mattermost_dbdump_*.sql.gz | wc -c").await?.stdout;
    same(world, "what the dump's archive holds", "0 bytes", format!("{} bytes", held.trim()))
}

#[then(regex = r#"^the database belongs to "([^"]*)"$"#)]
async fn belongs_to(world: &mut World, role: String) -> Result<(), StepError> {
    let query = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'mattermost_production'";
    let owner = do_on_host(world, Shell::Root, &format!("gitlab-psql -At -c \"{query}\"")).await?.stdout;
    same(world, "whom the database belongs to", &role, owner.trim().to_owned())
}

#[then(regex = r#"^the database has (\d+) users? "([^"]*)"$"#)]
async fn has_users(world: &mut World, count: usize, username: String) -> Result<(), StepError> {
    let query = format!("SELECT count(*) FROM users WHERE username = '{username}'");
    let ask = format!("gitlab-psql -d mattermost_production -At -c \"{query}\"");
    let found = do_on_host(world, Shell::Root, &ask).await?.stdout;
    same(world, &format!("users \"{username}\" in the database"), &count.to_string(), found.trim().to_owned())
}

fn same(world: &mut World, requirement: &str, expected: &str, found: String) -> Result<(), StepError> {
    if found == expected { Ok(()) } else { Err(world.fail(requirement, expected, found)) }
}

#[then(regex = r"^(\d+) of the tables (?:is|are) there$")]
async fn some_there(world: &mut World, expected: usize) -> Result<(), StepError> {
    let (before, now) = (remembered(world)?, tables(world).await?);
    if now.len() == expected {
        return Ok(());
    }
    let of = |there: usize| format!("{there} of {} tables", before.len());
    Err(world.fail("what the restore brings back", of(expected), of(now.len())))
}

#[then("all of the tables are there with their rows")]
async fn all_there(world: &mut World) -> Result<(), StepError> {
    let (before, now) = (remembered(world)?, tables(world).await?);
    let differing = before.iter().filter(|(name, rows)| now.get(*name) != Some(rows));
    let differing: Vec<_> = differing
        .map(|(name, rows)| {
            format!("`{name}`: {rows} before, {} now", now.get(name).map_or("gone".to_owned(), u64::to_string))
        })
        .collect();
    if differing.is_empty() && now.len() == before.len() {
        return Ok(());
    }
    let actual = format!("{} of {} tables; {}", now.len(), before.len(), differing.join(", "));
    let expected = format!("{0} of {0} tables, each with its rows", before.len());
    Err(world.fail("the restore brings everything back", expected, actual))
}

fn remembered(world: &World) -> Result<Tables, Missing> {
    world.remembered.backup.tables.clone().ok_or(Missing { what: "note of what Mattermost holds" })
}

/// What the database has now; nothing if there is no database.
async fn tables(world: &World) -> Result<Tables, StepError> {
    let ask = "gitlab-psql -d mattermost_production -X -A -t -c";
    let names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";
    let names = do_on_host(world, Shell::Root, &format!("{ask} \"{names}\"")).await?.stdout;
    let counts = names.lines().map(|name| format!("SELECT '{name}', count(*) FROM {name}")).collect::<Vec<_>>();
    if counts.is_empty() {
        return Ok(Tables::new());
    }
    let counted = do_on_host(world, Shell::Root, &format!("{ask} \"{}\"", counts.join(" UNION ALL "))).await?.stdout;
    let row = |line: &str| line.split_once('|').and_then(|(name, rows)| Some((name.to_owned(), rows.parse().ok()?)));
    Ok(counted.lines().filter_map(row).collect())
}
