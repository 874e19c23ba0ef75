//! Results on stdout, errors on stderr.

use std::io::{self, Write as _};

use gitlab_mattermost_core::masking::{shown_fault, shown_text};
use gitlab_mattermost_ground::error_chain::chain;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_ground::visible::{to_json_pretty, visible};

/// Prints an error and its causes to stderr. What parsers and addresses hold of a secret is left out.
pub fn complain(error: &dyn std::error::Error) {
    remark(&format!("error: {}", shown_text(&shown_fault(&chain(error)))));
}

/// Tells people on stderr something that is no result. Nothing in it controls their terminal, and no line of it but the first
/// can be taken for one of its own.
pub fn remark(text: &str) {
    let text = visible(text.trim_end_matches('\n')).replace('\n', "\n    ");
    // A closed stderr leaves nobody to tell.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Tells people on stderr what belongs to a result on stdout: several lines, in which nothing controls their terminal.
pub fn aside(text: &str) {
    // A closed stderr leaves nobody to tell.
    let _ = write!(anstream::stderr(), "{}", visible(text));
}

/// Writes a value as JSON, over several lines.
pub fn as_json(value: &impl serde::Serialize) -> Exit {
    match to_json_pretty(value) {
        Ok(text) => written(&(text + "\n")),
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
