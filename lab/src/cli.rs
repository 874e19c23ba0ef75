//! The command line: a file per subcommand.

mod answer;
mod backup;
mod color;
mod completions;
mod config;
mod doc;
mod doctor;
mod env;
mod hold;
mod installation;
mod inventory;
mod list;
mod man;
pub(crate) mod output;
mod package_program;
mod provider;
mod reap;
mod replay;
mod report;
mod restore;
mod run;
mod schema;
pub(crate) mod serve;
pub(crate) mod settings_file;
mod sweep;
mod trace;
mod translate;
mod upgrade;
mod vectors;
mod verify;

use std::panic::AssertUnwindSafe;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use gitlab_mattermost_ground::exit::Exit;

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
    Inventory(inventory::Arguments),
    #[command(hide = true)]
    Hold(hold::Hold),
    #[command(hide = true, subcommand)]
    Host(package_program::Host),
    #[command(hide = true)]
    Reap(reap::Reap),
    Sweep(sweep::Sweep),
    /// Play recorded exchanges with GitLab's provider against any provider and report every difference
    Replay(replay::Arguments),
    Provider(provider::Arguments),
    Report(report::Arguments),
    Trace(trace::Arguments),
    Upgrade(upgrade::Arguments),
    Answer(answer::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
    Schema(schema::Arguments),
    Doctor(doctor::Arguments),
    Backup(backup::Arguments),
    Verify(verify::Arguments),
    Restore(restore::Arguments),
    #[command(subcommand)]
    Vectors(vectors::Vectors),
    /// Serves one built-in part
    #[command(subcommand)]
    Serve(serve::Serve),
}

/// Runs the program with the arguments of this process.
pub fn main() -> Exit {
    let (arguments, chosen) = match parse() {
        Ok(parsed) => parsed,
        Err(Unusable::File(error)) => {
            complain(&error);
            return Exit::Usage;
        }
        Err(Unusable::Words(error)) => {
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
        Command::List(arguments) => list::list(&arguments, &chosen),
        Command::Env(arguments) => env::run(&arguments),
        Command::Doc(arguments) => doc::run(&arguments),
        Command::Translate(arguments) => translate::run(&arguments),
        Command::Inventory(arguments) => inventory::run(&arguments),
        Command::Hold(hold) => hold.run(),
        Command::Host(program) => package_program::run(program),
        Command::Reap(reap) => reap.run(),
        Command::Sweep(sweep) => sweep.run(),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Provider(arguments) => provider::run(arguments),
        Command::Report(arguments) => report::run(arguments),
        Command::Trace(arguments) => trace::run(&arguments),
        Command::Upgrade(arguments) => upgrade::run(&arguments),
        Command::Answer(arguments) => answer::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments, Arguments::command()),
        Command::Man(arguments) => man::run(&arguments, Arguments::command()),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Backup(arguments) => backup::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Restore(arguments) => restore::run(&arguments),
        Command::Vectors(vectors) => vectors.run(),
        Command::Serve(part) => serve::run(part),
    };
    // The panic itself has been printed by then.
    std::panic::catch_unwind(AssertUnwindSafe(command)).unwrap_or(Exit::OurBug)
}

/// Why the command line means nothing.
enum Unusable {
    Words(clap::Error),
    File(config::ConfigError),
}

/// The arguments of this process, with the choices of a file where neither a flag nor the environment makes them; and
/// every choice, where there are choices.
fn parse() -> Result<(Arguments, Vec<config::Choice>), Unusable> {
    let mut command = Arguments::command();
    let mut matches = command.try_get_matches_from_mut(std::env::args_os()).map_err(Unusable::Words)?;
    let mut chosen = Vec::new();
    if let Some((name @ ("run" | "list"), arguments)) = matches.subcommand() {
        let (name, file) = (name.to_owned(), config::ConfigFile::of(arguments).map_err(Unusable::File)?);
        if let Some(file) = &file {
            let command = Arguments::command().mut_subcommand(&name, |subcommand| file.apply(subcommand));
            matches = command.try_get_matches().map_err(Unusable::Words)?;
        }
        if let Some((_, arguments)) = matches.subcommand() {
            chosen = config::choices(arguments, file.as_ref());
        }
    }
    Arguments::from_arg_matches(&matches).map(|arguments| (arguments, chosen)).map_err(Unusable::Words)
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
pub(crate) fn complain(error: &dyn std::error::Error) {
    use std::io::Write as _;
    // A closed stderr leaves nobody to tell.
    let _ = writeln!(anstream::stderr(), "error: {}", gitlab_mattermost_ground::error_chain::chain(error));
}
