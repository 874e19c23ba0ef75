//! `mattermost-lab env`: what the package makes of a settings file for Mattermost.
//!
//! Not here: how it comes to that (`gitlab_mattermost_core::omnibus`).

mod dotenv;
mod explanation;

use std::path::PathBuf;
use std::str::FromStr;

use gitlab_mattermost_core::installation::{Installation, SettingsFile, Versions, explain};
use gitlab_mattermost_core::masking::shown_text;
use gitlab_mattermost_core::omnibus::{self, Deployment, DeriveError};
use gitlab_mattermost_core::releases::check_released;
use gitlab_mattermost_core::version::{DOCUMENTED_MINOR, Version};
use mattermost_admin::{env_directory, reading};
use serde_json::{Map, Value as Json};

use super::complain;
use super::output::{as_json, remark, told, written};
use super::settings_file::{NoSettings, SettingsFileArguments};
use super::surroundings::Surroundings;
use crate::settings_fault::SettingsFault;
use gitlab_mattermost_ground::exit::Exit;

/// What the package makes of a settings file for Mattermost: the env directory, and with it everything else
///
/// Nothing is executed: what only Ruby could tell is an error if Mattermost depends on it, and a warning if not.
/// Automatic registration as an OAuth application is not part of it, as GitLab's database decides that.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab env /etc/gitlab/gitlab.rb
  mattermost-lab env gitlab.rb --gitlab-version 13.12 --explain
  mattermost-lab env gitlab.rb --format dir:env")]
pub struct Arguments {
    #[command(flatten)]
    file: SettingsFileArguments,
    /// The GitLab version of the package, 11.0 to 18.11
    #[arg(long, value_name = "VERSION", default_value = DOCUMENTED_MINOR, value_parser = supported_version)]
    gitlab_version: Version,
    /// The package's secrets file (/etc/gitlab/gitlab-secrets.json)
    #[arg(long, value_name = "FILE")]
    secrets: Option<String>,
    /// What stands for each secret that the package would generate: 32 hexadecimal digits. A real package takes random
    /// ones; this one is fixed, so that the same settings give the same result
    #[arg(long, value_name = "HEX", default_value = "00112233445566778899aabbccddeeff", value_parser = hexadecimal)]
    generated_secret: String,
    /// What to print: `json` (an object of the env files), `dotenv` (what Mattermost's process gets), `dir:DIR` (write
    /// an env directory for `chpst -e`), `deployment` (everything, as JSON) [default: json]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Tell where each value comes from and whether Mattermost reads it, as a table or with `--format json`
    #[arg(long)]
    explain: bool,
    /// Show secrets in `--explain` and `--format deployment` instead of masking them
    #[arg(long)]
    show_secrets: bool,
    #[command(flatten)]
    surroundings: Surroundings,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Format {
    Json,
    Dotenv,
    Deployment,
    Directory(PathBuf),
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "json" => Ok(Self::Json),
            "dotenv" => Ok(Self::Dotenv),
            "deployment" => Ok(Self::Deployment),
            other => match other.strip_prefix("dir:") {
                Some(path) if !path.is_empty() => Ok(Self::Directory(path.into())),
                _ => Err("write `json`, `dotenv`, `dir:DIR` or `deployment`".to_owned()),
            },
        }
    }
}

/// A version of GitLab of which there is a release, as far as this program knows.
pub(super) fn released_version(text: &str) -> Result<Version, String> {
    let version: Version =
        text.parse().map_err(|error: gitlab_mattermost_core::version::InvalidVersion| error.to_string())?;
    check_released(version).map_err(|error| error.to_string())?;
    Ok(version)
}

/// A GitLab version whose package configures a bundled Mattermost by environment.
pub(super) fn supported_version(text: &str) -> Result<Version, String> {
    let version = released_version(text)?;
    if omnibus::supports(version) {
        return Ok(version);
    }
    Err(format!("GitLab {version} does not configure a bundled Mattermost by environment; 11.0 to 18.11 do"))
}

fn hexadecimal(text: &str) -> Result<String, String> {
    let good = text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if good { Ok(text.to_owned()) } else { Err("write 32 hexadecimal digits in lower case".to_owned()) }
}

/// Runs the subcommand.
pub fn run(arguments: &Arguments) -> Exit {
    let (file, deployment) = match arguments.derive() {
        Ok(derived) => derived,
        Err(error) => return error.tell(),
    };
    for warning in &deployment.warnings {
        let place = warning.span.map(|span| span.line_and_column(&file.text));
        let place = place.map_or(String::new(), |(line, column)| format!("{}:{line}:{column}: ", file.name));
        remark(&format!("warning: {place}{}", shown_text(&warning.message)));
    }
    arguments.print(&deployment, &file)
}

impl Arguments {
    fn derive(&self) -> Result<(SettingsFile, Deployment), NoSettings> {
        let file = self.file.read(&self.surroundings, self.gitlab_version)?;
        let secrets = self.secrets.as_ref().map(|file| reading::secrets(file)).transpose()?;
        let installation = Installation {
            versions: Versions { gitlab: Some(self.gitlab_version), mattermost: None },
            gitlab_rb: Some(&file),
            secrets: secrets.as_ref().map(|secrets| &secrets.json),
            ..Installation::default()
        };
        let unsupported = || Err(DeriveError::UnsupportedVersion { version: self.gitlab_version });
        match installation.deployment_with(&self.generated_secret).unwrap_or_else(unsupported) {
            Ok(deployment) => Ok((file, deployment)),
            Err(error) => Err(NoSettings::fault(SettingsFault::Deriving(Box::new(error)), file)),
        }
    }

    fn print(&self, deployment: &Deployment, file: &SettingsFile) -> Exit {
        if self.explain {
            return match &self.format {
                None => told(&explanation::table(deployment, file, self.show_secrets)),
                Some(Format::Json) => as_json(&explain(deployment, &file.text, self.show_secrets)),
                Some(_) => {
                    remark("error: `--explain` is a table, or JSON with `--format json`");
                    Exit::Usage
                }
            };
        }
        match &self.format {
            None | Some(Format::Json) => as_json(&values(deployment)),
            Some(Format::Dotenv) => written(&dotenv::print(deployment)),
            Some(Format::Deployment) if self.show_secrets => as_json(deployment),
            Some(Format::Deployment) => as_json(&deployment.masked()),
            Some(Format::Directory(path)) => match env_directory::write(deployment, path) {
                Ok(()) => Exit::AsExpected,
                Err(error) => {
                    complain(&error);
                    error.exit()
                }
            },
        }
    }
}

/// The env as an object of texts; `null` where Mattermost is not enabled.
fn values(deployment: &Deployment) -> Json {
    if !deployment.enabled {
        return Json::Null;
    }
    let entries = deployment.env.iter().map(|(name, entry)| (name.clone(), Json::from(entry.value.as_str())));
    Json::Object(entries.collect::<Map<_, _>>())
}
