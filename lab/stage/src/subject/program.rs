//! A subject that is a program of somebody else's: asked in lines of JSON on its standard input, answering in lines of
//! JSON on its standard output, one process for the whole run.
//!
//! What is asked and answered is in `translator` and `planner`; the shape of every line is in
//! `lab/schemas/program-protocol.schema.json`. Everything here blocks its thread, for no longer than the time limit:
//! scenarios have a thread each, and a run asks one question after the other.

mod answer;
mod conversation;
mod hello;

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value, json};

pub use self::answer::{Answer, Refusal};
use self::conversation::{Broken, Conversation};
pub use self::hello::Hello;
use super::{SubjectError, UnknownSubject};

/// What stands in the slot of a part that is asked and answers: the translator, the planner.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ProgramChoice {
    /// The built-in one.
    #[default]
    Builtin,
    /// A command line whose program speaks the protocol.
    Command(String),
}

impl FromStr for ProgramChoice {
    type Err = UnknownSubject;

    fn from_str(text: &str) -> Result<Self, UnknownSubject> {
        let splits = |command: &str| shlex::split(command).is_some_and(|words| !words.is_empty());
        match text.split_once(':') {
            None if text == "builtin" => Ok(Self::Builtin),
            Some(("cmd", command)) if splits(command) => Ok(Self::Command(command.to_owned())),
            _ => Err(UnknownSubject {
                given: text.to_owned(),
                slot: "translator or planner",
                choices: "`builtin` or `cmd:PROGRAM`, a command line whose quotes are closed",
            }),
        }
    }
}

impl fmt::Display for ProgramChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Builtin => f.write_str("builtin"),
            Self::Command(command) => write!(f, "cmd:{command}"),
        }
    }
}

/// The parts of a request as they are sent.
///
/// # Errors
/// They are no object.
pub fn request(parts: &impl Serialize) -> Result<Map<String, Value>, serde_json::Error> {
    serde_json::from_value(serde_json::to_value(parts)?)
}

/// A question that got no answer. The question that did it is part of the message, cut to what a person reads.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the {slot} `{program}` {what}; asked: {question}{}", last_words(said))]
pub struct AskError {
    /// Whose place it takes.
    pub slot: &'static str,
    /// The program, as it was chosen.
    pub program: ProgramChoice,
    /// What it did instead of answering, as a clause.
    pub what: String,
    /// The question, as JSON.
    pub question: String,
    /// The last lines that it wrote to its error output.
    pub said: String,
}

fn last_words(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!("\nits error output ends with:\n{said}") }
}

/// Characters shown of a question.
const SHOWN_OF_QUESTION: usize = 600;

/// A program in a slot. It is started with the first question, and again with the next after it ended, did not answer
/// in time or broke the protocol.
pub struct Program {
    slot: Slot,
    command: String,
    limit: Duration,
    register: Box<dyn Fn(u32) -> std::io::Result<()> + Send + Sync>,
    state: Mutex<State>,
}

/// A slot that programs can take: what they may be asked there, and who answers if nobody else does.
#[derive(Debug, Clone, Copy)]
pub struct Slot {
    /// Its name for people.
    pub name: &'static str,
    /// Every ability that a program may declare. The built-in part has all of them.
    pub abilities: &'static [&'static str],
    /// The built-in part: the ability asked for and the rest of the request.
    pub builtin: fn(&str, Map<String, Value>) -> Answer,
    /// Reads an answer to a question about an ability and puts it in order; or says what is wrong with it.
    pub read: fn(&str, Value) -> Result<Value, String>,
}

/// The subject in a slot.
#[derive(Debug)]
pub enum Asked {
    /// The built-in part.
    Builtin(Slot),
    /// A program.
    Program(Box<Program>),
}

impl Asked {
    /// Asks a question: the ability it is about, and the rest of the request.
    ///
    /// # Errors
    /// [`AskError`], of a program alone.
    pub fn ask(&self, ability: &str, request: Map<String, Value>) -> Result<Answer, AskError> {
        match self {
            Self::Builtin(slot) => Ok((slot.builtin)(ability, request)),
            Self::Program(program) => program.ask(ability, request),
        }
    }

