//! Sequence diagrams: who sent what to whom, in order, and which message went wrong.
//!
//! A diagram is drawn as Mermaid text (GitLab shows it as a picture), as an SVG and as plain text for a terminal. Not here:
//! where the messages come from, and masking their secrets, which the recorder does first.

mod mermaid;
mod plain;
mod svg;

use serde::Serialize;

/// A diagram.
///
/// # Shape
/// In JSON `{"parties": [name, …], "messages": [{"from": 0, "to": 1, "text": …, "answer": false, "wrong": null}, …]}`.
///
/// ```
/// use gitlab_mattermost_core::sequence::Sequence;
///
/// let mut sequence = Sequence::of(["Browser", "GitLab"]);
/// sequence.request(0, 1, "GET /oauth/authorize");
/// sequence.answer(1, 0, "302");
/// sequence.last_is_wrong("it has no code");
/// assert!(sequence.messages[1].answer);
/// assert_eq!(sequence.messages[1].wrong.as_deref(), Some("it has no code"));
/// assert!(sequence.to_mermaid().starts_with("sequenceDiagram"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Sequence {
    /// Who takes part, from left to right.
    pub parties: Vec<String>,
    /// The messages, from top to bottom.
    pub messages: Vec<Message>,
}

/// One arrow.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Index of the sender in [`Sequence::parties`].
    pub from: usize,
    /// Index of the receiver in [`Sequence::parties`]; the sender's own for a message to oneself.
    pub to: usize,
    /// The words on the arrow.
    pub text: String,
    /// Whether this answers an earlier message, which is drawn dashed.
    pub answer: bool,
    /// What is wrong with it, if something is.
    pub wrong: Option<String>,
}

impl Sequence {
    /// A diagram of `parties` without messages.
    pub fn of<const N: usize>(parties: [&str; N]) -> Self {
        Self { parties: parties.map(str::to_owned).to_vec(), messages: Vec::new() }
    }

    /// Adds a request; parties beyond the known ones are counted as the last.
    pub fn request(&mut self, from: usize, to: usize, text: impl Into<String>) {
        self.push(from, to, text.into(), false);
    }

    /// Adds an answer.
    pub fn answer(&mut self, from: usize, to: usize, text: impl Into<String>) {
        self.push(from, to, text.into(), true);
    }

    /// Marks the last message as the one that went wrong.
    pub fn last_is_wrong(&mut self, why: impl Into<String>) {
        if let Some(message) = self.messages.last_mut() {
            message.wrong = Some(why.into());
        }
    }

    fn push(&mut self, from: usize, to: usize, text: String, answer: bool) {
        let last = self.parties.len().saturating_sub(1);
        let message = Message { from: from.min(last), to: to.min(last), text, answer, wrong: None };
        self.messages.push(message);
    }
}

/// `text` in one line of at most `most` characters; what is cut is shown as an ellipsis.
fn short(text: &str, most: usize) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.chars().count() <= most {
        return line;
    }
    let kept: String = line.chars().take(most.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests;
