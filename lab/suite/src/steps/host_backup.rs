//! Steps of the chapters on backup and restore, on a machine with the Linux package: what is in the database, before and
//! after.
//!
//! - `Given what Mattermost holds is noted`: every table with the number of its rows
//! - `Then 0 of the tables are there`, `Then all of the tables are there with their rows`
//! - `Given the backup is where the document restores it from`: the newest dump and archive of the administrator's home
//!   directory, under the names and dates that the document's restore has in `/tmp`

use std::collections::BTreeMap;

use cucumber::{given, then, when};

use super::host::do_on_host;
use crate::world::{Missing, StepError, World};
use gitlab_mattermost_stage::subject::host::Shell;

/// Under this the tables are remembered.
const TABLES: &str = "tables of Mattermost";

/// The names that the document's restore uses.
const DUMP: &str = "/tmp/mattermost_dbdump_2021-08-05.sql.gz";
const ARCHIVE: &str = "/tmp/mattermost_data_2021-08-09.gz";

/// Each table and the number of its rows.
type Tables = BTreeMap<String, u64>;

#[given("what Mattermost holds is noted")]
#[when("what Mattermost holds is noted")]
async fn noted(world: &mut World) -> Result<(), StepError> {
    let tables = serde_json::to_string(&tables(world).await?)?;
    world.notes.insert(TABLES, tables);
    Ok(())
}

#[given("the backup is where the document restores it from")]
#[when("the backup is where the document restores it from")]
async fn placed(world: &mut World) -> Result<(), StepError> {
    let newest = |pattern: &str, target: &str| {
        format!("cp \"$(ls -t ~/{pattern} | head -n 1)\" {target} && chmod 0644 {target}")
    };
    let dump = newest("mattermost_dbdump_*.sql.gz", DUMP);
    let archive = newest("mattermost_data_*.gz", ARCHIVE);
    do_on_host(world, Shell::Administrator, &format!("{dump} && {archive}")).await.map(drop)
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

fn remembered(world: &World) -> Result<Tables, StepError> {
    let text = world.notes.get(TABLES).ok_or(Missing { what: "note of what Mattermost holds" })?;
    Ok(serde_json::from_str(text)?)
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
