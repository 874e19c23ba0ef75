//! The command `replay`: recorded exchanges, played against a provider.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::complain;
use super::output::{told, written};
use crate::waiting::Waiting;
use gitlab_double::{GitLab, Options};
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_ground::named_input;
use gitlab_mattermost_ground::visible::visible_json;
use mattermost_admin::replay::{Case, CaseReport, Outcome, Player, Target, Weight, read_cases};

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
    /// Which differences fail the replay: in what Mattermost needs, also in what else GitLab does, or any
    #[arg(long, value_enum, default_value_t)]
    fail_on: FailOn,
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

/// What fails the replay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum FailOn {
    /// A difference in what Mattermost needs.
    #[default]
    Needed,
    /// One in what GitLab does besides, too.
    Gitlab,
    /// Any difference.
    Any,
}

impl FailOn {
    /// Whether a difference of this weight fails the replay.
    const fn counts(self, weight: Weight) -> bool {
        match weight {
            Weight::Needed => true,
            Weight::GitLabs => matches!(self, Self::Gitlab | Self::Any),
            Weight::Incidental => matches!(self, Self::Any),
        }
    }

    /// Whether the outcome of a case fails the replay.
    fn fails(self, report: &CaseReport) -> bool {
        match &report.outcome {
            Outcome::Errored { .. } => true,
            Outcome::Differed { differences } => differences.iter().any(|it| self.counts(it.weight)),
            Outcome::Passed | Outcome::Skipped { .. } => false,
        }
    }
}

/// Plays the file.
pub fn run(arguments: &Arguments) -> Exit {
    let cases = match read(&arguments.file) {
        Ok(cases) if cases.is_empty() => return Exit::NothingSelected,
        Ok(cases) => cases,
        Err(error) => return fail(&error, Exit::Usage),
    };
    let waiting = Waiting::on("playing the recorded exchanges");
    let played = tokio::runtime::Runtime::new()
        .context("cannot start the asynchronous runtime")
        .and_then(|runtime| runtime.block_on(play(arguments, &cases)));
    drop(waiting);
    match played {
        Ok(reports) => report(&reports, arguments),
        Err(error) => fail(&error, Exit::NotStarted),
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<Case>> {
    let name = file.display();
    let text = named_input::text(file).with_context(|| format!("cannot read `{name}`"))?;
    read_cases(&text).with_context(|| format!("`{name}` does not hold recorded exchanges"))
}

async fn play(arguments: &Arguments, cases: &[Case]) -> anyhow::Result<Vec<CaseReport>> {
    let mut mock = None;
    let target = if arguments.gitlab == "mock" {
        let control = Some(([127, 0, 0, 1], 0).into());
        let started = GitLab::start_with(Options { control, ..Options::default() }).await?;
        let control = started.control_address().map(|address| format!("http://{address}"));
        let target = Target { gitlab: format!("http://{}", started.address()), control };
        mock = Some(started);
        target
    } else {
        let url = arguments.gitlab.strip_prefix("url:").unwrap_or(&arguments.gitlab);
        Target { gitlab: url.to_owned(), control: arguments.control.clone() }
    };
    let player = Player::new(&target)?;
    player.reach().await?;
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

fn report(reports: &[CaseReport], arguments: &Arguments) -> Exit {
    let fail_on = arguments.fail_on;
    let told = match arguments.format {
        Format::Text => told(&text(reports, fail_on)),
        Format::Json => written(&format!("{}\n", visible_json(&serde_json::json!(reports).to_string()))),
    };
    if told != Exit::AsExpected {
        return told;
    }
    if reports.iter().any(|report| fail_on.fails(report)) { Exit::Deviations } else { Exit::AsExpected }
}

/// What came out, for people; what a provider answered is among it.
fn text(reports: &[CaseReport], fail_on: FailOn) -> String {
    let mut text = String::new();
    let (mut passed, mut differed, mut others, mut errored, mut skipped) = (0, 0, 0, 0, 0);
    for report in reports {
        let name = format!("{}/{}", report.category, report.case);
        match &report.outcome {
            Outcome::Passed => passed += 1,
            Outcome::Skipped { reason } => {
                skipped += 1;
                line(&mut text, format_args!("skipped {name}: {reason}"));
            }
            Outcome::Errored { reason } => {
                errored += 1;
                line(&mut text, format_args!("errored {name}: {reason}"));
            }
            Outcome::Differed { differences } => {
                let counted: Vec<_> = differences.iter().filter(|it| fail_on.counts(it.weight)).collect();
                others += differences.len() - counted.len();
                if counted.is_empty() {
                    passed += 1;
                    continue;
                }
                differed += 1;
                line(&mut text, format_args!("differs {name}"));
                for difference in counted {
                    line(
                        &mut text,
                        format_args!("  step {}, {}: {}", difference.step, difference.request, difference.what),
                    );
                    line(&mut text, format_args!("    recorded: {}", difference.expected));
                    line(&mut text, format_args!("    observed: {}", difference.actual));
                }
            }
        }
    }
    let cases = reports.len();
    line(
        &mut text,
        format_args!("{cases} cases: {passed} passed, {differed} differed, {errored} errored, {skipped} skipped"),
    );
    if others > 0 {
        line(
            &mut text,
            format_args!(
                "{others} differences in what Mattermost does not need (`--fail-on any` shows and counts them)"
            ),
        );
    }
    text
}

fn line(text: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{words}");
}

fn fail(error: &anyhow::Error, exit: Exit) -> Exit {
    complain(error.as_ref());
    exit
}
