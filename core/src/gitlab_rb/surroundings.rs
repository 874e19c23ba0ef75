//! What a settings file may ask of the machine that runs it, and the answers that are known.
//!
//! Not here: which Ruby asks for them (`evaluate::machine`), and how they are given (the command line).

use std::collections::{BTreeMap, BTreeSet};

/// What helps where something is not known: the options with which it is told.
pub const HOW_TO_TELL: &str = "write the value literally, or tell what the file asks for: `--env-var NAME=VALUE` or \
                               `--unset-env-var NAME`, `--existing-file PATH` or `--missing-file PATH`, `--file PATH=LOCAL`, \
                               `--command 'COMMAND'=OUTPUT`";

/// Answers of the machine. What is not in it is not known, and neither is what the file makes of it.
///
/// # Shape
/// Paths and commands are as the settings file writes them, commands without blanks around them. The output of a command
/// is all that it prints.
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::{ReadOptions, Surroundings, read};
///
/// let surroundings = Surroundings {
///     variables: [("CHAT".to_owned(), None)].into(),
///     commands: [("hostname".to_owned(), "gitlab.example.com\n".to_owned())].into(),
///     ..Surroundings::default()
/// };
/// let text = "mattermost_external_url ENV['CHAT'] || \"http://#{`hostname`.strip}\"";
/// let settings = read(text, &ReadOptions { surroundings, ..ReadOptions::default() })?;
/// let url = settings.call("mattermost_external_url").map(|it| it.value.to_ruby_text());
/// assert_eq!(url, Some(Ok("http://gitlab.example.com".to_owned())));
/// # Ok::<(), gitlab_mattermost_core::gitlab_rb::ReadError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Variables of the environment; `None` for one that is not set.
    pub variables: BTreeMap<String, Option<String>>,
    /// Whether `variables` are the whole environment, so that any other is not set.
    pub all_variables: bool,
    /// Files that are there.
    pub existing_files: BTreeSet<String>,
    /// Files that are not there.
    pub missing_files: BTreeSet<String>,
    /// The texts of files, by their paths on the machine; these are there too.
    pub files: BTreeMap<String, String>,
    /// What commands print.
    pub commands: BTreeMap<String, String>,
}

/// What is known of a thing that a settings file asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known<T> {
    /// It is this.
    Is(T),
    /// It is not there.
    Absent,
    /// It was not told.
    Unknown,
}

impl Surroundings {
    pub(super) fn variable(&self, name: &str) -> Known<&str> {
        match self.variables.get(name) {
            Some(Some(value)) => Known::Is(value),
            Some(None) => Known::Absent,
            None if self.all_variables => Known::Absent,
            None => Known::Unknown,
        }
    }

    pub(super) fn file(&self, path: &str) -> Known<&str> {
        match self.files.get(path) {
            Some(text) => Known::Is(text),
            None if self.missing_files.contains(path) => Known::Absent,
            None => Known::Unknown,
        }
    }

    /// Whether a file is there; `None` if that was not told.
    pub(super) fn exists(&self, path: &str) -> Option<bool> {
        if self.existing_files.contains(path) || self.files.contains_key(path) {
            return Some(true);
        }
        self.missing_files.contains(path).then_some(false)
    }

    pub(super) fn output(&self, command: &str) -> Option<&str> {
        self.commands.get(command.trim()).map(String::as_str)
    }
}

impl std::fmt::Debug for Surroundings {
    /// Prints names alone: values and texts may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings")
            .field("variables", &self.variables.keys())
            .field("existing_files", &self.existing_files)
            .field("missing_files", &self.missing_files)
            .field("files", &self.files.keys())
            .field("commands", &self.commands.keys())
            .finish_non_exhaustive()
    }
}
