//! `mattermost-lab doc`: a revision of the document, recognised, checked, and compared with the 14.7 page.
//!
//! Not here: reading and judging it (`gitlab_mattermost_core::document`).

mod errata;
mod play;
mod text;

use std::collections::BTreeMap;

use clap::ValueEnum;
use gitlab_mattermost_core::document::{self, Examination, Options, TooLarge};
use gitlab_mattermost_core::version::{DOCUMENTED_MINOR, Version};
use serde::Serialize;

use self::play::{NotPlayed, Played};
use super::complain;
use super::env::supported_version;
use super::output::{as_json, told};
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_stage::subject::Choices;
use mattermost_admin::reading::{self, MOST, Unreadable};

/// Check a revision of the document, piece by piece, with evidence
///
/// Reads the Markdown of GitLab's page "GitLab Mattermost". Nothing on it is executed and no link is opened. A claim that
/// only a running system can show names its scenarios, and --run plays them. Exit status: 0 nothing found, 1 something is
/// wrong, needs a caveat or is unknown to the registry, or a scenario failed, 2 wrong usage or an unreadable file, 3 the
/// lab did not start.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab doc index.md
  mattermost-lab doc index.md --findings
  mattermost-lab doc index.md --gitlab-version 15.11 --run
  mattermost-lab doc --errata")]
pub struct Arguments {
    /// The page as Markdown, or `-` for standard input
    #[arg(value_name = "FILE|-", required_unless_present = "errata")]
    file: Option<String>,
    /// Print the errata of the page as of GitLab 14.7 instead: what it says, what is true, and who says so
    #[arg(long, conflicts_with_all = ["file", "run", "findings"])]
    errata: bool,
    /// Show only what is wrong, needs a caveat or did not pass
    #[arg(long)]
    findings: bool,
    /// The GitLab version that the page describes, 11.0 to 18.11
    #[arg(long, value_name = "VERSION", default_value = DOCUMENTED_MINOR, value_parser = supported_version)]
    gitlab_version: Version,
    /// Play the scenarios that the registry names for the page's claims, and judge by them too
    #[arg(long)]
    run: bool,
    #[command(flatten)]
    choices: Choices,
    /// What to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Pretty,
    /// For programs, as described by the schema `doc`
    Json,
}

/// The examination, and what playing the scenarios gave.
#[derive(Debug, Serialize)]
struct Judgement {
    #[serde(flatten)]
    examination: Examination,
    /// How each scenario ended, by id; absent without `--run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    played: Option<BTreeMap<String, Played>>,
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
enum NoResult {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    #[error("cannot play the scenarios")]
    NotPlayed(#[from] NotPlayed),
}

/// Runs the subcommand.
pub fn run(arguments: &Arguments) -> Exit {
    let Some(file) = &arguments.file else {
        let errata = document::errata::errata();
        return match arguments.format {
            Format::Pretty => told(&errata::render(errata)),
            Format::Json => as_json(&errata),
        };
    };
    let result = match arguments.result(file) {
        Ok(result) => result,
        Err(error) => {
            complain(&error);
            return match error {
                NoResult::NotPlayed(NotPlayed::NotStarted) => Exit::NotStarted,
                NoResult::NotPlayed(_) => Exit::OurBug,
                NoResult::Unreadable(_) | NoResult::TooLarge(_) => Exit::Usage,
            };
        }
    };
    let printed = match arguments.format {
        Format::Pretty => told(&text::render(&result.examination, result.played.as_ref(), arguments.findings)),
        Format::Json => as_json(&result),
    };
    match printed {
        Exit::AsExpected if result.has_findings() => Exit::Deviations,
        printed => printed,
    }
}

impl Arguments {
    fn result(&self, file: &str) -> Result<Judgement, NoResult> {
        let page = document::read(&reading::text(file, "page", MOST)?)?;
        let mut examination = document::examine(&page, Options { gitlab_version: self.gitlab_version });
        let played = self.run.then(|| play::play(&examination, &self.choices)).transpose()?;
        if let Some(played) = &played {
            play::judge(&mut examination, played);
        }
        Ok(Judgement { examination, played })
    }
}

impl Judgement {
    fn has_findings(&self) -> bool {
        let failed = |played: &BTreeMap<String, Played>| played.values().any(Played::is_bad);
        self.examination.has_findings() || self.played.as_ref().is_some_and(failed)
    }
}
