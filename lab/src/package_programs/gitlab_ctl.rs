//! `gitlab-ctl`: reconfigure, and the services by runit's own `sv`.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::Command;

use clap::{Parser, Subcommand, ValueEnum};
use gitlab_mattermost_core::plan::{Effect, Step, StepList};

use super::reconfigure::{self, Stopped};
use super::{HostError, SERVICES, SV_WAIT, carry_out, failed, look, nginx};
use crate::console::{as_json, complain};
use gitlab_mattermost_ground::exit::Exit;

/// Controls the services of this machine and brings it to what /etc/gitlab/gitlab.rb says.
#[derive(Debug, Parser)]
#[command(name = "gitlab-ctl", bin_name = "gitlab-ctl")]
pub struct GitlabCtl {
    #[command(subcommand)]
    command: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Brings the machine to what the settings say
    Reconfigure {
        /// Print the steps and do nothing
        #[arg(long)]
        dry_run: bool,
        /// How to print them
        #[arg(long, value_enum, default_value_t, requires = "dry_run")]
        format: Format,
    },
    /// Starts a service, or all
    Start { service: Option<String> },
    /// Stops a service, or all
    Stop { service: Option<String> },
    /// Restarts a service, or all
    Restart { service: Option<String> },
    /// Says whether a service runs, or each of them
    Status { service: Option<String> },
    /// Tells a service to read its files again
    Hup { service: String },
    /// Follows the log of a service, or of all
    Tail { service: Option<String> },
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

impl GitlabCtl {
    /// Runs it.
    pub fn run(self) -> Exit {
        let done = match self.command {
            _ if !nix::unistd::geteuid().is_root() => Err(HostError::NotRoot),
            What::Reconfigure { dry_run: true, format } => return dry_run(format),
            What::Reconfigure { .. } => return really(),
            What::Start { service } => sv("start", service),
            What::Stop { service } => sv("stop", service),
            What::Restart { service } => sv("restart", service),
            What::Status { service } => sv("status", service),
            What::Hup { service } if service == "nginx" => {
                let workers = nginx::workers();
                let done = sv("hup", Some(service));
                nginx::wait_until_gone(&workers);
                done
            }
            What::Hup { service } => sv("hup", Some(service)),
            What::Tail { service } => tail(service),
        };
        done.unwrap_or_else(|error| {
            complain(&error);
            Exit::Deviations
        })
    }
}

fn really() -> Exit {
    let mut steps = 0;
    let done = reconfigure::reconfigure(|step| {
        steps += 1;
        say(&format!("* {}", step.what));
    });
    match done {
        Ok(()) => {
            let changed = if steps == 0 { "nothing to change".to_owned() } else { format!("{steps} changes") };
            say(&format!("{changed}\ngitlab Reconfigured!"));
            Exit::AsExpected
        }
        Err(stopped) => refused(stopped),
    }
}

fn dry_run(format: Format) -> Exit {
    match (reconfigure::plan(), format) {
        (Ok(plan), Format::Json) => as_json(&plan),
        (Ok(plan), Format::Text) => {
            say(text(&plan).trim_end());
            Exit::AsExpected
        }
        (Err(stopped), _) => refused(stopped),
    }
}

fn refused(stopped: Stopped) -> Exit {
    match stopped {
        Stopped::Refused(fault, source) => fault.print(&source),
        Stopped::Failed(error) => complain(&error),
    }
    Exit::Deviations
}

/// The plan as the shell commands it amounts to.
fn text(plan: &StepList) -> String {
    if plan.is_empty() {
        return "nothing to change".to_owned();
    }
    let step = |Step { what, effects, .. }: &Step| {
        let effects = effects.iter().map(|effect| format!("  {}\n", command(effect)));
        format!("# {what}\n{}", effects.collect::<String>())
    };
    plan.steps.iter().map(step).collect()
}

fn command(effect: &Effect) -> String {
    match effect {
        Effect::Command { command } => command.clone(),
        Effect::Write { path, content, owner, mode } => {
            format!("write {path} ({owner}, {mode}): {}", content.shown().replace('\n', "\n    "))
        }
        Effect::Supervise { service } => format!("ln -s /opt/gitlab/sv/{service} {SERVICES}/{service}"),
        Effect::Register { name, redirect_uris } => {
            let uris = redirect_uris.split_whitespace().collect::<Vec<_>>().join(", ");
            format!("create the OAuth application `{name}` with the redirect URIs {uris}")
        }
        Effect::Install { gitlab } => format!("install GitLab {gitlab}"),
    }
}

/// Hands the services over to `sv`, whose exit status becomes this program's.
fn sv(action: &str, service: Option<String>) -> Result<Exit, HostError> {
    let known = look::services()?;
    let services: Vec<String> = match service {
        Some(service) if known.contains(&service) => vec![service],
        Some(service) => {
            let known = known.into_iter().collect::<Vec<_>>().join(", ");
            return Err(HostError::NoService { service, known });
        }
        None => known.into_iter().collect(),
    };
    let mut worst = 0;
    for service in services {
        match action {
            "start" => carry_out::hasten(&service, "u", "run"),
            "stop" => carry_out::hasten(&service, "d", "down"),
            _ => {}
        }
        let program = "/opt/gitlab/embedded/bin/sv";
        let status = Command::new(program).arg(action).arg(&service).envs([("SVDIR", SERVICES), SV_WAIT]).status();
        let status = status.map_err(failed("run", program))?;
        worst = worst.max(status.code().unwrap_or(1));
    }
    Ok(if worst == 0 { Exit::AsExpected } else { Exit::OfServer(u8::try_from(worst).unwrap_or(1)) })
}

fn tail(service: Option<String>) -> Result<Exit, HostError> {
    let services = match service {
        Some(service) => vec![service],
        None => look::services()?.into_iter().collect(),
    };
    let logs = services.iter().map(|service| format!("/var/log/gitlab/{service}/current"));
    // It comes back only if it could not be started.
    let error = Command::new("tail").arg("--follow=name").args(logs).exec();
    Err(failed("run", "tail")(error))
}

fn say(line: &str) {
    // A closed stdout leaves nobody to tell; what was done is done.
    let _ = writeln!(std::io::stdout(), "{line}");
}
