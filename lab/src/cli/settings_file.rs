//! Reading a settings file for a subcommand, and telling what is wrong with it.
//!
//! Not here: what the file means; that is `gitlab_mattermost_core::gitlab_rb` and `omnibus`.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::Path;

use gitlab_mattermost_core::gitlab_rb::{self, InvalidByte, ReadError, ReadOptions, Settings, ValueError, source_text};
use gitlab_mattermost_core::legacy::TranslateError;
use gitlab_mattermost_core::masking::shown_text;
use gitlab_mattermost_core::omnibus::DeriveError;
use gitlab_mattermost_core::version::Version;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use serde_json::json;

/// The settings file of a subcommand's command line.
#[derive(Debug, clap::Args)]
pub struct SettingsFile {
    /// The settings file (the package's is /etc/gitlab/gitlab.rb), or `-` for standard input
    #[arg(value_name = "FILE|-")]
    file: String,
    /// What `ENV['NAME']` is in the settings file; unknown unless given
    #[arg(long = "env-var", value_name = "NAME=VALUE", value_parser = name_and_value)]
    env: Vec<(String, String)>,
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

/// A settings file's text.
#[derive(Debug)]
pub struct Source {
    /// What messages call the file.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A file that cannot be read as text.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The system refuses.
    #[error("cannot read `{file}`")]
    Refused {
        /// The file.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// It is a settings file that Ruby does not read.
    #[error("cannot read the settings in `{file}`")]
    NotRuby {
        /// The file.
        file: String,
        /// The byte at which it ends.
        source: InvalidByte,
    },
    /// It is not text.
    #[error("`{file}` is not UTF-8 text: the fault is at byte {offset}")]
    NotText {
        /// The file.
        file: String,
        /// Offset of the first byte that fits no character.
        offset: usize,
    },
}

/// Reads a text file, or standard input for `-`.
///
/// # Errors
/// [`Unreadable`].
pub fn read_text(file: &str) -> Result<String, Unreadable> {
    String::from_utf8(read_bytes(file)?)
        .map_err(|error| Unreadable::NotText { file: file.to_owned(), offset: error.utf8_error().valid_up_to() })
}

/// Reads the text of a settings file, or standard input for `-`, as Ruby takes it.
///
/// # Errors
/// [`Unreadable`].
pub fn read_settings_text(file: &str) -> Result<String, Unreadable> {
    source_text(read_bytes(file)?).map_err(|source| Unreadable::NotRuby { file: file.to_owned(), source })
}

fn read_bytes(file: &str) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    let read = if file == "-" {
        io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        std::fs::read(Path::new(file)).map(|content| bytes = content)
    };
    read.map_err(|source| Unreadable::Refused { file: file.to_owned(), source })?;
    Ok(bytes)
}

impl SettingsFile {
    /// Reads the file's text.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn source(&self) -> Result<Source, Unreadable> {
        let text = read_settings_text(&self.file)?;
        let name = if self.file == "-" { "standard input" } else { &self.file };
        Ok(Source { name: name.to_owned(), text })
    }

    /// Reads the settings in that text, as a package of `gitlab_version` would.
    ///
    /// # Errors
    /// [`Fault::Reading`].
    pub fn settings(&self, source: &Source, gitlab_version: Version) -> Result<Settings, Fault> {
        let env: BTreeMap<String, String> = self.env.iter().cloned().collect();
        let options = ReadOptions { file_name: source.name.clone(), env, gitlab_version };
        gitlab_rb::read(&source.text, &options).map_err(|error| Fault::Reading(Box::new(error)))
    }
}

/// What makes the package abort on a settings file.
#[derive(Debug)]
pub enum Fault {
    /// While the file runs.
    Reading(Box<ReadError>),
    /// While values are derived from it.
    Deriving(Box<DeriveError>),
    /// While its old settings are translated.
    Translating(Box<TranslateError>),
}

impl Fault {
    /// Prints `{"error":{"kind":…,"stage":…,"detail":…}}` to stdout and the diagnostic to stderr.
    pub fn print(self, source: &Source) {
        let (kind, stage, detail) = match &self {
            Self::Reading(error) => (error.kind(), error.stage(), error.detail()),
            Self::Deriving(error) => (error.kind(), error.stage(), error.detail()),
            Self::Translating(error) => (error.kind(), error.stage(), error.detail()),
        };
        let detail = detail.map(shown_text);
        // Closed streams leave nobody to tell.
        let _ = writeln!(io::stdout(), "{}", json!({"error": {"kind": kind, "stage": stage, "detail": detail}}));
        match self {
            Self::Reading(error) => print_diagnostic(&*error),
            Self::Deriving(error) => print_diagnostic(&error.locate(&source.name, &source.text)),
            Self::Translating(error) => print_diagnostic(&error.locate(&source.name, &source.text)),
        }
    }
}

/// Prints a diagnostic with its place in the file to stderr.
pub(super) fn print_diagnostic(diagnostic: &dyn Diagnostic) {
    let mut text = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode()).with_width(120);
    if handler.render_report(&mut text, diagnostic).is_err() {
        text = format!("{diagnostic}\n");
    }
    let _ = write!(anstream::stderr(), "{text}");
}
