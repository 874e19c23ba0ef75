//! `mattermost-lab steps`: the words of which features are made.

use super::output::told;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_suite::runner::defined_steps;

/// List the steps that features can use
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab steps
  mattermost-lab steps \"signs up\"")]
pub struct Arguments {
    /// Show only steps with all of these words, in any case
    #[arg(value_name = "WORD")]
    words: Vec<String>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Exit {
    let words: Vec<String> = arguments.words.iter().map(|word| word.to_lowercase()).collect();
    let steps = defined_steps();
    let meant = steps.iter().filter(|step| words.iter().all(|word| step.text.to_lowercase().contains(word)));
    let lines: Vec<String> = meant.map(|step| format!("{:5} {}\n", step.keyword, step.text)).collect();
    match lines.is_empty() {
        true => Exit::NothingSelected,
        false => told(&lines.concat()),
    }
}
