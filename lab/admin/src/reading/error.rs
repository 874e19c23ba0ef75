//! Inputs that cannot be read. No message has any of an input's text in it, which may be secret.

use std::io;

use gitlab_mattermost_core::gitlab_rb::{InvalidByte, ReadError};
use gitlab_mattermost_core::omnibus::SecretsError;

/// Why an input cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The system refuses.
    #[error("cannot read `{file}`")]
    Refused {
        /// The file or folder.
        file: String,
        /// The operating system's reason.
        source: io::Error,
    },
    /// It is not text.
    #[error("`{file}` is not UTF-8 text: the fault is at byte {offset}")]
    NotText {
        /// The file.
        file: String,
        /// Offset of the first byte that fits no character.
        offset: usize,
    },
    /// It is a settings file with a byte over which Ruby stops.
    #[error("cannot read the settings in `{file}`")]
    InvalidByte {
        /// The file.
        file: String,
        /// The byte.
        source: InvalidByte,
    },
    /// It is larger than anything of its kind.
    #[error("`{file}` has more than {most} bytes, which no {kind} has; give the right file")]
    TooLarge {
        /// The file.
        file: String,
        /// What it was given as.
        kind: &'static str,
        /// The most that are read.
        most: u64,
    },
    /// It is no JSON.
    #[error("`{file}` is not JSON: the fault is in line {line}, column {column}")]
    NotJson {
        /// The file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// It is JSON, but no object.
    #[error("`{file}` is not a JSON object, as {kind} is")]
    NotAnObject {
        /// The file.
        file: String,
        /// What it was given as.
        kind: &'static str,
    },
    /// Ruby or the package would stop over it.
    #[error(
        "cannot read the settings in `{file}`: {kind} in line {line}, column {column}; `mattermost-lab env {file}` shows the place"
    )]
    Settings {
        /// The file.
        file: String,
        /// The kind of the fault, in words.
        kind: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// The fault with its place in the text, to be shown.
        fault: Box<ReadError>,
        /// The text.
        text: String,
    },
    /// It is no secrets file.
    #[error("the secrets file `{file}` does not fit")]
    Secrets {
        /// The file.
        file: String,
        /// Why not.
        source: SecretsError,
    },
    /// A line of an environment is none.
    #[error("line {number} of `{file}` is no `NAME=VALUE`; write values of several lines with `env -0`")]
    NoVariable {
        /// The file.
        file: String,
        /// The line or entry, from 1.
        number: usize,
    },
    /// It is packed in a way that only another program unpacks.
    #[error(
        "`{file}` is {what}, which is not unpacked here; give what `{command} {file}` prints, as a file or through `-`"
    )]
    Packed {
        /// The file.
        file: String,
        /// What it is.
        what: &'static str,
        /// The command that unpacks it to standard output.
        command: &'static str,
    },
    /// It is a dump that cannot be turned into SQL.
    #[error("cannot read `{file}`")]
    Dump {
        /// The file.
        file: String,
        /// What it is, and why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It holds no list of migrations.
    #[error(
        "`{file}` has no line with a number and a name; make the list with `SELECT version, name FROM db_migrations`"
    )]
    NoMigrations {
        /// The file.
        file: String,
    },
    /// It holds more than any backup.
    #[error("`{folder}` holds more than {most} files; give the folder of one backup")]
    TooManyFiles {
        /// The folder.
        folder: String,
        /// The most that are looked at.
        most: usize,
    },
}

impl Unreadable {
    /// What Ruby or the package would stop over.
    pub(super) fn settings(file: &str, text: String, fault: ReadError) -> Self {
        let (line, column) = fault.line_and_column();
        let kind = fault.kind().replace('_', " ");
        Self::Settings { file: file.to_owned(), kind, line, column, fault: Box::new(fault), text }
    }
}
