//! `serve gitlab`.

mod announcement;
mod application;

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use gitlab_double::{Fault, GitLab, Options, Seed, StartError, Version};
use gitlab_mattermost_core::version::DOCUMENTED_MINOR;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_stage::fault;
use gitlab_mattermost_stage::seed_file;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::complain;
use announcement::Announcement;
use application::AskedApplication;

/// Flags of `serve gitlab`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mattermost-lab serve gitlab --listen 127.0.0.1:4000 --app notes,http://localhost:3000/callback
  mattermost-lab serve gitlab --seed seed.json --control 127.0.0.1:4001
  mattermost-lab serve gitlab --control 127.0.0.1:0 --format json")]
pub struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Users, personal access tokens and applications, as JSON.
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// An application to register, whose ID and secret are told; may be given again.
    #[arg(long = "app", value_name = "NAME,REDIRECT_URI")]
    applications: Vec<AskedApplication>,
    /// Where tests may change the state, put the clock forward and read what was said; `/` there is the reference.
    #[arg(long, value_name = "ADDR")]
    control: Option<SocketAddr>,
    /// A name by which the control listener may be called besides `localhost` and its address; may be given again.
    #[arg(long = "control-host", value_name = "NAME", requires = "control")]
    control_hosts: Vec<String>,
    /// The version of GitLab to behave like.
    #[arg(long, value_name = "VERSION", default_value = DOCUMENTED_MINOR)]
    gitlab_version: Version,
    /// Scheme, host and port of absolute URLs; by default those of each request.
    #[arg(long, value_name = "URL")]
    external_url: Option<String>,
    /// How to tell URLs, accounts and applications: `text` tells URLs on stdout and the rest on stderr, `json` tells all of
    /// it in one line on stdout.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// A mistake to make, to see who notices it; may be given again.
    #[arg(long = "fault", hide = true, value_name = "NAME", value_parser = fault::by_name::<Fault>)]
    faults: Vec<Fault>,
}

/// How it is told what there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Serves until a signal ends it.
pub fn run(arguments: &Arguments) -> Exit {
    let mut seed = match arguments.seed.as_deref().map_or_else(|| Ok(Seed::default()), seed_file::read) {
        Ok(seed) => seed,
        Err(error) => return fail(&error.into(), Exit::Usage),
    };
    seed.applications.extend(arguments.applications.iter().map(AskedApplication::to_seed));
    let served = tokio::runtime::Runtime::new()
        .context("cannot start the asynchronous runtime")
        .and_then(|runtime| runtime.block_on(serve(arguments, seed)));
    match served {
        Ok(()) => Exit::AsExpected,
        Err(error) if error.downcast_ref::<StartError>().is_some_and(|e| matches!(e, StartError::Seed { .. })) => {
            fail(&error, Exit::Usage)
        }
        Err(error) => fail(&error, Exit::NotStarted),
    }
}

async fn serve(arguments: &Arguments, seed: Seed) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot wait for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot wait for SIGINT")?;
    let options = Options {
        listen: arguments.listen,
        external_url: arguments.external_url.as_ref().map(|url| url.trim_end_matches('/').to_owned()),
        seed: seed.clone(),
        control: arguments.control,
        control_hosts: arguments.control_hosts.clone(),
        version: arguments.gitlab_version,
        faults: arguments.faults.clone(),
    };
    let gitlab = GitLab::start_with(options).await?;
    let announcement = Announcement::of(&gitlab, &seed);
    match arguments.format {
        Format::Text => announcement.tell(),
        Format::Json => announcement.tell_as_json(),
    }
    .context("cannot write the URL to stdout")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    gitlab.stop().await;
    Ok(())
}

fn fail(error: &anyhow::Error, exit: Exit) -> Exit {
    complain(error.as_ref());
    exit
}
