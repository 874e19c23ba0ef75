//! What the mail server was given.

use std::sync::{Mutex, MutexGuard, PoisonError};

use mail_parser::MessageParser;

/// A mail as it was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The sender of the envelope.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// Header fields and body, without what the protocol adds.
    pub content: Vec<u8>,
}

impl Mail {
    /// The subject, decoded; empty if there is none.
    pub fn subject(&self) -> String {
        let message = MessageParser::default().parse(&self.content);
        message.and_then(|message| message.subject().map(str::to_owned)).unwrap_or_default()
    }

    /// The body as plain text, decoded; empty if there is none.
    pub fn text(&self) -> String {
        let message = MessageParser::default().parse(&self.content);
        message.and_then(|message| message.body_text(0).map(|text| text.into_owned())).unwrap_or_default()
    }
}

/// What a server was given so far.
#[derive(Debug, Default)]
pub(super) struct Received {
    pub(super) mails: Vec<Mail>,
    pub(super) sign_ins: usize,
}

/// What the server was given so far, for one to read or add to.
pub(super) fn lock(received: &Mutex<Received>) -> MutexGuard<'_, Received> {
    // A panic elsewhere leaves the list whole.
    received.lock().unwrap_or_else(PoisonError::into_inner)
}
