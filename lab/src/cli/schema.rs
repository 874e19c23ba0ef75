//! `mattermost-lab schema`: the schemas of the formats that programs read and write.

use clap::Args;
use include_dir::{Dir, File, include_dir};

use super::complain;
use super::output::written;
use gitlab_mattermost_ground::exit::Exit;

/// Every schema, one file each.
static SCHEMAS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas");

/// Print the schema of a machine-readable format
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mattermost-lab schema
  mattermost-lab schema serve-gitlab
  mattermost-lab schema gitlab-seed > gitlab-seed.schema.json")]
pub struct Arguments {
    /// The name of the schema; without it, all names are listed
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// No schema is called like that.
#[derive(Debug, thiserror::Error)]
#[error("no schema is called `{given}`; there are {}", known.join(", "))]
struct UnknownSchema {
    given: String,
    known: Vec<String>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Exit {
    let Some(given) = &arguments.name else {
        return written(&names().into_iter().map(|name| name + "\n").collect::<String>());
    };
    match SCHEMAS.files().find(|file| name(file).as_deref() == Some(given.as_str())) {
        Some(file) => written(&String::from_utf8_lossy(file.contents())),
        None => {
            complain(&UnknownSchema { given: given.clone(), known: names() });
            Exit::Usage
        }
    }
}

/// The name of each schema, in order.
fn names() -> Vec<String> {
    let mut names: Vec<_> = SCHEMAS.files().filter_map(name).collect();
    names.sort();
    names
}

/// The file's name without what they all end with: `list` of `list.schema.json`, `junit` of `junit.xsd`.
fn name(file: &File<'_>) -> Option<String> {
    let file = file.path().file_name()?.to_str()?;
    file.strip_suffix(".schema.json").or_else(|| file.strip_suffix(".xsd")).map(str::to_owned)
}
