//! `mattermost-lab provider`: describes a provider in GitLab's place, and says what is asked of one.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Subcommand;
use serde::Serialize;
use url::Url;

use super::complain;
use super::format::Format;
use super::output::{as_json, remark, told, written};
use crate::waiting::Waiting;
use gitlab_mattermost_core::provider_requirement::{self, Requirement};
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_stage::provider::{ABILITIES, Ability, Known, PROFILES, Profile, Provider, ProviderError, look};

/// Version of the JSON form of `needs`, which `lab/schemas/provider-needs.schema.json` describes.
const FORMAT_VERSION: u32 = 1;

/// Describe a provider in GitLab's place, such as Keycloak
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(Init),
    Needs(Needs),
    Profiles(Profiles),
}

/// Probe a provider and print a file that describes it
///
/// What it finds goes to stderr. It asks for no secrets: the file names the environment variables that hold them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab provider init http://127.0.0.1:8080/realms/company --client-id mattermost > provider.toml
  PROVIDER_CLIENT_SECRET=… PROVIDER_USER_PASSWORD=… mattermost-lab run --gitlab provider.toml --profile mattermost-provider")]
struct Init {
    /// Where the provider is; of Keycloak the URL of the realm
    #[arg(value_name = "URL")]
    base: Url,
    /// What it is, if that is known
    #[arg(long, value_name = "PROFILE")]
    profile: Option<String>,
    /// Mattermost's client id; with it the sign-in page can be probed
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// A redirect URI that is registered for this client; may be given again
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// The user to sign in as
    #[arg(long, value_name = "LOGIN")]
    login: Option<String>,
    /// The authority that signed its certificate, as PEM
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

/// List the requirements on a provider and the abilities that scenarios need; with a file, also which of them it has
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab provider needs
  mattermost-lab provider needs provider.toml")]
struct Needs {
    /// A file that describes a provider
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// What to print: text for people, or one JSON document
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// List the built-in profiles, or print one
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab provider profiles
  mattermost-lab provider profiles keycloak")]
struct Profiles {
    /// Which one
    #[arg(value_name = "PROFILE")]
    name: Option<String>,
}

/// Runs the command.
pub fn run(arguments: Arguments) -> Exit {
    let done = match arguments.command {
        Command::Init(init) => init.run(),
        Command::Needs(needs) => needs.run(),
        Command::Profiles(profiles) => profiles.run(),
    };
    done.unwrap_or_else(|error| {
        complain(&error);
        match error {
            ProviderError::NoAnswer { .. } | ProviderError::NoDiscovery { .. } => Exit::NotStarted,
            _ => Exit::Usage,
        }
    })
}

impl Init {
    fn run(&self) -> Result<Exit, ProviderError> {
        let known = Known {
            profile: self.profile.as_deref(),
            client_id: self.client_id.as_deref(),
            redirect_uris: &self.redirect_uri,
            login: self.login.as_deref(),
            ca: self.ca.as_deref(),
        };
        let no_runtime =
            |error: std::io::Error| ProviderError::NoAnswer { url: self.base.to_string(), reason: error.to_string() };
        let runtime = tokio::runtime::Runtime::new().map_err(no_runtime)?;
        let waiting = Waiting::on("looking at the provider");
        let looked = runtime.block_on(look(&self.base, &known));
        drop(waiting);
        let looked = looked?;
        for line in &looked.seen {
            remark(line);
        }
        Ok(told(&looked.file))
    }
}

#[derive(Debug, Serialize)]
struct Document<'a> {
    format_version: u32,
    abilities: Vec<Entry<'a>>,
    requirements: &'a [Requirement],
}

#[derive(Debug, Serialize)]
struct Entry<'a> {
    name: &'a str,
    sentence: &'a str,
    /// Why the provider of the file has not got it; nothing if it has, or without a file.
    missing: Option<String>,
}

impl Needs {
    fn run(&self) -> Result<Exit, ProviderError> {
        let provider = self.file.as_deref().map(Provider::read).transpose()?;
        let entry = |ability: &'static Ability| Entry {
            name: ability.name,
            sentence: ability.sentence,
            missing: provider.as_ref().and_then(|provider| provider.lacks(ability)),
        };
        let abilities: Vec<Entry<'_>> = ABILITIES.iter().map(entry).collect();
        let requirements = provider_requirement::all();
        if matches!(self.format, Format::Json) {
            return Ok(as_json(&Document { format_version: FORMAT_VERSION, abilities, requirements }));
        }
        let mut text =
            "Abilities of a provider that scenarios need (`lacks` in its description removes one):\n".to_owned();
        for Entry { name, sentence, missing } in &abilities {
            let sign = match (&provider, missing) {
                (None, _) => "",
                (Some(_), None) => "✓ ",
                (Some(_), Some(_)) => "– ",
            };
            let missing = missing.as_ref().map(|missing| format!("\n    {missing}")).unwrap_or_default();
            // A string takes every write.
            let _ = writeln!(text, "  {sign}{name}: {sentence}{missing}");
        }
        text += "\nThe scenarios about GitLab itself need more: the administrator's API (`needs-gitlab-admin`), the page of\n\
                 applications (`needs-gitlab-pages`), a blocked account `dave` (`needs-gitlab-blocked-user`) and projects\n\
                 (`needs-gitlab-projects`).\n\nWhat is asked:\n";
        for Requirement { short, level, source, .. } in requirements {
            let _ = writeln!(text, "  {:6} {short} ({})", level.to_uppercase(), source.join("; "));
        }
        Ok(told(&text))
    }
}

impl Profiles {
    fn run(&self) -> Result<Exit, ProviderError> {
        if let Some(name) = &self.name {
            return Ok(written(Profile::named(name)?.lines));
        }
        let line = |profile: &Profile| format!("{:11}  {}\n", profile.name, profile.sentence);
        Ok(told(&PROFILES.iter().map(line).collect::<String>()))
    }
}
