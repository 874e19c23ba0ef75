//! `replay`.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, ValueEnum};

use gitlab_double::{MockGitLab, MockGitLabOptions};
use gitlab_mattermost_ground::exit::Exit;
use mattermost_admin::replay::{Case, CaseReport, Outcome, Player, Target, read_cases};

/// Flags of `replay`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mattermost-lab replay transcripts.json --gitlab mock
  mattermost-lab replay transcripts.json --gitlab http://127.0.0.1:4000")]
pub struct Arguments {
    /// Recorded exchanges: a JSON array of cases.
    file: PathBuf,
    /// The provider to play them against: `mock`, or its base URL.
    #[arg(long, value_name = "mock|URL", default_value = "mock")]
    gitlab: String,
    /// Control listener of the provider; without one, cases that need it are skipped.
    #[arg(long, value_name = "URL")]
    control: Option<String>,
    /// How to say what came out.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How to say what came out.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// Differences and counts, for people.
    #[default]
    Text,
    /// An array with the outcome of every case.
    Json,
}

/// Plays the file.
pub fn run(arguments: &Arguments) -> Exit {
    let cases = match read(&arguments.file) {
        Ok(cases) if cases.is_empty() => return Exit::NothingSelected,
        Ok(cases) => cases,
        Err(error) => return fail(&error, Exit::Usage),
    };
    let played = tokio::runtime::Runtime::new()
        .context("cannot start the asynchronous runtime")
        .and_then(|runtime| runtime.block_on(play(arguments, &cases)));
    match played {
        Ok(reports) => report(&reports, arguments.format),
        Err(error) => fail(&error, Exit::NotStarted),
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<Case>> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read `{name}`"))?;
    read_cases(&text).with_context(|| format!("`{name}` does not hold recorded exchanges"))
}

async fn play(arguments: &Arguments, cases: &[Case]) -> anyhow::Result<Vec<CaseReport>> {
    let mut mock = None;
    let target = if arguments.gitlab == "mock" {
        let control = Some(([127, 0, 0, 1], 0).into());
        let started = MockGitLab::start(MockGitLabOptions { control, ..MockGitLabOptions::default() }).await?;
        let control = started.control_address().map(|address| format!("http://{address}"));
        let target = Target { gitlab: format!("http://{}", started.address()), control };
        mock = Some(started);
        target
    } else {
        let url = arguments.gitlab.strip_prefix("url:").unwrap_or(&arguments.gitlab);
        Target { gitlab: url.to_owned(), control: arguments.control.clone() }
    };
    let player = Player::new(&target)?;
    let mut reports = Vec::new();
    for case in cases {
        let played = player.play(case).await;
        reports.push(played.with_context(|| format!("case `{}/{}`", case.category, case.case))?);
    }
    if let Some(mock) = mock {
        mock.stop().await;
    }
    Ok(reports)
}

fn report(reports: &[CaseReport], format: Format) -> Exit {
    match format {
        Format::Text => report_text(reports),
        Format::Json => anstream::println!("{}", serde_json::json!(reports)),
    }
    let differs = |report: &CaseReport| matches!(report.outcome, Outcome::Differed { .. } | Outcome::Errored { .. });
    let differs = reports.iter().any(differs);
    if differs { Exit::Deviations } else { Exit::AsExpected }
}

fn report_text(reports: &[CaseReport]) {
    let (mut passed, mut differed, mut errored, mut skipped) = (0, 0, 0, 0);
    for report in reports {
        let name = format!("{}/{}", report.category, report.case);
        match &report.outcome {
            Outcome::Passed => passed += 1,
            Outcome::Skipped { reason } => {
                skipped += 1;
                anstream::println!("skipped {name}: {reason}");
            }
            Outcome::Errored { reason } => {
                errored += 1;
                anstream::println!("errored {name}: {reason}");
            }
            Outcome::Differed { differences } => {
                differed += 1;
                anstream::println!("differs {name}");
                for difference in differences {
                    anstream::println!("  step {}, {}: {}", difference.step, difference.request, difference.what);
                    anstream::println!("    recorded: {}", difference.expected);
                    anstream::println!("    observed: {}", difference.actual);
                }
            }
        }
    }
    let cases = reports.len();
    anstream::println!("{cases} cases: {passed} passed, {differed} differed, {errored} errored, {skipped} skipped");
}

fn fail(error: &anyhow::Error, exit: Exit) -> Exit {
    anstream::eprintln!("error: {error:#}");
    exit
}
