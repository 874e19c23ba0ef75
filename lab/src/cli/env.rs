//! `mattermost-lab env`: what the package makes of a settings file for Mattermost.
//!
//! Not here: how it comes to that (`gitlab_mattermost_core::omnibus`).

mod dotenv;
mod explanation;

use std::io::Write;
use std::path::PathBuf;
use std::str::FromStr;

use gitlab_mattermost_core::masking::shown_text;
use gitlab_mattermost_core::omnibus::{self, Context, Deployment, Secrets};
use gitlab_mattermost_core::version::Version;
use mattermost_admin::env_directory;
use serde_json::{Map, Value as Json};

use super::complain;
use super::output::{as_json, written};
use super::settings_file::{self, Fault, SettingsFile, Source};
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
    file: SettingsFile,
    /// The GitLab version of the package, 11.0 to 18.11
    #[arg(long, value_name = "VERSION", default_value = "14.7", value_parser = supported_version)]
    gitlab_version: Version,
    /// The package's secrets file (/etc/gitlab/gitlab-secrets.json)
    #[arg(long, value_name = "FILE")]
    secrets: Option<String>,
    /// What stands for each secret that the package would generate: 32 hexadecimal digits. A real package takes random
    /// ones; this one is fixed, so that the same settings give the same result
    #[arg(long, value_name = "HEX", default_value = "00112233445566778899aabbccddeeff", value_parser = hexadecimal)]
    generated_secret: String,
    /// A certificate file that exists on the server; one not listed counts as missing
    #[arg(long = "existing-file", value_name = "PATH")]
    existing_files: Vec<String>,
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
    omnibus::check_released(version).map_err(|error| error.to_string())?;
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
    let (source, secrets) = match (arguments.file.source(), arguments.secrets()) {
        (Ok(source), Ok(secrets)) => (source, secrets),
        (Err(error), _) => return unreadable(&error),
        (_, Err(error)) => return unreadable(&*error),
    };
    let deployment = match arguments.derive(&source, secrets) {
        Ok(deployment) => deployment,
        Err(fault) => {
            fault.print(&source);
            return Exit::Deviations;
        }
    };
    for warning in &deployment.warnings {
        let place = warning.span.map(|span| span.line_and_column(&source.text));
        let place = place.map_or(String::new(), |(line, column)| format!("{}:{line}:{column}: ", source.name));
        // A closed stderr leaves nobody to tell.
        let _ = writeln!(anstream::stderr(), "warning: {place}{}", shown_text(&warning.message));
    }
    arguments.print(&deployment, &source)
}

fn unreadable(error: &(dyn std::error::Error + 'static)) -> Exit {
    complain(error);
    Exit::Usage
}

/// A secrets file that is of no use.
#[derive(Debug, thiserror::Error)]
#[error("the secrets file `{file}` does not fit")]
struct UnfitSecrets {
    file: String,
    source: omnibus::SecretsError,
}

impl Arguments {
    fn secrets(&self) -> Result<Option<Secrets>, Box<dyn std::error::Error>> {
        let Some(file) = &self.secrets else { return Ok(None) };
        let text = settings_file::read_text(file)?;
        let secrets = Secrets::read(&text).map_err(|source| UnfitSecrets { file: file.clone(), source })?;
        Ok(Some(secrets))
    }

    fn derive(&self, source: &Source, secrets: Option<Secrets>) -> Result<Deployment, Fault> {
        let settings = self.file.settings(source, self.gitlab_version)?;
        let context = Context {
            gitlab_version: self.gitlab_version,
            secrets,
            generated_secret: self.generated_secret.clone(),
            existing_files: self.existing_files.clone(),
        };
        omnibus::derive(&settings, &context).map_err(|error| Fault::Deriving(Box::new(error)))
    }

    fn print(&self, deployment: &Deployment, source: &Source) -> Exit {
        if self.explain {
            return match &self.format {
                None => written(&explanation::table(deployment, source, self.show_secrets)),
                Some(Format::Json) => as_json(&explanation::explain(deployment, source, self.show_secrets)),
                Some(_) => {
                    let _ = writeln!(anstream::stderr(), "error: `--explain` is a table, or JSON with `--format json`");
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