    /// Whether it can be asked about `ability`. A program that does not start cannot.
    pub fn declares(&self, ability: &str) -> bool {
        match self {
            Self::Builtin(slot) => slot.abilities.contains(&ability),
            Self::Program(program) => program.declares(ability),
        }
    }

    /// How much a program was asked, for people.
    pub fn account(&self) -> Option<String> {
        match self {
            Self::Builtin(_) => None,
            Self::Program(program) => program.account(),
        }
    }
}

#[derive(Default)]
struct State {
    running: Option<Conversation>,
    asked: u64,
    starts: u64,
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program").field("slot", &self.slot.name).field("command", &self.command).finish_non_exhaustive()
    }
}

impl Program {
    /// Starts the program once, to hear what it is and what it can do.
    ///
    /// # Errors
    /// [`SubjectError::NotStarted`], with the last lines of its error output.
    pub fn greet(slot: Slot, command: &str) -> Result<Hello, SubjectError> {
        let greeted = Conversation::start(command, slot.abilities, Duration::ZERO, &|_| Ok(()));
        greeted.map(|conversation| conversation.hello().clone()).map_err(|broken| SubjectError::NotStarted {
            part: format!("the {} `cmd:{command}`", slot.name),
            reason: format!("it {}{}", broken.what, last_words(&broken.said)),
        })
    }

    /// The program of this command line, not started yet. Each of its processes is told to `register` by its number.
    pub fn new(
        slot: Slot,
        command: &str,
        limit: Duration,
        register: impl Fn(u32) -> std::io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self { slot, command: command.to_owned(), limit, register: Box::new(register), state: Mutex::default() }
    }

    /// Asks a question: the ability it is about, and the rest of the request.
    ///
    /// # Errors
    /// [`AskError`]: the program did not start, ended, did not answer in time or broke the protocol.
    pub fn ask(&self, ability: &str, request: Map<String, Value>) -> Result<Answer, AskError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.asked += 1;
        let id = state.asked;
        let mut question = Map::from_iter([("id".to_owned(), json!(id)), ("ask".to_owned(), json!(ability))]);
        question.extend(request);
        let question = Value::Object(question).to_string();
        let read = |answer: Value| (self.slot.read)(ability, answer);
        let answered = self.running(&mut state).and_then(|running| running.ask(id, &question, &read));
        answered.map_err(|Broken { what, said }| {
            // Nobody knows what the process would say next.
            state.running = None;
            let program = ProgramChoice::Command(self.command.clone());
            AskError { slot: self.slot.name, program, what, question: shortened(&question), said }
        })
    }

    fn declares(&self, ability: &str) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.running(&mut state).is_ok_and(|running| running.hello().abilities.contains(ability))
    }

    fn running<'a>(&self, state: &'a mut State) -> Result<&'a mut Conversation, Broken> {
        let running = match state.running.take() {
            Some(running) => running,
            None => {
                state.starts += 1;
                Conversation::start(&self.command, self.slot.abilities, self.limit, &self.register)?
            }
        };
        Ok(state.running.insert(running))
    }

    /// How much it was asked and how often it had to be started again, as a line for people; nothing if it was never
    /// asked.
    pub fn account(&self) -> Option<String> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let restarts = state.starts.saturating_sub(1);
        let asked = |asked| format!("{}: asked {asked} times, restarted {restarts} times", self.slot.name);
        (state.asked > 0).then(|| asked(state.asked))
    }
}

/// A question as far as a person reads it; `settings` repeats what `gitlab_rb` says and is left out.
fn shortened(question: &str) -> String {
    let mut shown = question.to_owned();
    if let Ok(Value::Object(mut parts)) = serde_json::from_str(question) {
        parts.remove("settings");
        shown = Value::Object(parts).to_string();
    }
    match shown.char_indices().nth(SHOWN_OF_QUESTION) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown,
    }
}

#[cfg(test)]
mod tests;
