//! `mattermost-lab learn`: what a release of Mattermost shows of itself that this program does not know.
//!
//! Not here: the comparison (`gitlab_mattermost_core::mattermost::lessons`).

use std::path::{Path, PathBuf};

use gitlab_mattermost_core::mattermost::{Lessons, learned, lessons};
use gitlab_mattermost_core::version::Version;
use gitlab_mattermost_stage::subject::MattermostChoice;
use gitlab_mattermost_stage::subject::mattermost::{ServerProgram, survey};

use super::complain;
use super::output::{remark, written};
use gitlab_mattermost_ground::exit::Exit;

/// Find what this program does not know of a Mattermost release
///
/// Compares with what this program knows. The release is not started: its program prints its version, its help and, where
/// it has that command, its configuration. New, removed and changed settings go to stderr. The updated list of settings,
/// in the form of `core/data/mattermost-settings.json`, goes to stdout or into a file, without values that may be secrets.
///
/// Exit status: 0 compared, 2 wrong usage or not a release, 3 the release's program does not answer.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab learn dir:/opt/mattermost --output mattermost-settings.json
  mattermost-lab learn tarball:mattermost-6.8.0.tar.gz > settings.json")]
pub struct Arguments {
    /// The release: its folder (`dir:PATH`) or archive (`tarball:PATH`)
    #[arg(value_name = "RELEASE")]
    release: MattermostChoice,
    /// Write the list of settings into this file
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Why nothing was learned.
#[derive(Debug, thiserror::Error)]
enum LearnError {
    #[error("`{given}` is no release; name its folder (`dir:PATH`) or its archive (`tarball:PATH`)")]
    NoRelease { given: String },
    #[error("cannot write `{}`", path.display())]
    NotWritten { path: PathBuf, source: std::io::Error },
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Exit {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&error, Exit::NotStarted),
    };
    runtime.block_on(learn(arguments))
}

async fn learn(arguments: &Arguments) -> Exit {
    let scratch = match tempfile::tempdir() {
        Ok(scratch) => scratch,
        Err(error) => return refuse(&error, Exit::NotStarted),
    };
    let folder = match ServerProgram::at_hand(&arguments.release, scratch.path()).await {
        Ok(ServerProgram::Release(folder)) => folder,
        Ok(ServerProgram::Standin(_) | ServerProgram::Running) => {
            return refuse(&LearnError::NoRelease { given: arguments.release.to_string() }, Exit::Usage);
        }
        Err(error) => return refuse(&error, Exit::Usage),
    };
    let version = ServerProgram::Release(folder.clone()).version().await;
    let lessons = match survey(&folder, version).await {
        Ok(release) => lessons(&release),
        Err(error) => return refuse(&error, Exit::NotStarted),
    };
    told(&lessons).iter().for_each(|line| remark(line));
    let table = learned(&lessons);
    let Some(path) = &arguments.output else { return written(&table) };
    match std::fs::write(path, table) {
        Ok(()) => Exit::AsExpected,
        Err(source) => refuse(&LearnError::NotWritten { path: path.clone(), source }, Exit::Usage),
    }
}

/// What is told before a run of the release in `folder`; a release that shows nothing of itself is no hindrance.
pub async fn before_run(folder: &Path, version: Option<Version>) -> Vec<String> {
    match survey(folder, version).await {
        Ok(release) => {
            let lessons = lessons(&release);
            let mut lines = told(&lessons);
            if !lessons.is_empty() {
                lines
                    .push(format!("`mattermost-lab learn dir:{}` writes the settings with all that", folder.display()));
            }
            lines
        }
        Err(error) => {
            let why = gitlab_mattermost_ground::error_chain::chain(&error);
            vec![format!("the release was not compared with what this program knows: {why}")]
        }
    }
}

/// The lessons as lines for people: names, no values.
fn told(lessons: &Lessons) -> Vec<String> {
    let release = format!("Mattermost {}", lessons.version);
    if lessons.is_empty() {
        return vec![format!(
            "{release}: its settings, their defaults and its commands are those that this program knows"
        )];
    }
    let paths = |paths: Vec<&str>| paths.join(", ");
    let new = lessons.new.iter().map(|new| new.path.as_str()).collect();
    let defaults = lessons.defaults.iter().map(|default| default.path.as_str()).collect();
    let texts = |texts: &'_ [String]| paths(texts.iter().map(String::as_str).collect());
    [
        ("settings that this program does not know", paths(new)),
        ("settings that are gone", texts(&lessons.gone)),
        ("settings of another type", texts(&lessons.retyped)),
        ("settings with another default", paths(defaults)),
        ("commands that this program does not know", texts(&lessons.new_commands)),
        ("commands that are gone", texts(&lessons.gone_commands)),
    ]
    .into_iter()
    .filter(|(_, names)| !names.is_empty())
    .map(|(what, names)| format!("{release}: {what}: {names}"))
    .collect()
}

fn refuse(error: &dyn std::error::Error, exit: Exit) -> Exit {
    complain(error);
    exit
}
