//! The command line: a file per subcommand.

mod color;
mod doc;
mod env;
mod hold;
mod list;
mod output;
mod reap;
mod replay;
mod run;
mod serve;
mod settings_file;
mod sweep;
mod trace;
mod translate;
mod upgrade;
mod vectors;

use std::panic::AssertUnwindSafe;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::exit::Exit;

/// Proves that GitLab and Mattermost work together.
#[derive(Debug, Parser)]
#[command(name = "mattermost-lab", bin_name = "mattermost-lab", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Whether text is coloured; `auto` colours on a terminal unless NO_COLOR is set
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: color::When,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    List(list::Arguments),
    Env(env::Arguments),
    Doc(doc::Arguments),
    Translate(translate::Arguments),
    #[command(hide = true)]
    Hold(hold::Hold),
    #[command(hide = true)]
    Reap(reap::Reap),
    Sweep(sweep::Sweep),
    /// Play recorded exchanges with GitLab's provider against any provider and report every difference
    Replay(replay::Arguments),
    Trace(trace::Arguments),
    Upgrade(upgrade::Arguments),
    #[command(subcommand)]
    Vectors(vectors::Vectors),
    /// Serves one built-in part
    #[command(subcommand)]
    Serve(serve::Serve),
}

/// Runs the program with the arguments of this process.
pub fn main() -> Exit {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::AsExpected };
            // A closed stdout or stderr leaves nobody to tell.
            let _ = error.print();
            return exit;
        }
    };
    arguments.color.apply();
    show_warnings();
    let command = || match arguments.command {
        Command::Run(arguments) => run::run(&arguments),
        Command::List(arguments) => list::list(&arguments),
        Command::Env(arguments) => env::run(&arguments),
        Command::Doc(arguments) => doc::run(&arguments),
        Command::Translate(arguments) => translate::run(&arguments),
        Command::Hold(hold) => hold.run(),
        Command::Reap(reap) => reap.run(),
        Command::Sweep(sweep) => sweep.run(),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Trace(arguments) => trace::run(&arguments),
        Command::Upgrade(arguments) => upgrade::run(&arguments),
        Command::Vectors(vectors) => vectors.run(),
        Command::Serve(part) => serve::run(part),
    };
    // The panic itself has been printed by then.
    std::panic::catch_unwind(AssertUnwindSafe(command)).unwrap_or(Exit::OurBug)
}

/// Shows the warnings of the lab on stderr; `MATTERMOST_LAB_LOG` shows more, for example `gitlab_mattermost_lab=info`.
fn show_warnings() {
    let filter = EnvFilter::try_from_env("MATTERMOST_LAB_LOG");
    let filter = filter.unwrap_or_else(|_| EnvFilter::new("off,gitlab_mattermost_lab=warn"));
    let subscriber = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter);
    // Another one was set by whoever runs this program as a library; its choice holds.
    let _ = subscriber.without_time().with_target(false).try_init();
}

/// Prints an error and its causes to stderr.
fn complain(error: &dyn std::error::Error) {
    use std::io::Write as _;
    // A closed stderr leaves nobody to tell.
    let _ = writeln!(anstream::stderr(), "error: {}", crate::cause::chain(error));
}
