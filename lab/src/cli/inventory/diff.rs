//! `mattermost-lab inventory diff`: two inventories, compared.

use clap::ValueEnum;
use gitlab_mattermost_core::inventory::{FORMAT_VERSION, Inventory, diff};
use serde_json::Value as Json;

use super::super::complain;
use super::super::output::{as_json, told};
use super::text;
use gitlab_mattermost_ground::exit::Exit;
use mattermost_admin::reading::{self, Unreadable};

/// A larger inventory than this is none: it has a line for each file and column.
const MOST_OF_AN_INVENTORY: u64 = 1 << 30;

/// Tell what a move, an upgrade or a restore changed, lost or reverted
///
/// Exits with 0 if nothing differs, or only what the versions, the machine or a running server make differ, and with 1
/// if something is lost, differs without a known reason, or could not be compared.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab inventory diff before.json after.json
  mattermost-lab inventory diff before.json after.json --accept 'setting TeamSettings.SiteName'")]
pub struct Arguments {
    /// The inventory before, or `-` for standard input
    #[arg(value_name = "BEFORE")]
    before: String,
    /// The inventory after
    #[arg(value_name = "AFTER")]
    after: String,
    /// A difference that was looked at and is right, by the name that is printed for it; may be given more than once
    #[arg(long, value_name = "WHAT")]
    accept: Vec<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Pretty,
    /// For programs, as described by the schema `inventory-diff`
    Json,
}

/// A file that is no inventory.
#[derive(Debug, thiserror::Error)]
enum NoInventory {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("`{file}` is not an inventory")]
    Other { file: String, source: serde_json::Error },
    #[error(
        "`{file}` has the form {found} of inventories; this program reads {FORMAT_VERSION}: take both with one program"
    )]
    Version { file: String, found: Json },
}

/// A name that no difference has.
#[derive(Debug, thiserror::Error)]
#[error("nothing that differs is called `{what}`: give a name as `inventory diff` prints it, or leave `--accept` out")]
struct NothingToAccept {
    what: String,
}

pub(super) fn run(arguments: &Arguments) -> Exit {
    let (before, after) = match (read(&arguments.before), read(&arguments.after)) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(error), _) | (_, Err(error)) => {
            complain(&error);
            return Exit::Usage;
        }
    };
    let mut diff = diff(&before, &after);
    for what in &arguments.accept {
        if diff.accept(what) == 0 {
            complain(&NothingToAccept { what: what.clone() });
            return Exit::Usage;
        }
    }
    let printed = match arguments.format {
        Format::Pretty => told(&text::differences(&diff)),
        Format::Json => as_json(&diff),
    };
    match printed {
        Exit::AsExpected if !diff.verdict.is_good() => Exit::Deviations,
        printed => printed,
    }
}

fn read(file: &str) -> Result<Inventory, NoInventory> {
    let text = reading::text(file, "inventory", MOST_OF_AN_INVENTORY)?;
    let other = |source| NoInventory::Other { file: file.to_owned(), source };
    let json: Json = serde_json::from_str(&text).map_err(other)?;
    match json.get("format_version") {
        Some(version) if version.as_u64() != Some(FORMAT_VERSION.into()) => {
            Err(NoInventory::Version { file: file.to_owned(), found: version.clone() })
        }
        _ => serde_json::from_value(json).map_err(other),
    }
}
