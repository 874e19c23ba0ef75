//! `mattermost-lab completions`: what a shell needs to complete the command line.

use clap_complete::{Shell, generate};

use super::output::written;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_suite::runner;

/// Print the completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab completions bash > /etc/bash_completion.d/mattermost-lab
  mattermost-lab completions fish > ~/.config/fish/completions/mattermost-lab.fish")]
pub struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Runs the command; `program` is the whole command line.
pub fn run(arguments: &Arguments, program: clap::Command) -> Exit {
    let mut text = Vec::new();
    generate(arguments.shell, &mut with_ids(visible(&program)), "mattermost-lab", &mut text);
    // For bash clap takes the hyphen in the name for the place of a command, in its labels alone, so that none is ever met.
    written(&String::from_utf8_lossy(&text).replace("mattermost__subcmd__lab", "mattermost__lab"))
}

/// The command line without its hidden commands, which nobody types.
fn visible(program: &clap::Command) -> clap::Command {
    let commands = program.get_subcommands().filter(|command| !command.is_hide_set());
    clap::Command::new("mattermost-lab").args(program.get_arguments()).subcommands(commands)
}

/// The same, where `--only` completes the ids of the built-in scenarios. It still takes the beginning of an id.
fn with_ids(program: clap::Command) -> clap::Command {
    // The built-in features load; else there are no ids to complete. What clap completes lives as long as the program.
    let scenarios = runner::load(&[]).unwrap_or_default();
    let ids: Vec<&'static str> = scenarios.into_iter().map(|scenario| &*scenario.heading.id.leak()).collect();
    ["run", "list"].into_iter().fold(program, |program, command| {
        program.mut_subcommand(command, |command| command.mut_arg("only", |only| only.value_parser(ids.clone())))
    })
}
