//! `serve gitlab`.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use gitlab_mattermost_core::gitlab::{Fault, Seed};
use gitlab_mattermost_core::version::Version;
use tokio::signal::unix::{SignalKind, signal};

use gitlab_double::{MockGitLab, MockGitLabOptions, StartError};
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_stage::fault;
use gitlab_mattermost_stage::seed_file;

/// Flags of `serve gitlab`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mattermost-lab serve gitlab --listen 127.0.0.1:4000
  mattermost-lab serve gitlab --seed seed.json --control 127.0.0.1:4001")]
pub struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Users, personal access tokens and applications, as JSON.
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// Where tests may change the state, put the clock forward and read what was said.
    #[arg(long, value_name = "ADDR")]
    control: Option<SocketAddr>,
    /// The version of GitLab to behave like.
    #[arg(long, value_name = "VERSION", default_value = "14.7")]
    gitlab_version: Version,
    /// Scheme, host and port of absolute URLs; by default those of each request.
    #[arg(long, value_name = "URL")]
    external_url: Option<String>,
    /// A mistake to make, to see who notices it; may be given again.
    #[arg(long = "fault", hide = true, value_name = "NAME", value_parser = fault::by_name::<Fault>)]
    faults: Vec<Fault>,
}

/// Serves until a signal ends it.
pub fn run(arguments: &Arguments) -> Exit {
    let seed = match arguments.seed.as_deref().map_or_else(|| Ok(Seed::default()), seed_file::read) {
        Ok(seed) => seed,
        Err(error) => return fail(&error.into(), Exit::Usage),
    };
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
    let options = MockGitLabOptions {
        listen: arguments.listen,
        external_url: arguments.external_url.as_ref().map(|url| url.trim_end_matches('/').to_owned()),
        seed,
        control: arguments.control,
        version: arguments.gitlab_version,
        faults: arguments.faults.clone(),
    };
    let mock = MockGitLab::start(options).await?;
    announce(&mock).context("cannot write the URL to stdout")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    mock.stop().await;
    Ok(())
}

/// Says on stdout where it can be reached.
fn announce(mock: &MockGitLab) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "http://{}", mock.address())?;
    if let Some(control) = mock.control_address() {
        writeln!(stdout, "control http://{control}")?;
    }
    stdout.flush()
}

fn fail(error: &anyhow::Error, exit: Exit) -> Exit {
    anstream::eprintln!("error: {error:#}");
    exit
}
