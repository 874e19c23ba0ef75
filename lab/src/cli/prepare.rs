//! `mattermost-lab prepare`: what this machine has of what scenarios need, and what it can be given.

use std::fmt::Write as _;

use serde::Serialize;

use super::complain;
use super::format::Format;
use super::output::{BAD, as_json, told_in_colours};
use crate::waiting::Waiting;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_stage::postgresql::PostgresChoice;
use gitlab_mattermost_stage::supply::{self, Effort, Lack, Supply};

/// Version of the JSON form, which `lab/schemas/prepare.schema.json` describes.
const FORMAT_VERSION: u32 = 1;

/// Check what the scenarios need here, and set up what is missing
///
/// `run` does this by itself for what it needs. Nothing is installed on the system: images are built in the container
/// engine, and PostgreSQL is unpacked into a folder of your account if neither an engine nor an installation has it. Exit
/// status: 0 everything is there, 1 something is missing and its scenarios will be skipped.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab prepare
  mattermost-lab prepare --check --format json")]
pub struct Arguments {
    /// Only check; set up nothing
    #[arg(long)]
    check: bool,
    /// Where PostgreSQL comes from: `auto`, `container`, `local` or `postgres://…`
    #[arg(long, value_name = "SUBJECT", default_value_t, env = "LAB_POSTGRES")]
    postgres: PostgresChoice,
    /// What to print: text for people, or one JSON document
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Serialize)]
struct Document {
    format_version: u32,
    supplies: Vec<Entry>,
}

/// One thing that scenarios need.
#[derive(Debug, Serialize)]
struct Entry {
    name: &'static str,
    /// The tag of the scenarios that are skipped without it.
    need: &'static str,
    state: State,
    /// What it is, or why it is missing.
    detail: String,
    /// What brings it, if it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    AtHand,
    ToBeMade,
    Missing,
}

impl Entry {
    fn new(name: &'static str, need: &'static str, found: Result<Supply, Lack>) -> Self {
        let (state, detail, mend) = match found {
            Ok(Supply::AtHand(detail)) => (State::AtHand, detail, None),
            Ok(Supply::ToBeMade(detail)) => (State::ToBeMade, detail, None),
            Err(Lack { cause, mend }) => (State::Missing, cause, Some(mend)),
        };
        Self { name, need, state, detail, mend }
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Exit {
    let effort = if arguments.check { Effort::Look } else { Effort::Make };
    let waiting = Waiting::on("looking at what there is, and making what can be made");
    let supplies = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(look(&arguments.postgres, effort)),
        Err(error) => {
            complain(&error);
            return Exit::NotStarted;
        }
    };
    drop(waiting);
    let exit = match supplies.iter().any(|entry| entry.state == State::Missing) {
        true => Exit::Deviations,
        false => Exit::AsExpected,
    };
    let printed = match arguments.format {
        Format::Pretty => print_text(&supplies),
        Format::Json => as_json(&Document { format_version: FORMAT_VERSION, supplies }),
    };
    if printed == Exit::AsExpected { exit } else { printed }
}

async fn look(postgres: &PostgresChoice, effort: Effort) -> Vec<Entry> {
    vec![
        Entry::new("container engine", "@needs-container", supply::container_engine().await),
        Entry::new("image of a machine", "@needs-host", supply::machine(effort).await),
        Entry::new("PostgreSQL", "@needs-postgresql", supply::postgresql(postgres, effort).await),
        Entry::new("PostgreSQL's clients", "@needs-postgresql-programs", supply::client_programs(effort).await),
        Entry::new("browser", "@needs-browser", supply::browser()),
    ]
}

fn print_text(supplies: &[Entry]) -> Exit {
    let mut text = String::new();
    for Entry { name, need, state, detail, mend } in supplies {
        let state = match state {
            State::AtHand => "there",
            State::ToBeMade => "to be made",
            State::Missing => "missing",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:20}  {state:10}  {detail}");
        if let Some(mend) = mend {
            let _ = writeln!(text, "{:34}scenarios tagged {need} are skipped; {mend}", "");
        }
    }
    told_in_colours(&text, |line| (line.get(22..29) == Some("missing")).then_some((29, BAD)))
}
