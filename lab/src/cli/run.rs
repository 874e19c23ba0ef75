//! `mattermost-lab run`: plays the scenarios and reports how each one ended.

use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::format::Format;
use super::output::remark;
use super::{complain, kept, learn};
use crate::terminal::stdout_width;
use crate::waiting::Waiting;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_ground::wrap::Wrapping;
use gitlab_mattermost_stage::cleanup::Keep;
use gitlab_mattermost_stage::lab::Lab;
use gitlab_mattermost_stage::subject::Choices;
use gitlab_mattermost_stage::supply::Effort;
use gitlab_mattermost_suite::event::{Counts, Footer, ScenarioResult};
use gitlab_mattermost_suite::recording::Recording;
use gitlab_mattermost_suite::report::{JsonLines, Pretty, ProviderSummary, ReportError, Reports};
use gitlab_mattermost_suite::runner::{self, Keeping, Player, RunPlan, Selection};

/// Play the scenarios in the lab and compare with the document
///
/// Exit status: 0 all passed or were skipped, 1 a scenario failed or the run was interrupted, 2 wrong usage or an
/// unreadable feature file, 3 the lab or a subject did not start or stopped answering, 4 nothing was selected or everything
/// was skipped.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab run
  mattermost-lab run --only 17_oauth2_sequence --report-dir report
  mattermost-lab run --only 17_oauth2_sequence --step
  mattermost-lab run --gitlab http://127.0.0.1:4000 --tags \"@must and not @needs-browser\"
  mattermost-lab run --gitlab provider.toml --profile mattermost-provider --report-dir report
  mattermost-lab run --translator \"cmd:python3 translator.py\" --only 16_before_11_0")]
pub struct Arguments {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    choices: Choices,
    /// The number of scenarios to play in parallel [default: three per processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Time limit per scenario, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    timeout: Duration,
    /// Also write `report.html`, `junit.xml`, `events.jsonl` and sequence diagrams (`sequences/`) into this folder
    #[arg(long, value_name = "DIR")]
    report_dir: Option<PathBuf>,
    /// Compare with an earlier run (its `events.jsonl`) in `report.html`
    #[arg(long, value_name = "FILE", requires = "report_dir")]
    baseline: Option<PathBuf>,
    /// What to print: text for people, or the events of the run as JSON lines
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Keep everything running at the end until Ctrl-C, with a dashboard for each scenario
    #[arg(long)]
    keep: bool,
    /// Play one scenario at a time, stop at the first failure, and keep it running until Ctrl-C
    #[arg(long, conflicts_with_all = ["keep", "jobs"])]
    step: bool,
    /// Leave out durations, so that equal runs print the same
    #[arg(long)]
    no_durations: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Exit {
    let scenarios = match runner::load(&arguments.selection.features) {
        Ok(scenarios) => scenarios,
        Err(error) => return refuse(&error, Exit::Usage),
    };
    let expectations = match &arguments.choices.expectations {
        Some(path) => runner::Expectations::read(path, &scenarios),
        None => Ok(runner::Expectations::default()),
    };
    let mut expectations = match expectations {
        Ok(expectations) => expectations,
        Err(error) => return refuse(&error, Exit::Usage),
    };
    let note = |ids: &[&str]| expectations.select(ids.iter().copied());
    let scenarios = match arguments.selection.apply_noting(scenarios, note) {
        Ok(scenarios) => scenarios,
        Err(error) => return refuse(&error, error.exit()),
    };
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return refuse(&error, Exit::OurBug),
    };
    let baseline = match arguments.baseline.as_deref().map(Recording::read).transpose() {
        Ok(baseline) => baseline.map(|recording| recording.records),
        Err(error) => return refuse(&error, Exit::Usage),
    };
    let reports = match reports(arguments, baseline) {
        Ok(reports) => reports,
        Err(error) => return refuse(&error, Exit::Usage),
    };
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&error, Exit::NotStarted),
    };
    let waiting = Waiting::on("getting ready what the scenarios need");
    let mut plan = match RunPlan::new(scenarios, &arguments.choices, Effort::Make) {
        Ok(plan) => plan.expecting(expectations),
        Err(error) => return refuse(&error, Exit::NotStarted),
    };
    drop(waiting);
    plan.shard = arguments.selection.shard;
    plan.stops_at_failure = arguments.step;
    plan.command = rerun(arguments);
    let exit = runtime.block_on(play(arguments, plan, program, reports));
    // A step that blocks its thread for good must not keep the program.
    runtime.shutdown_timeout(Duration::from_secs(1));
    exit
}

