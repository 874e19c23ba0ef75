//! `mattermost-lab answer`: a built-in part as a program that is asked, the counterpart of `--translator cmd:` and
//! `--planner cmd:`.

use std::io::{self, BufRead as _, Write as _};

use clap::ValueEnum;
use serde_json::{Map, Value, json};

use super::complain;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_ground::visible::to_json;
use gitlab_mattermost_stage::subject::planner::PLANNER;
use gitlab_mattermost_stage::subject::program::{Refusal, Slot};
use gitlab_mattermost_stage::subject::translator::TRANSLATOR;

/// Act as the built-in translator or planner for JSON questions
///
/// This is the reference for `--translator cmd:PROGRAM` and `--planner cmd:PROGRAM`: ask it the same questions to see what
/// your program has to answer. `lab/schemas/program-protocol.schema.json` describes the lines.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab answer translator < questions.jsonl
  mattermost-lab run --translator \"cmd:mattermost-lab answer translator\" --only 16_before_11_0")]
pub struct Arguments {
    /// Which part to act as
    #[arg(value_enum)]
    part: Part,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Part {
    /// What settings mean
    Translator,
    /// How GitLab is upgraded
    Planner,
}

/// Why a line is no question.
#[derive(Debug, thiserror::Error)]
#[error("line {number} is no question: {why}")]
struct NoQuestion {
    number: usize,
    why: String,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Exit {
    let slot = match arguments.part {
        Part::Translator => TRANSLATOR,
        Part::Planner => PLANNER,
    };
    match answer_all(slot) {
        Ok(exit) => exit,
        // Whoever closed the pipe has heard enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::AsExpected,
        Err(error) => {
            complain(&error);
            Exit::Usage
        }
    }
}

fn answer_all(slot: Slot) -> io::Result<Exit> {
    let name = format!("mattermost-lab {}, built-in {}", env!("CARGO_PKG_VERSION"), slot.name);
    say(&json!({ "protocol": 1, "name": name, "abilities": slot.abilities }))?;
    for (index, line) in io::stdin().lock().lines().enumerate() {
        match answer(slot, &line?) {
            Ok(reply) => say(&reply)?,
            Err(why) => {
                complain(&NoQuestion { number: index + 1, why });
                return Ok(Exit::Usage);
            }
        }
    }
    Ok(Exit::AsExpected)
}

fn answer(slot: Slot, line: &str) -> Result<Value, String> {
    let mut question: Map<String, Value> = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let id = question.remove("id").filter(Value::is_u64).ok_or("it has no `id` that is a number")?;
    let ability = question.remove("ask").ok_or("it has no `ask`")?;
    let ability = ability.as_str().ok_or("its `ask` is no text")?;
    match (slot.builtin)(ability, question) {
        Ok(answer) => Ok(json!({ "id": id, "answer": (slot.read)(ability, answer)? })),
        Err(Refusal { kind, stage, detail }) => {
            Ok(json!({ "id": id, "error": { "kind": kind, "stage": stage, "detail": detail } }))
        }
    }
}

fn say(line: &Value) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", to_json(line)?)?;
    stdout.flush()
}
