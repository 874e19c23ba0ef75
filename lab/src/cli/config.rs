//! The choices of a run: from flags, the environment, a file, or the defaults, in this order.
//!
//! # Shape
//! `lab.toml` has a key for each flag of a choice, without its dashes: `gitlab = "mock"`, `seed = 7`. Paths in it are as
//! on the command line. Its schema is `lab/schemas/lab-config.schema.json`.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Args as _, Command};
use gitlab_mattermost_core::masking::shown_text;
use serde::Serialize;
use toml::{Table, Value};

use super::misuse::without_secret;
use gitlab_mattermost_ground::named_input;
use gitlab_mattermost_stage::subject::{Choices, NamedSecret};
use gitlab_mattermost_stage::toml_fault::toml_fault;

/// The file that is read if none is named.
const DEFAULT_FILE: &str = "lab.toml";
/// The flag that names the file, which cannot stand in it.
const CONFIG: &str = "config";

/// Why a file with choices is of no use.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("cannot read the choices in `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is not TOML.
    #[error("`{}` is not TOML: {message}", path.display())]
    NotToml {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        message: String,
    },
    /// A key that is no choice.
    #[error("`{}` has the key `{key}`, which is no choice; the nearest is `{nearest}`", path.display())]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// The choice whose name looks most like it.
        nearest: String,
    },
    /// A value that its choice does not take.
    #[error("`{}`: {message}", path.display())]
    BadValue {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
}

/// A file with choices, read and checked.
#[derive(Debug, Default)]
pub struct ConfigFile {
    path: PathBuf,
    values: Vec<(String, String)>,
}

/// Where a choice comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A flag.
    Flag,
    /// A variable of the environment.
    Environment,
    /// The file.
    File,
    /// No file and no variable sets it.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Flag => "flag",
            Self::Environment => "environment",
            Self::File => "file",
            Self::Default => "default",
        })
    }
}

/// One choice as it was made.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// Its name: the flag without its dashes.
    pub name: String,
    /// What was chosen, `None` if nothing was and there is no default.
    pub value: Option<String>,
    /// Where that comes from.
    pub from: Origin,
}

impl ConfigFile {
    /// Reads the file that a subcommand's arguments name, or the default one if it exists.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn of(arguments: &ArgMatches) -> Result<Option<Self>, ConfigError> {
        match arguments.get_one::<PathBuf>(CONFIG) {
            Some(path) => Self::read(path).map(Some),
            None if Path::new(DEFAULT_FILE).is_file() => Self::read(Path::new(DEFAULT_FILE)).map(Some),
            None => Ok(None),
        }
    }

    fn read(path: &Path) -> Result<Self, ConfigError> {
        let path = path.to_owned();
        let text = named_input::text(&path).map_err(|source| ConfigError::Unreadable { path: path.clone(), source })?;
        let table: Table = text.parse().map_err(|error: toml::de::Error| ConfigError::NotToml {
            path: path.clone(),
            message: toml_fault(&text, &error),
        })?;
        let names: Vec<String> = names().into_iter().filter(|name| name != CONFIG).collect();
        let mut values = Vec::new();
        for (key, value) in table {
            if !names.contains(&key) {
                let nearest = names.iter().max_by(|a, b| likeness(a, &key).total_cmp(&likeness(b, &key)));
                let nearest = nearest.cloned().unwrap_or_default();
                return Err(ConfigError::UnknownKey { path, key, nearest });
            }
            let value = match value {
                Value::String(text) => text,
                Value::Integer(number) => number.to_string(),
                Value::Float(number) => number.to_string(),
                other => {
                    let message = format!("`{key}` is a text or a number, found {}", other.type_str());
                    return Err(ConfigError::BadValue { path, message });
                }
            };
            check(&key, &value).map_err(|message| ConfigError::BadValue { path: path.clone(), message })?;
            values.push((key, value));
        }
        Ok(Self { path, values })
    }

    /// The subcommand with the file's values in the place of the defaults.
    pub fn apply(&self, command: Command) -> Command {
        let path = self.path.display().to_string();
        let values = self.values.iter().cloned().chain([(CONFIG.to_owned(), path)]);
        values.fold(command, |command, (name, value)| {
            // Defaults live as long as the program, of which there is one.
            let value: &'static str = value.leak();
            command.mut_arg(id(&name), |argument| argument.default_value(value))
        })
    }

    fn has(&self, name: &str) -> bool {
        self.values.iter().any(|(key, _)| key == name)
    }
}

/// Every choice in the order of the flags, and where it comes from.
pub fn choices(arguments: &ArgMatches, file: Option<&ConfigFile>) -> Vec<Choice> {
    let choice = |name: String| {
        let raw = arguments.get_raw(&id(&name)).map(|values| values.map(OsStr::to_string_lossy).collect::<Vec<_>>());
        let from = match arguments.value_source(&id(&name)) {
            Some(ValueSource::CommandLine) => Origin::Flag,
            Some(ValueSource::EnvVariable) => Origin::Environment,
            _ if file.is_some_and(|file| file.has(&name)) => Origin::File,
            _ => Origin::Default,
        };
        let shown =
            |value: &std::borrow::Cow<'_, str>| if is_secret(&name) { masked(value) } else { shown_text(value) };
        let value = raw.map(|values| values.iter().map(shown).collect::<Vec<_>>().join(", "));
        Choice { value, from, name }
    };
    names().into_iter().map(choice).collect()
}

/// Whether the value of a choice has a secret in it.
fn is_secret(name: &str) -> bool {
    matches!(name, "gitlab-client" | "gitlab-user")
}

/// A `NAME:SECRET` without its secret.
fn masked(value: &str) -> String {
    value.parse::<NamedSecret>().map_or_else(|_| "(hidden)".to_owned(), |pair| pair.to_string())
}

/// The names of the choices: the flags that people can see.
fn names() -> Vec<String> {
    let command = Choices::augment_args(Command::new("choices"));
    let shown = command.get_arguments().filter(|argument| !argument.is_hide_set());
    shown.filter_map(|argument| argument.get_long().map(str::to_owned)).collect()
}

/// What clap calls the argument of a flag.
fn id(name: &str) -> String {
    name.replace('-', "_")
}

fn likeness(a: &str, b: &str) -> f64 {
    strsim::jaro_winkler(a, b)
}

/// Whether the choice takes the value; what is wrong with it if not.
fn check(name: &str, value: &str) -> Result<(), String> {
    let command = Choices::augment_args(Command::new("choices"));
    match command.try_get_matches_from(["choices".to_owned(), format!("--{name}={value}")]) {
        Ok(_) => Ok(()),
        Err(error) => {
            let text = without_secret(error).to_string();
            Err(text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned())
        }
    }
}
