//! What is known of the terminal that somebody sits at: its width, and whether colours are wanted.

use std::io::{self, IsTerminal};
use std::os::fd::AsFd;

use anstream::stream::RawStream;
use rustix::termios::tcgetwinsize;

/// The width of a terminal that does not tell its own.
const USUAL_WIDTH: usize = 80;
/// No text is wrapped to less.
const LEAST_WIDTH: usize = 40;

/// The columns for text on stdout; none where it goes to a file or a program, which get each line whole.
pub fn stdout_width() -> Option<usize> {
    width(&io::stdout())
}

/// The columns for text on stderr; none where it goes to a file or a program.
pub fn stderr_width() -> Option<usize> {
    width(&io::stderr())
}

fn width(stream: &(impl IsTerminal + AsFd)) -> Option<usize> {
    if !stream.is_terminal() {
        return None;
    }
    let told = tcgetwinsize(stream).map(|size| usize::from(size.ws_col)).ok().filter(|columns| *columns > 0);
    Some(told.unwrap_or(USUAL_WIDTH).max(LEAST_WIDTH))
}

/// Whether what is written to the stream may have colours.
pub fn has_colours(stream: &impl RawStream) -> bool {
    anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never
}
