//! `mattermost-lab trace`: a sign-in between running servers, followed and judged.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use gitlab_mattermost_core::secret::Secret;
use url::Url;

use super::complain;
use super::doctor::pretty::painted;
use super::output::{as_json, aside, told_in_colours, told_whole};
use crate::terminal::stdout_width;
use crate::waiting::Waiting;
use gitlab_mattermost_browser::sequence::sequence;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_ground::named_input;
use gitlab_mattermost_ground::visible::one_line;
use mattermost_admin::trace::{Account, Asked, Trace, trace};

/// Follow a sign-in, draw it, and look for known problems
///
/// Without a login, the sign-in ends at GitLab's sign-in page and changes nothing. With a login it is a real sign-in:
/// Mattermost opens a session and, for a new user, creates an account. Exit status: 0 no problem found, 1 a problem found
/// or the sign-in refused, 2 wrong usage, 3 a server does not answer.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab trace --mattermost https://mattermost.example.com --gitlab https://gitlab.example.com
  mattermost-lab trace --mattermost http://mattermost.example.com --gitlab http://gitlab.example.com --format mermaid")]
pub struct Arguments {
    /// Where users open Mattermost
    #[arg(long, value_name = "URL", value_parser = web_address)]
    mattermost: Url,
    /// Where users open GitLab
    #[arg(long, value_name = "URL", value_parser = web_address)]
    gitlab: Url,
    /// Certificates (PEM) of a private authority to trust in addition to the system's
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// The GitLab user to sign in as
    #[arg(long, value_name = "NAME", requires = "password_file")]
    login: Option<String>,
    /// A file with the user's password
    #[arg(long, value_name = "FILE", requires = "login")]
    password_file: Option<PathBuf>,
    /// Approve the request if GitLab asks whether Mattermost may sign the user in
    #[arg(long)]
    consent: bool,
    /// What to print; with the diagram formats, findings go to stderr
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// Diagram and findings, for people
    #[default]
    Text,
    /// For programs, as described by the schema `trace`
    Json,
    /// The diagram in Mermaid's language
    Mermaid,
    /// The diagram as a picture
    Svg,
}

#[derive(Debug, thiserror::Error)]
#[error("the password file `{}` cannot be read", path.display())]
struct NoPassword {
    path: PathBuf,
    source: std::io::Error,
}

#[derive(Debug, thiserror::Error)]
enum NoAuthorities {
    #[error("the file of certificates `{}` cannot be read", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("`{}` holds no certificate in PEM (`-----BEGIN CERTIFICATE-----`)", path.display())]
    None { path: PathBuf },
    #[error("`{}` holds a certificate that cannot be read", path.display())]
    Invalid { path: PathBuf, source: reqwest::Error },
}

/// Follows the sign-in.
pub fn run(arguments: &Arguments) -> Exit {
    let password = match arguments.password_file.as_deref().map(read_password).transpose() {
        Ok(password) => password,
        Err(error) => {
            complain(&error);
            return Exit::Usage;
        }
    };
    let account = arguments.login.clone().zip(password).map(|(login, password)| Account { login, password });
    let authorities = match arguments.ca_file.as_deref().map_or_else(|| Ok(Vec::new()), read_authorities) {
        Ok(authorities) => authorities,
        Err(error) => {
            complain(&error);
            return Exit::Usage;
        }
    };
    let asked = Asked {
        mattermost: arguments.mattermost.clone(),
        gitlab: arguments.gitlab.clone(),
        account,
        consent: arguments.consent,
        authorities,
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&error);
            return Exit::NotStarted;
        }
    };
    let waiting = Waiting::on("following the sign-in");
    let traced = runtime.block_on(trace(&asked));
    drop(waiting);
    match traced {
        Ok(trace) => show(&trace, arguments.format),
        Err(error) => {
            complain(&error);
            Exit::NotStarted
        }
    }
}

fn show(trace: &Trace, format: Format) -> Exit {
    let diagram = sequence(&trace.exchanges);
    let shown = match format {
        Format::Text => {
            let diagram = stdout_width().map_or_else(|| diagram.to_plain(), |width| diagram.to_plain_within(width));
            told_in_colours(&format!("{diagram}\n{}", story(trace)), painted)
        }
        Format::Json => as_json(trace),
        Format::Mermaid => beside(&diagram.to_mermaid(), trace),
        Format::Svg => beside(&diagram.to_svg(), trace),
    };
    let is_good = trace.findings.is_empty() && trace.reached.is_good();
    if shown == Exit::AsExpected && !is_good { Exit::Deviations } else { shown }
}

fn beside(diagram: &str, trace: &Trace) -> Exit {
    aside(&story(trace));
    told_whole(diagram)
}

/// How far it got and what was found, for people.
fn story(trace: &Trace) -> String {
    let mut text = format!("reached: {}\n", one_line(&trace.reached.to_string()));
    for finding in &trace.findings {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\n{} {} ({})", finding.rule, finding.title, finding.severity);
        for (label, value) in [("evidence", finding.evidence.as_str()), ("cause", finding.cause), ("fix", finding.fix)]
        {
            let _ = writeln!(text, "    {label:<8}  {}", one_line(value));
        }
    }
    match (trace.findings.is_empty(), trace.reached.is_good()) {
        (true, true) => text.push_str("no known problem was seen\n"),
        (true, false) => text.push_str("no known problem explains this\n"),
        _ => {}
    }
    text
}

fn read_password(path: &Path) -> Result<Secret, NoPassword> {
    let text = named_input::text(path).map_err(|source| NoPassword { path: path.to_owned(), source })?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}

fn read_authorities(path: &Path) -> Result<Vec<reqwest::Certificate>, NoAuthorities> {
    let pem =
        named_input::read_path(path).map_err(|source| NoAuthorities::Unreadable { path: path.to_owned(), source })?;
    let found = reqwest::Certificate::from_pem_bundle(&pem);
    let found = found.map_err(|source| NoAuthorities::Invalid { path: path.to_owned(), source })?;
    if found.is_empty() { Err(NoAuthorities::None { path: path.to_owned() }) } else { Ok(found) }
}

fn web_address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    let is_plain = url.query().is_none() && url.username().is_empty() && url.password().is_none();
    match url.scheme() {
        "http" | "https" if is_plain => Ok(url),
        _ => Err("give a URL such as `https://mattermost.example.com`".to_owned()),
    }
}
