//! From the options of the command line to evidence.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use gitlab_mattermost_core::diagnosis::{Database, DumpReader, Evidence, Log, LogReader, TextFile, migrations_of};
use gitlab_mattermost_core::installation::{EnvDirectory, JsonFile, SettingsFile, Versions};

use super::lines::{Lines, Next, is_damage};
use super::{Unreadable, backup};
use crate::backup::BackupError;
use crate::backup::content::{failed, read_dump, read_piped};

/// Larger settings, secrets, lists and scripts than this are none.
const MOST: u64 = 16 << 20;
/// Larger env files than this are none.
const MOST_OF_A_VARIABLE: u64 = 1 << 20;

/// What was given, by name; `-` is standard input.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// `gitlab.rb`.
    pub gitlab_rb: Option<String>,
    /// An env directory.
    pub env_dir: Option<String>,
    /// `config.json`.
    pub config_json: Option<String>,
    /// Logs.
    pub logs: Vec<String>,
    /// Dumps in plain SQL.
    pub dumps: Vec<String>,
    /// A folder with a backup.
    pub backup_dir: Option<String>,
    /// A list of migrations.
    pub migrations: Option<String>,
    /// `gitlab-secrets.json`.
    pub secrets: Option<String>,
    /// The package's cached node file.
    pub node_json: Option<String>,
    /// A shell script.
    pub script: Option<String>,
    /// Instructions in Markdown.
    pub document: Option<String>,
    /// What is installed.
    pub installed: Versions,
    /// What shall be installed.
    pub target: Versions,
}

/// Reads everything that was given.
///
/// # Errors
/// [`Unreadable`] for the first input that cannot be read.
pub fn gather(inputs: &Inputs) -> Result<Evidence, Unreadable> {
    let text_file = |file: &Option<String>, kind| {
        file.as_ref().map(|file| Ok(TextFile { name: name(file), text: text(file, kind)? })).transpose()
    };
    let json_file = |file: &Option<String>, kind| file.as_ref().map(|file| json(file, kind)).transpose();
    let mut databases: Vec<Database> = inputs.dumps.iter().map(|file| dump(file)).collect::<Result<_, _>>()?;
    databases.extend(inputs.migrations.as_ref().map(|file| migrations(file)).transpose()?);
    Ok(Evidence {
        installed: inputs.installed,
        target: inputs.target,
        gitlab_rb: inputs.gitlab_rb.as_ref().map(|file| settings(file, inputs.installed)).transpose()?,
        environment: inputs.env_dir.as_ref().map(|folder| environment(folder)).transpose()?,
        config_json: json_file(&inputs.config_json, "config.json")?,
        secrets: json_file(&inputs.secrets, "gitlab-secrets.json")?,
        node: json_file(&inputs.node_json, "the cached node file")?,
        logs: inputs.logs.iter().map(|file| log(file)).collect::<Result<_, _>>()?,
        databases,
        backup: inputs.backup_dir.as_ref().map(|folder| backup::list(folder)).transpose()?,
        script: text_file(&inputs.script, "script")?,
        document: text_file(&inputs.document, "page")?,
    })
}

fn name(file: &str) -> String {
    if file == "-" { "standard input".to_owned() } else { file.to_owned() }
}

fn text(file: &str, kind: &'static str) -> Result<String, Unreadable> {
    let refused = |source| Unreadable::Refused { file: file.to_owned(), source };
    let bytes = if file == "-" {
        read_at_most(io::stdin().lock(), MOST)
    } else {
        File::open(file).and_then(|opened| read_at_most(opened, MOST))
    };
    let bytes = bytes.map_err(refused)?;
    if bytes.len() as u64 > MOST {
        return Err(Unreadable::TooLarge { file: file.to_owned(), kind, most: MOST });
    }
    String::from_utf8(bytes)
        .map_err(|error| Unreadable::NotText { file: file.to_owned(), offset: error.utf8_error().valid_up_to() })
}

/// At most one byte more than `most`.
fn read_at_most(from: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn settings(file: &str, installed: Versions) -> Result<SettingsFile, Unreadable> {
    let text = text(file, "gitlab.rb")?;
    SettingsFile::read(name(file), text, BTreeMap::new(), installed.gitlab_or_documented()).map_err(|error| {
        let (line, column) = error.line_and_column();
        Unreadable::Settings { file: file.to_owned(), kind: error.kind().replace('_', " "), line, column }
    })
}

fn json(file: &str, kind: &'static str) -> Result<JsonFile, Unreadable> {
    let text = text(file, kind)?;
    let read: serde_json::Value = serde_json::from_str(&text).map_err(|error| Unreadable::NotJson {
        file: file.to_owned(),
        line: error.line(),
        column: error.column(),
    })?;
    if !read.is_object() {
        return Err(Unreadable::NotAnObject { file: file.to_owned(), kind });
    }
    Ok(JsonFile { name: name(file), text, json: read })
}

fn environment(folder: &str) -> Result<EnvDirectory, Unreadable> {
    let refused = |source| Unreadable::Refused { file: folder.to_owned(), source };
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        let path = entry.path();
        let (shown, variable) = (path.display().to_string(), entry.file_name().to_string_lossy().into_owned());
        let refused = |source| Unreadable::Refused { file: shown.clone(), source };
        if !fs::metadata(&path).map_err(refused)?.is_file() {
            continue;
        }
        let bytes = File::open(&path).and_then(|opened| read_at_most(opened, MOST_OF_A_VARIABLE)).map_err(refused)?;
        if bytes.len() as u64 > MOST_OF_A_VARIABLE {
            let (kind, most) = ("env file", MOST_OF_A_VARIABLE);
            return Err(Unreadable::TooLarge { file: shown, kind, most });
        }
        // The server takes any bytes; those that are no text cannot be a name or a number either.
        files.insert(variable, String::from_utf8_lossy(&bytes).into_owned());
    }
    Ok(EnvDirectory { name: folder.to_owned(), files })
}

fn log(file: &str) -> Result<Log, Unreadable> {
    let mut lines = Lines::open(file)?;
    let mut reader = LogReader::new(name(file));
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
    let mut reader = DumpReader::new(name(file));
    let read = if file == "-" {
        read_piped(io::stdin().lock(), |piece| reader.piece(piece)).map_err(failed("read", Path::new("standard input")))
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
    let text = text(file, "list of migrations")?;
    migrations_of(&name(file), &text).ok_or_else(|| Unreadable::NoMigrations { file: file.to_owned() })
}
