//! Steps whose expectation depends on the version of the Mattermost in the slot, which is asked for it.
//!
//! ```text
//! Then by the version of Mattermost the command shows:
//!   | from | before | where        | what              |
//!   |      | 6.0.0  | error output | Failed to ping DB |
//!   | 6.0  |        | output       | Failed to ping DB |
//! ```
//!
//! A row holds for versions from `from` on and before `before`; an empty cell is no border. `where` is `output`, `error output`,
//! `neither output` or `exit code`. All rows that hold for the version must be so, and at least one must hold.

use cucumber::gherkin::Step;
use cucumber::then;
use gitlab_mattermost_core::version::Version;

use crate::world::{Finished, Missing, StepError, World};

/// A table that says nothing of the version, or cannot be read.
#[derive(Debug, thiserror::Error)]
enum TableError {
    /// No row holds.
    #[error("no row of the table holds for Mattermost {version}")]
    NoRow { version: Version },
    /// Not the four columns.
    #[error("the table needs the columns `from`, `before`, `where` and `what`")]
    Columns,
    /// A place that nobody knows.
    #[error("`{place}` is none of `output`, `error output`, `neither output` and `exit code`")]
    Place { place: String },
}

/// One expectation.
struct Row<'a> {
    place: &'a str,
    what: &'a str,
}

#[then("by the version of Mattermost the command shows:")]
async fn shows(world: &mut World, step: &Step) -> Result<(), StepError> {
    let version = world.mattermost_version().await?;
    let rows = rows_for(step, version)?;
    if rows.is_empty() {
        return Err(TableError::NoRow { version }.into());
    }
    let finished = world.finished.clone().ok_or(Missing { what: "command that has been run" })?;
    for Row { place, what } in rows {
        if !is_so(&finished, place, what)? {
            let Finished { command, exit, output, error_output } = finished;
            let actual = format!("exit code {exit}, the output\n{output}\nand the error output\n{error_output}");
            let requirement = format!("`{command}` does with Mattermost {version} what that version does");
            return Err(world.fail(requirement, format!("{place}: {what}"), actual));
        }
    }
    Ok(())
}

fn is_so(finished: &Finished, place: &str, what: &str) -> Result<bool, TableError> {
    match place {
        "output" => Ok(finished.output.contains(what)),
        "error output" => Ok(finished.error_output.contains(what)),
        "neither output" => Ok(!finished.output.contains(what) && !finished.error_output.contains(what)),
        "exit code" => Ok(finished.exit == what),
        other => Err(TableError::Place { place: other.to_owned() }),
    }
}

/// The rows of the step's table that hold for `version`.
fn rows_for(step: &Step, version: Version) -> Result<Vec<Row<'_>>, StepError> {
    let table = step.table.as_ref().ok_or(TableError::Columns)?;
    let Some((heading, rows)) = table.rows.split_first() else { return Err(TableError::Columns.into()) };
    if heading.iter().map(String::as_str).ne(["from", "before", "where", "what"]) {
        return Err(TableError::Columns.into());
    }
    let mut holding = Vec::new();
    for row in rows {
        let [from, before, place, what] = row.as_slice() else { return Err(TableError::Columns.into()) };
        let border = |cell: &str| if cell.is_empty() { Ok(None) } else { cell.parse::<Version>().map(Some) };
        let begun = border(from)?.is_none_or(|from| from <= version);
        if begun && border(before)?.is_none_or(|before| version < before) {
            holding.push(Row { place, what });
        }
    }
    Ok(holding)
}
