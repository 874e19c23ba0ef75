//! `mattermost-lab vectors`: the tables of checks as files, for people who do not run this program.
//!
//! Not here: what is in them (`gitlab_mattermost_core::vectors`).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use gitlab_mattermost_core::vectors::{files, lint};
use serde::Serialize;

use super::complain;
use super::output::{as_json, told};
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_ground::named_input;

/// The schema of all files.
const SCHEMA: (&str, &str) = ("vectors.schema.json", include_str!("../../schemas/vectors.schema.json"));

/// Export and lint the tables of checks for implementations
#[derive(Debug, clap::Subcommand)]
pub enum Vectors {
    /// Write them, with their schema, into a folder
    #[command(after_help = "Examples:
  mattermost-lab vectors export vectors")]
    Export(Arguments),
    /// Check the files of a folder: form, names, counts, flags
    ///
    /// Exit status: 0 all are right, 1 one is not, 2 something cannot be read, 4 the folder has none.
    #[command(after_help = "Examples:
  mattermost-lab vectors lint vectors --format json")]
    Lint(Arguments),
}

/// What both take.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// What to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// A line each
    #[default]
    Pretty,
    /// An array, as described by the schema `vectors-command`
    Json,
}

/// A file and what is wrong with it.
#[derive(Debug, Serialize)]
struct File {
    file: String,
    faults: Vec<String>,
}

/// A folder or file that the system refuses.
#[derive(Debug, thiserror::Error)]
#[error("cannot {what} `{}`", path.display())]
struct Refused {
    what: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl Vectors {
    /// Runs the subcommand.
    pub fn run(&self) -> Exit {
        let (arguments, result) = match self {
            Self::Export(arguments) => (arguments, export(&arguments.folder)),
            Self::Lint(arguments) => (arguments, lint_folder(&arguments.folder)),
        };
        let files = match result {
            Ok(files) => files,
            Err(error) => {
                complain(&error);
                return Exit::Usage;
            }
        };
        if files.is_empty() {
            complain(&Empty { folder: arguments.folder.clone() });
            return Exit::NothingSelected;
        }
        let printed = match arguments.format {
            Format::Json => as_json(&files),
            Format::Pretty => told(&text(&files)),
        };
        let faulty = files.iter().any(|file| !file.faults.is_empty());
        if printed == Exit::AsExpected && faulty { Exit::Deviations } else { printed }
    }
}

/// A folder without a file of vectors.
#[derive(Debug, thiserror::Error)]
#[error("nothing selected: `{}` has no file that ends in `.json`; `vectors export` writes some", folder.display())]
struct Empty {
    folder: PathBuf,
}

fn export(folder: &Path) -> Result<Vec<File>, Refused> {
    let refused = |what, path: &Path| {
        let path = path.to_owned();
        move |source| Refused { what, path, source }
    };
    fs::create_dir_all(folder).map_err(refused("create", folder))?;
    let schema = std::iter::once((SCHEMA.0.to_owned(), SCHEMA.1));
    let write = |(file, text): (String, &str)| {
        let path = folder.join(&file);
        fs::write(&path, text).map_err(refused("write", &path))?;
        Ok(File { file, faults: Vec::new() })
    };
    files().chain(schema).map(write).collect()
}

fn lint_folder(folder: &Path) -> Result<Vec<File>, Refused> {
    let refused = |source| Refused { what: "read", path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(refused)? {
        names.push(entry.map_err(refused)?.file_name().to_string_lossy().into_owned());
    }
    names.retain(|name| name.ends_with(".json") && !name.ends_with(".schema.json"));
    names.sort_unstable();
    let read = |file: String| {
        let path = folder.join(&file);
        let bytes = named_input::read_path(&path).map_err(|source| Refused { what: "read", path, source })?;
        let faults = match std::str::from_utf8(&bytes) {
            Ok(text) => lint(&file, text).iter().map(ToString::to_string).collect(),
            Err(error) => vec![format!("not UTF-8 text: the fault is at byte {}", error.valid_up_to())],
        };
        Ok(File { file, faults })
    };
    names.into_iter().map(read).collect()
}

fn text(files: &[File]) -> String {
    let lines = files.iter().flat_map(|File { file, faults }| {
        let right = faults.is_empty().then(|| format!("{file}\n"));
        right.into_iter().chain(faults.iter().map(move |fault| format!("{file}: {fault}\n")))
    });
    lines.collect()
}
