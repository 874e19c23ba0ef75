//! Questions that a settings file asks of its machine, as reasons for what is not known.
//!
//! Not here: the answers (`surroundings`).

use std::fmt;
use std::str::FromStr;

/// Something that only the machine can tell.
///
/// # Shape
/// Its text is the reason of an [`Unknown`](super::Unknown); reading that text gives the question back.
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::Question;
/// let question = Question::Variable("CHAT".to_owned());
/// assert_eq!(question.to_string(), "the environment variable `CHAT` is not given");
/// assert_eq!(question.to_string().parse(), Ok(question));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// What a variable of the environment is.
    Variable(String),
    /// Whether a file is there.
    Presence(String),
    /// What a file holds, as text.
    Content(String),
    /// What a file holds, as more settings.
    Inclusion(String),
    /// What a program prints; the command as far as it is shown.
    Output(String),
}

/// A reason that is no question to the machine.
///
/// # Shape
/// What [`Question`] gives for any other text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoQuestion;

/// A kind of question, and what comes before and after the name in its text.
type Form = (fn(String) -> Question, &'static str, &'static str);

const WORDS: [Form; 5] = [
    (Question::Variable, "the environment variable `", "` is not given"),
    (Question::Presence, "it asks whether `", "` is there, which is not given"),
    (Question::Content, "it reads the file `", "`, which is not given"),
    (Question::Inclusion, "the file `", "` is not given"),
    (Question::Output, "it runs the program `", "`, whose output is not given"),
];

impl Question {
    fn name(&self) -> &str {
        let (Self::Variable(name)
        | Self::Presence(name)
        | Self::Content(name)
        | Self::Inclusion(name)
        | Self::Output(name)) = self;
        name
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        let words = WORDS.iter().find(|(of, ..)| of(name.to_owned()) == *self);
        words.map_or(Ok(()), |(_, before, after)| write!(f, "{before}{name}{after}"))
    }
}

impl FromStr for Question {
    type Err = NoQuestion;

    fn from_str(reason: &str) -> Result<Self, NoQuestion> {
        let question =
            |(of, before, after): &Form| Some(of(reason.strip_prefix(*before)?.strip_suffix(*after)?.to_owned()));
        WORDS.iter().find_map(question).ok_or(NoQuestion)
    }
}

impl From<Question> for String {
    fn from(question: Question) -> Self {
        question.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{Question, WORDS};

    #[test]
    fn every_question_is_read_from_its_own_words() {
        for (of, ..) in WORDS {
            let question: Question = of("a name".to_owned());
            assert_eq!(question.to_string().parse(), Ok(question));
        }
        assert!("it is random".parse::<Question>().is_err());
    }
}
