//! The search for a question that is answered wrongly.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestCaseError, TestError, TestRunner};
use serde_json::{Map, Value};

use gitlab_mattermost_stage::subject::program::{Answer, AskError, Asked, Slot};

/// How long the questions of one search may take, the search for a smaller one left out.
const ASKED_WITHIN: Duration = Duration::from_secs(20);
/// How long a smaller question is searched for.
const SHRUNK_WITHIN: Duration = Duration::from_secs(12);

/// Whom to ask what how often.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// Who is in the slot.
    pub asked: &'a Asked,
    /// The slot, whose built-in part knows the right answers.
    pub slot: Slot,
    /// What is asked about.
    pub ability: &'static str,
    /// Where the random questions begin.
    pub seed: u64,
    /// How many questions are put.
    pub questions: u32,
}

/// The smallest question found that is answered wrongly, each part in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The question, for people.
    pub question: String,
    /// What the answer should have been, as far as it differs.
    pub expected: String,
    /// What it was.
    pub actual: String,
}

/// Why it cannot be told whether the property holds.
#[derive(Debug, thiserror::Error)]
pub enum PropertyError {
    /// A question got no answer.
    #[error("no answer to `{question}` (seed {seed})")]
    NoAnswer {
        /// The smallest question found that gets none, for people.
        question: String,
        /// Where the random questions began.
        seed: u64,
        /// What happened.
        source: Box<AskError>,
    },
    /// The program is too slow to say.
    #[error("only {asked} of {questions} questions were answered within {} s", limit.as_secs())]
    TooSlow {
        /// How many were.
        asked: u32,
        /// How many should have been.
        questions: u32,
        /// The time there was.
        limit: Duration,
    },
    /// The search itself failed.
    #[error("no random questions could be made: {0}")]
    NoQuestions(String),
}

/// How a kind of question is put and its answers compared.
pub(super) struct Kind<Q> {
    /// In one line for people.
    pub(super) shown: fn(&Q) -> String,
    /// As a request.
    pub(super) request: fn(&Q) -> Result<Map<String, Value>, serde_json::Error>,
    /// What was expected and found, if that differs: the right answer, then the given one.
    pub(super) difference: fn(&Answer, &Answer) -> Option<(String, String)>,
    /// What the tables of core alone say of the question, whatever the answer: what was expected and found, if an answer does
    /// not keep to it. The built-in part is held to this, since there is nobody whom it could be compared with.
    pub(super) broken_rule: fn(&Q, &Answer) -> Option<(String, String)>,
}

/// What is wrong with an answer.
enum Wrong {
    Different { expected: String, actual: String },
    NoAnswer(Box<AskError>),
}

impl Search<'_> {
    /// Searches; nothing is found if every answer is right.
    pub(super) fn run<S: Strategy>(&self, questions: S, kind: &Kind<S::Value>) -> Result<Option<Found>, PropertyError> {
        let config = Config {
            cases: self.questions,
            failure_persistence: None,
            // The time is kept here, because there it ends with a line on stderr.
            max_shrink_time: 0,
            // The greatest number stands for four steps per question, which is too few for long files.
            max_shrink_iters: u32::MAX - 1,
            rng_algorithm: RngAlgorithm::ChaCha,
            rng_seed: RngSeed::Fixed(self.seed),
            ..Config::default()
        };
        let (begun, answered) = (Instant::now(), Cell::new(0));
        let wrong: RefCell<Option<(Instant, Wrong)>> = RefCell::new(None);
        let result = TestRunner::new(config).run(&questions, |question| {
            let found_at = wrong.borrow().as_ref().map(|(found_at, _)| *found_at);
            if found_at.map_or(begun.elapsed() > ASKED_WITHIN, |found_at| found_at.elapsed() > SHRUNK_WITHIN) {
                return Ok(());
            }
            match self.ask(kind, &question)? {
                None => {
                    answered.set(answered.get() + 1);
                    Ok(())
                }
                Some(found) => {
                    // Of the questions that the search tries, the last one that is answered wrongly is the smallest.
                    wrong.replace(Some((found_at.unwrap_or_else(Instant::now), found)));
                    Err(TestCaseError::fail("answered wrongly"))
                }
            }
        });
        match (result, wrong.into_inner()) {
            (Err(TestError::Fail(_, question)), Some((_, wrong))) => {
                self.told((kind.shown)(&question), wrong).map(Some)
            }
            (Err(error), _) => Err(PropertyError::NoQuestions(match error {
                TestError::Abort(reason) | TestError::Fail(reason, _) => reason.message().to_owned(),
            })),
            (Ok(()), _) if answered.get() < self.questions => {
                Err(PropertyError::TooSlow { asked: answered.get(), questions: self.questions, limit: ASKED_WITHIN })
            }
            (Ok(()), _) => Ok(None),
        }
    }

    fn ask<Q>(&self, kind: &Kind<Q>, question: &Q) -> Result<Option<Wrong>, TestCaseError> {
        let request = (kind.request)(question).map_err(|error| TestCaseError::reject(error.to_string()))?;
        let right = match self.asked {
            Asked::Builtin(_) => None,
            Asked::Program(_) => Some((self.slot.builtin)(self.ability, request.clone())),
        };
        let given = match self.asked.ask(self.ability, request) {
            Ok(given) => given,
            Err(error) => return Ok(Some(Wrong::NoAnswer(Box::new(error)))),
        };
        let differs = right.and_then(|right| (kind.difference)(&right, &given));
        let wrong = differs.or_else(|| (kind.broken_rule)(question, &given));
        Ok(wrong.map(|(expected, actual)| Wrong::Different { expected, actual }))
    }

    fn told(&self, question: String, wrong: Wrong) -> Result<Found, PropertyError> {
        match wrong {
            Wrong::Different { expected, actual } => Ok(Found { question, expected, actual }),
            Wrong::NoAnswer(source) => Err(PropertyError::NoAnswer { question, seed: self.seed, source }),
        }
    }
}
