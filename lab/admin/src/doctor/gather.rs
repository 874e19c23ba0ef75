//! From the options of the command line to evidence.

use std::io;

use gitlab_mattermost_core::diagnosis::{Database, DumpReader, Evidence, Log, LogReader, TextFile, migrations_of};
use gitlab_mattermost_core::installation::{SettingsFile, Versions};

use super::backup;
use super::lines::{CUSTOM_DUMP, Lines, Next};
use crate::reading::{self, MOST, Named, Unreadable, shown, text};

/// What was given, by name; `-` is standard input.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Files and versions of the installation.
    pub installed: Named,
    /// Logs.
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
            Next::Line { text, .. } => reader.line(text),
            Next::End => return Ok(reader.finish()),
            Next::CutOff(_) => {
                tracing::warn!("`{file}` is cut off or damaged; what comes after is not looked at");
                return Ok(reader.finish());
            }
        }
    }
}

fn dump(file: &str) -> Result<Database, Unreadable> {
    let mut lines = Lines::open(file)?;
    if lines.starts_with(CUSTOM_DUMP) {
        return Err(Unreadable::CustomDump { file: file.to_owned() });
    }
    let mut reader = DumpReader::new(shown(file));
    loop {
        match lines.next()? {
            Next::Line { text, is_whole } => reader.line(text, is_whole),
            Next::End => return Ok(reader.finish()),
            Next::CutOff(error) => {
                reader.cut_off(match error.kind() {
                    io::ErrorKind::UnexpectedEof => "it ends in the middle",
                    _ => "it is damaged",
                });
                return Ok(reader.finish());
            }
        }
    }
}

fn migrations(file: &str) -> Result<Database, Unreadable> {
    let text = text(file, "list of migrations", MOST)?;
    migrations_of(&shown(file), &text).ok_or_else(|| Unreadable::NoMigrations { file: file.to_owned() })
}
