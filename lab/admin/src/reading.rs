//! Reading what a command line names of an installation: settings file, env directory, `config.json`, secrets, node file.
//!
//! Every command that reads one of them reads it here, so that each means the same everywhere and no input is waited for
//! or read without end.
//!
//! Not here: what the files mean (`gitlab_mattermost_core::installation`).

mod environment;
mod error;
mod text;

use gitlab_mattermost_core::gitlab_rb::{Surroundings, source_text};
use gitlab_mattermost_core::installation::{EnvDirectory, Installation, JsonFile, SettingsFile, Versions};
use gitlab_mattermost_core::omnibus::Secrets;
use gitlab_mattermost_core::version::Version;

pub use environment::{env_directory, environment};
pub use error::Unreadable;
pub use text::{bytes, shown, text};

/// Larger settings, secrets, lists and scripts than this are refused, in bytes.
pub const MOST: u64 = 16 << 20;

/// What is named of an installation; `-` is standard input.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// GitLab's `gitlab.rb`.
    pub gitlab_rb: Option<String>,
    /// What is known of the machine that `gitlab.rb` is of.
    pub surroundings: Surroundings,
    /// An env directory.
    pub env_dir: Option<String>,
    /// Mattermost's `config.json`.
    pub config_json: Option<String>,
    /// `gitlab-secrets.json`.
    pub secrets: Option<String>,
    /// The package's cached node file.
    pub node_json: Option<String>,
    /// What is installed.
    pub versions: Versions,
}

/// The files of an installation, read.
#[derive(Debug, Default)]
pub struct Files {
    /// What is installed.
    pub versions: Versions,
    /// GitLab's `gitlab.rb`.
    pub gitlab_rb: Option<SettingsFile>,
    /// The env directory.
    pub environment: Option<EnvDirectory>,
    /// Mattermost's `config.json`.
    pub config_json: Option<JsonFile>,
    /// `gitlab-secrets.json`.
    pub secrets: Option<JsonFile>,
    /// The package's cached node file.
    pub node: Option<JsonFile>,
}

impl Files {
    /// The installation that they are of.
    pub fn installation(&self) -> Installation<'_> {
        Installation {
            versions: self.versions,
            gitlab_rb: self.gitlab_rb.as_ref(),
            environment: self.environment.as_ref(),
            config_json: self.config_json.as_ref().map(|file| &file.json),
            secrets: self.secrets.as_ref().map(|file| &file.json),
            node: self.node.as_ref().map(|file| &file.json),
        }
    }
}

/// Reads everything that is named.
///
/// # Errors
/// [`Unreadable`] for the first that cannot be read.
pub fn read(named: &Named) -> Result<Files, Unreadable> {
    let json_file = |file: &Option<String>, kind| file.as_ref().map(|file| json(file, kind)).transpose();
    let gitlab = named.versions.gitlab_or_documented();
    let settings = |file: &String| settings(file, &named.surroundings, gitlab);
    Ok(Files {
        versions: named.versions,
        gitlab_rb: named.gitlab_rb.as_ref().map(settings).transpose()?,
        environment: named.env_dir.as_ref().map(|folder| env_directory(folder)).transpose()?,
        config_json: json_file(&named.config_json, "config.json")?,
        secrets: json_file(&named.secrets, "gitlab-secrets.json")?,
        node: json_file(&named.node_json, "the cached node file")?,
    })
}

/// Reads a settings file as the package of `gitlab` does, on a machine of which `surroundings` is known.
///
/// # Errors
/// [`Unreadable`].
pub fn settings(file: &str, surroundings: &Surroundings, gitlab: Version) -> Result<SettingsFile, Unreadable> {
    let text = source_text(bytes(file, "gitlab.rb", MOST)?)
        .map_err(|source| Unreadable::InvalidByte { file: file.to_owned(), source })?;
    SettingsFile::read(shown(file), text.as_str(), surroundings.clone(), gitlab)
        .map_err(|error| Unreadable::settings(file, text.clone(), error))
}

/// Reads a secrets file that fits.
///
/// # Errors
/// [`Unreadable`].
pub fn secrets(file: &str) -> Result<JsonFile, Unreadable> {
    let text = text(file, "gitlab-secrets.json", MOST)?;
    let unfit = |source| Unreadable::Secrets { file: file.to_owned(), source };
    let json = Secrets::read(&text).map_err(unfit)?.to_json();
    Ok(JsonFile { name: shown(file), text, json })
}

/// Reads a file with a JSON object; `kind` is what it was given as.
///
/// # Errors
/// [`Unreadable`].
pub fn json(file: &str, kind: &'static str) -> Result<JsonFile, Unreadable> {
    let text = text(file, kind, MOST)?;
    let read: serde_json::Value = serde_json::from_str(&text).map_err(|error| Unreadable::NotJson {
        file: file.to_owned(),
        line: error.line(),
        column: error.column(),
    })?;
    if !read.is_object() {
        return Err(Unreadable::NotAnObject { file: file.to_owned(), kind });
    }
    Ok(JsonFile { name: shown(file), text, json: read })
}
