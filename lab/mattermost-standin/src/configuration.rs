//! The server's settings: `config.json` read and written, variables on top, and what the sign-in needs of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use gitlab_mattermost_core::mattermost::{Fault, GitLabSettings, Release, Settings, random_string, saved_settings};
use gitlab_mattermost_core::mattermost_config::{Effective, StartRefused, effective};
use gitlab_mattermost_core::secret::Secret;
use gitlab_mattermost_core::version::Version;
use serde_json::Value;

use super::machine::SystemRandom;

/// Settings that do not let the server start.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// `config.json` is there but cannot be read.
    #[error("cannot read `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// `config.json` is no JSON.
    #[error("cannot parse `{path}`")]
    Parse {
        /// The file.
        path: PathBuf,
        /// Where, with line and column.
        source: serde_json::Error,
    },
    /// A real server would not start on these settings either.
    #[error("the settings are refused")]
    Refused(#[from] StartRefused),
    /// `config.json` cannot be written.
    #[error("cannot write `{path}`")]
    Write {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
}

/// Reads the settings and leaves in `config.json` what a start leaves there.
///
/// Where there is no file, one with the defaults is created for its owner alone, as the package does with the file of
/// the release before it starts the server. Without a path nothing is written.
pub(super) fn load(
    version: Version,
    environment: &BTreeMap<String, String>,
    path: Option<&Path>,
) -> Result<Effective, ConfigurationError> {
    let file = path.map(read).transpose()?.flatten();
    let settings = effective(version, environment, file.as_ref())?;
    if let Some((path, mut written)) = path.zip(settings.config_written_by_start()) {
        for setting in settings.to_generate() {
            let place = setting.json_path(version).fold(&mut written, |place, key| &mut place[key]);
            *place = random_string(&mut SystemRandom, 32).into();
        }
        if file.as_ref() != Some(&written) {
            write(path, &written).map_err(|source| ConfigurationError::Write { path: path.to_owned(), source })?;
        }
    }
    Ok(settings)
}

/// The settings of `patch` merged into `config.json`, and what is in force then. Those that a variable has locked, and the
/// masks that stand for secrets, change nothing.
///
/// # Errors
/// As [`load`]; the file is written last.
pub(super) fn change(
    version: Version,
    environment: &BTreeMap<String, String>,
    path: Option<&Path>,
    in_force: &Effective,
    patch: &Value,
) -> Result<Effective, ConfigurationError> {
    let file = match path.map(read).transpose()?.flatten() {
        Some(file) => file,
        None => in_force.config_written_by_start().unwrap_or_else(|| Value::Object(serde_json::Map::new())),
    };
    let file = saved_settings(in_force, file, patch);
    let changed = effective(version, environment, Some(&file))?;
    if let Some(path) = path {
        write(path, &file).map_err(|source| ConfigurationError::Write { path: path.to_owned(), source })?;
    }
    Ok(changed)
}

fn read(path: &Path) -> Result<Option<Value>, ConfigurationError> {
    match std::fs::read_to_string(path) {
        Ok(text) if text.trim().is_empty() => Ok(Some(Value::Object(serde_json::Map::new()))),
        Ok(text) => serde_json::from_str(&text)
            .map(Some)
            .map_err(|source| ConfigurationError::Parse { path: path.to_owned(), source }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ConfigurationError::Read { path: path.to_owned(), source }),
    }
}

fn write(path: &Path, config: &Value) -> std::io::Result<()> {
    let mut file = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(path)?;
    let text = serde_json::to_string_pretty(config)?;
    file.write_all(text.as_bytes())
}

/// What the sign-in reads of the settings, and what it does wrong on purpose.
pub(super) fn sign_in_settings(version: Version, settings: &Effective, faults: BTreeSet<Fault>) -> Settings {
    let days = |path| u64::try_from(settings.number(path)).unwrap_or_default();
    let text = |path| settings.text(path).to_owned();
    Settings {
        release: Release { version },
        site_url: settings.text("ServiceSettings.SiteURL").trim_end_matches('/').to_owned(),
        gitlab: GitLabSettings {
            enable: settings.flag("GitLabSettings.Enable"),
            id: text("GitLabSettings.Id"),
            secret: Secret::new(settings.text("GitLabSettings.Secret")),
            scope: text("GitLabSettings.Scope"),
            auth_endpoint: text("GitLabSettings.AuthEndpoint"),
            token_endpoint: text("GitLabSettings.TokenEndpoint"),
            user_api_endpoint: text("GitLabSettings.UserApiEndpoint"),
        },
        enable_user_creation: settings.flag("TeamSettings.EnableUserCreation"),
        restrict_creation_to_domains: text("TeamSettings.RestrictCreationToDomains"),
        site_name: text("TeamSettings.SiteName"),
        default_client_locale: text("LocalizationSettings.DefaultClientLocale"),
        session_web_days: days("ServiceSettings.SessionLengthWebInDays"),
        session_mobile_days: days("ServiceSettings.SessionLengthMobileInDays"),
        allow_cookies_for_subdomains: settings.flag("ServiceSettings.AllowCookiesForSubdomains"),
        app_custom_url_schemes: settings
            .list("NativeAppSettings.AppCustomURLSchemes")
            .iter()
            .map(|s| (*s).into())
            .collect(),
        error_page_key: Secret::new(random_string(&mut SystemRandom, 32)),
        faults,
    }
}