async fn play(arguments: &Arguments, plan: RunPlan, program: PathBuf, mut reports: Reports) -> Exit {
    let mut interrupted = match interruption() {
        Ok(interrupted) => interrupted,
        Err(error) => return refuse(&error, Exit::NotStarted),
    };
    let keeping = match (arguments.keep, arguments.step) {
        (true, _) => Keeping::Everything,
        (false, true) => Keeping::Failures,
        (false, false) => Keeping::Nothing,
    };
    let waiting = Waiting::on("starting the lab");
    let lab = tokio::select! {
        lab = Lab::start(arguments.choices.clone(), &program, Keep::Nothing) => lab,
        Ok(_) = interrupted.wait_for(|interrupted| *interrupted) => {
            return refuse(&io::Error::from(io::ErrorKind::Interrupted), Exit::NotStarted);
        }
    };
    let lab = match lab {
        Ok(lab) => Arc::new(lab),
        Err(error) => return refuse(&error, Exit::NotStarted),
    };
    drop(waiting);
    remark(&format!("lab: {}", lab.describe()));
    for (folder, version) in lab.releases().await {
        learn::before_run(&folder, version).await.iter().for_each(|line| remark(line));
    }
    let player = Player::new(Arc::clone(&lab), program, arguments.timeout, interrupted.clone());
    let player = Arc::new(player.keeping(keeping));
    let jobs = if arguments.step { 1 } else { arguments.jobs.map_or_else(runner::usual_jobs, NonZeroUsize::get) };
    let footer = runner::run(Arc::clone(&player), plan, jobs, interrupted.clone(), |event| reports.take(&event)).await;
    lab.accounts().iter().for_each(|account| remark(account));
    let exit = match reports.close() {
        Ok(()) => verdict(&footer),
        Err(error) => refuse(&error, verdict(&footer).max(Exit::Usage)),
    };
    let kept = player.take_kept();
    if !kept.is_empty() && !*interrupted.borrow() {
        let standing = kept::stand(&lab, kept).await;
        standing.iter().flat_map(|standing| standing.told()).for_each(|line| remark(&line));
        remark("Ctrl-C stops everything");
        // Without a sender nobody can interrupt it any more.
        let _ = interrupted.wait_for(|interrupted| *interrupted).await;
    }
    lab.stop();
    exit
}

const fn verdict(footer: &Footer) -> Exit {
    let Counts { passed, failed, errored, known_deviations, .. } = footer.counts;
    if footer.silent.is_some() {
        Exit::NotStarted
    } else if footer.interrupted || !footer.no_longer.is_empty() || failed > 0 || errored > 0 {
        Exit::Deviations
    } else if passed + failed + errored + known_deviations == 0 {
        // Everything was skipped, which says nothing of any subject.
        Exit::NothingSelected
    } else {
        Exit::AsExpected
    }
}

fn reports(arguments: &Arguments, baseline: Option<Vec<ScenarioResult>>) -> Result<Reports, ReportError> {
    let reports = match arguments.format {
        Format::Json => Reports::on_stdout(JsonLines::new(io::stdout())),
        Format::Pretty => {
            let stdout = || Wrapping::new(anstream::stdout(), stdout_width());
            let pretty = Pretty::new(stdout(), rerun(arguments), !arguments.no_durations).within(stdout_width());
            Reports::on_stdout(pretty).and_on_stdout(ProviderSummary::new(stdout()))
        }
    };
    match &arguments.report_dir {
        Some(folder) => reports.into_folder(folder, baseline),
        None => Ok(reports),
    }
}

/// The words of a command that runs the same features against the same subjects.
fn rerun(arguments: &Arguments) -> Vec<String> {
    let features = arguments.selection.features.iter().map(|path| path.display().to_string());
    let command = ["mattermost-lab", "run"].map(str::to_owned);
    command.into_iter().chain(features).chain(arguments.choices.as_arguments()).collect()
}

/// Becomes true at the first SIGINT, SIGTERM or SIGHUP.
fn interruption() -> io::Result<watch::Receiver<bool>> {
    let (sender, receiver) = watch::channel(false);
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
        // Nobody listens any more once the run is over.
        let _ = sender.send(true);
    });
    Ok(receiver)
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds
        .filter(|time| !time.is_zero())
        .ok_or_else(|| "write a number of seconds above 0, like `60` or `0.5`".to_owned())
}

fn refuse(error: &dyn std::error::Error, exit: Exit) -> Exit {
    complain(error);
    exit
}
