//! From the options of the command line to evidence.

use std::path::Path;
use std::{fs, io};

use gitlab_mattermost_core::diagnosis::{Database, DumpReader, Evidence, Log, LogReader, TextFile, migrations_of};
use gitlab_mattermost_core::installation::{SettingsFile, Versions};

use gitlab_mattermost_ground::named_input;

use super::backup;
use super::lines::{Lines, Next, is_damage};
use crate::backup::BackupError;
use crate::backup::content::{failed, read_dump, read_piped};
use crate::reading::{self, MOST, Named, Unreadable, shown, text};

/// What was given, by name; `-` is standard input.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Files and versions of the installation.
    pub installed: Named,
    /// Files with logs.
    pub logs: Vec<String>,
    /// Dumps in plain SQL.
    pub dumps: Vec<String>,
    /// A folder with a backup.
    pub backup_dir: Option<String>,
    /// A list of migrations.
    pub migrations: Option<String>,
    /// A shell script.
    pub script: Option<String>,
    /// Instructions in Markdown.
    pub document: Option<String>,
    /// What shall be installed.
    pub target: Versions,
}

/// Reads everything that was given.
///
/// # Errors
/// [`Unreadable`] for the first input that cannot be read.
pub fn gather(inputs: &Inputs) -> Result<Evidence, Unreadable> {
    let text_file = |file: &Option<String>, kind| {
        file.as_ref().map(|file| Ok(TextFile { name: shown(file), text: text(file, kind, MOST)? })).transpose()
    };
    let mut databases: Vec<Database> = inputs.dumps.iter().map(|file| dump(file)).collect::<Result<_, _>>()?;
    databases.extend(inputs.migrations.as_ref().map(|file| migrations(file)).transpose()?);
    let files = reading::read(&inputs.installed)?;
    Ok(Evidence {
        installed: files.versions,
        target: inputs.target,
        // What is known is looked at; what is not is told.
        gitlab_rb: files.gitlab_rb.map(SettingsFile::into_seen),
        environment: files.environment,
        config_json: files.config_json,
        secrets: files.secrets,
        node: files.node,
        logs: inputs.logs.iter().map(|file| log(file)).collect::<Result<_, _>>()?,
        databases,
        backup: inputs.backup_dir.as_ref().map(|folder| backup::list(folder)).transpose()?,
        script: text_file(&inputs.script, "script")?,
        document: text_file(&inputs.document, "page")?,
    })
}

fn log(file: &str) -> Result<Log, Unreadable> {
    let mut lines = Lines::open(file)?;
    let mut reader = LogReader::new(shown(file));
    loop {
        match lines.next()? {
            Next::Line(text) => reader.line(text),
            Next::End => return Ok(reader.finish()),
            Next::CutOff => {
                tracing::warn!("`{file}` is cut off or damaged; what comes after is not looked at");
                return Ok(reader.finish());
            }
        }
    }
}

fn dump(file: &str) -> Result<Database, Unreadable> {
    let mut reader = DumpReader::new(shown(file));
    let lies_there = fs::metadata(file).is_ok_and(|metadata| metadata.is_file() || metadata.is_dir());
    let read = if !lies_there {
        // Standard input or another pipe; whatever else it is, is refused.
        let piped = named_input::open(file).map_err(|source| Unreadable::Refused { file: file.to_owned(), source })?;
        read_piped(piped, |piece| reader.piece(piece)).map_err(failed("read", Path::new(&shown(file))))
    } else {
        read_dump(Path::new(file), None, |piece| {
            reader.piece(piece);
            Ok(())
        })
        .map(drop)
    };
    match read {
        Ok(()) => {}
        Err(BackupError::System { source, .. }) if is_damage(&source) => reader.cut_off(match source.kind() {
            io::ErrorKind::UnexpectedEof => "it ends in the middle",
            _ => "it is damaged",
        }),
        Err(BackupError::System { source, .. }) => return Err(Unreadable::Refused { file: file.to_owned(), source }),
        Err(source) => return Err(Unreadable::Dump { file: file.to_owned(), source: Box::new(source) }),
    }
    Ok(reader.finish())
}

fn migrations(file: &str) -> Result<Database, Unreadable> {
    let text = text(file, "list of migrations", MOST)?;
    migrations_of(&shown(file), &text).ok_or_else(|| Unreadable::NoMigrations { file: file.to_owned() })
}
