//! Results on stdout, errors on stderr.

use std::io::{self, Write as _};

use gitlab_mattermost_ground::error_chain::chain;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_ground::visible::visible;

/// Prints an error and its causes to stderr.
pub fn complain(error: &dyn std::error::Error) {
    // A closed stderr leaves nobody to tell.
    let _ = writeln!(anstream::stderr(), "error: {}", visible(&chain(error)));
}

/// Writes a value as JSON, over several lines.
pub fn as_json(value: &impl serde::Serialize) -> Exit {
    match serde_json::to_string_pretty(value) {
        Ok(text) => written(&format!("{text}\n")),
        Err(error) => {
            complain(&error);
            Exit::OurBug
        }
    }
}

/// Writes text for people to stdout: nothing in it, wherever it comes from, controls their terminal.
pub fn told(text: &str) -> Exit {
    written(&visible(text))
}

/// Writes to stdout exactly what programs take; a closed stdout is somebody's choice.
pub fn written(text: &str) -> Exit {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            complain(&error);
            Exit::Usage
        }
        _ => Exit::AsExpected,
    }
}

/// A `NAME='value'` line that a shell and dotenv readers take: single quotes, in which nothing is special; a single
/// quote itself leaves them for a moment.
pub fn dotenv_line(name: &str, value: &str) -> String {
    format!("{name}='{}'\n", value.replace('\'', r"'\''"))
}
