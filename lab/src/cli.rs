//! The command line: a file per subcommand.

mod answer;
mod backup;
mod color;
mod completions;
mod config;
mod doc;
mod doctor;
mod env;
mod format;
mod help;
mod hold;
mod installation;
mod inventory;
mod kept;
mod learn;
mod list;
mod man;
mod misuse;
mod package_program;
mod prepare;
mod provider;
mod reap;
mod replay;
mod report;
mod restore;
mod run;
mod schema;
mod serve;
mod settings_file;
mod steps;
mod surroundings;
mod sweep;
mod trace;
mod translate;
mod up;
mod upgrade;
mod vectors;
mod verify;

use std::io::Write;
use std::panic::AssertUnwindSafe;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

pub(crate) use crate::console::{self as output, complain};
use crate::terminal::{has_colours, stdout_width};
use crate::waiting::apart;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_ground::visible::visible;

/// Proves that GitLab and Mattermost work together
#[derive(Debug, Parser)]
#[command(name = "mattermost-lab", bin_name = "mattermost-lab", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Colours: `auto` (on a terminal), `always` or `never`
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    color: color::When,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    List(list::Arguments),
    Prepare(prepare::Arguments),
    Up(up::Arguments),
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
    Steps(steps::Arguments),
    Sweep(sweep::Sweep),
    Learn(learn::Arguments),
    /// Play recorded exchanges against a provider, report differences
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
    /// Serve one built-in part
    #[command(subcommand)]
    Serve(serve::Serve),
}

/// Runs the program with the arguments of this process.
pub fn main() -> Exit {
    color::When::asked_for(std::env::args_os()).apply();
    let (arguments, chosen) = match parse() {
        Ok(parsed) => parsed,
        Err(Unusable::File(error)) => {
            complain(&error);
            return Exit::Usage;
        }
        Err(Unusable::Words(error)) => {
            let error = misuse::without_secret(error);
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::AsExpected };
            let words = error.render().to_string();
            if visible(&words) == words {
                // A closed stdout or stderr leaves nobody to tell.
                let _ = error.print();
            } else {
                output::aside(&words);
            }
            return exit;
        }
    };
    arguments.color.apply();
    std::panic::set_hook(Box::new(tell_panic));
    show_warnings();
    let command = || match arguments.command {
        Command::Run(arguments) => run::run(&arguments),
        Command::List(arguments) => list::list(&arguments, &chosen),
        Command::Prepare(arguments) => prepare::run(&arguments),
        Command::Up(arguments) => up::run(&arguments),
        Command::Env(arguments) => env::run(&arguments),
        Command::Doc(arguments) => doc::run(&arguments),
        Command::Translate(arguments) => translate::run(&arguments),
        Command::Inventory(arguments) => inventory::run(&arguments),
        Command::Hold(hold) => hold.run(),
        Command::Host(program) => package_program::run(program),
        Command::Reap(reap) => reap.run(),
        Command::Steps(arguments) => steps::run(&arguments),
        Command::Sweep(sweep) => sweep.run(),
        Command::Learn(arguments) => learn::run(&arguments),
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

/// Prints a panic, which may hold what a stranger wrote.
fn tell_panic(panic: &std::panic::PanicHookInfo<'_>) {
    output::aside(&format!("a bug of this program: {panic}\n"));
    let backtrace = std::backtrace::Backtrace::capture();
    if backtrace.status() == std::backtrace::BacktraceStatus::Captured {
        output::aside(&format!("{backtrace}\n"));
    }
}

/// Help is hard to read in longer lines.
const WIDEST_HELP: usize = 100;

/// Why the command line means nothing.
enum Unusable {
    Words(clap::Error),
    File(config::ConfigError),
}

/// The arguments of this process, with the choices of a file where neither a flag nor the environment makes them; and
/// every choice, where there are choices.
fn parse() -> Result<(Arguments, Vec<config::Choice>), Unusable> {
    let width = stdout_width().unwrap_or(WIDEST_HELP).min(WIDEST_HELP);
    let mut command = help::grouped(Arguments::command().term_width(width));
    let mut matches = command.try_get_matches_from_mut(std::env::args_os()).map_err(Unusable::Words)?;
    let mut chosen = Vec::new();
    if let Some((name @ ("run" | "list"), arguments)) = matches.subcommand() {
        let (name, file) = (name.to_owned(), config::ConfigFile::of(arguments).map_err(Unusable::File)?);
        if let Some(file) = &file {
            let command =
                Arguments::command().term_width(width).mut_subcommand(&name, |subcommand| file.apply(subcommand));
            matches = command.try_get_matches().map_err(Unusable::Words)?;
        }
        if let Some((_, arguments)) = matches.subcommand() {
            chosen = config::choices(arguments, file.as_ref());
        }
    }
    Arguments::from_arg_matches(&matches).map(|arguments| (arguments, chosen)).map_err(Unusable::Words)
}

/// A stderr that does not write into the line that shows what is being waited for.
struct Apart;

impl Write for Apart {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        apart(|| std::io::stderr().write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stderr().flush()
    }
}

/// Shows the warnings of the lab on stderr, and what takes its time; `MATTERMOST_LAB_LOG` shows more, for example
/// `gitlab_mattermost_stage=info`.
fn show_warnings() {
    let filter = EnvFilter::try_from_env("MATTERMOST_LAB_LOG");
    let filter = filter.unwrap_or_else(|_| {
        EnvFilter::new("off,gitlab_mattermost_lab=warn,gitlab_mattermost_stage=warn,progress=info")
    });
    let subscriber = tracing_subscriber::fmt().with_writer(|| Apart).with_env_filter(filter);
    let colours = has_colours(&std::io::stderr());
    // A program that uses this one as a library may have set another one, which holds.
    let _ = subscriber.without_time().with_target(false).with_ansi(colours).try_init();
}
