//! Texts that a command line names.

use std::io;

use gitlab_mattermost_ground::named_input;

use super::Unreadable;

/// What messages call an input: its path, or what `-` stands for.
pub fn shown(file: &str) -> String {
    if file == "-" { "standard input".to_owned() } else { file.to_owned() }
}

/// Reads an input as UTF-8; `kind` is what it was given as, which no input with more than `most` bytes is.
///
/// # Errors
/// [`Unreadable`].
pub fn text(file: &str, kind: &'static str, most: u64) -> Result<String, Unreadable> {
    String::from_utf8(bytes(file, kind, most)?)
        .map_err(|error| Unreadable::NotText { file: file.to_owned(), offset: error.utf8_error().valid_up_to() })
}

/// Reads an input.
///
/// # Errors
/// [`Unreadable`].
pub fn bytes(file: &str, kind: &'static str, most: u64) -> Result<Vec<u8>, Unreadable> {
    named_input::read(file, most).map_err(|source| match source.kind() {
        io::ErrorKind::FileTooLarge => Unreadable::TooLarge { file: file.to_owned(), kind, most },
        _ => Unreadable::Refused { file: file.to_owned(), source },
    })
}
