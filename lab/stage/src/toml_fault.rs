//! What is wrong with a text in TOML, without the text: a line of it may hold a password.

use gitlab_mattermost_core::masking::shown_fault;
use toml::de::Error;

/// What is wrong, and in which line and column of `text`.
///
/// ```
/// use gitlab_mattermost_stage::toml_fault::toml_fault;
///
/// let text = "name = \"a\"\npassword = \"hunter2\n";
/// let error = text.parse::<toml::Table>().unwrap_err();
/// let fault = toml_fault(text, &error);
/// assert!(fault.starts_with("line 2, column ") && !fault.contains("hunter2"), "{fault}");
/// ```
pub fn toml_fault(text: &str, error: &Error) -> String {
    let message = shown_fault(error.message()).replace('\n', ", ");
    match error.span().and_then(|span| text.get(..span.start)) {
        Some(before) => {
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
            format!("line {line}, column {column}: {message}")
        }
        None => message,
    }
}
