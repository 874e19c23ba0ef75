//! Results on stdout, errors on stderr: on a terminal as wide as it is, and in colours where they are wanted.

use std::io::{self, Write};

use clap::builder::styling::{AnsiColor, Style};
use gitlab_mattermost_core::masking::{shown_fault, shown_text};
use gitlab_mattermost_ground::error_chain::chain;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_ground::visible::{to_json_pretty, visible};
use gitlab_mattermost_ground::wrap::Wrapping;

use crate::terminal;
use crate::waiting::apart;

/// How the beginning of a line looks, and how many of its bytes.
pub type Painted = Option<(usize, Style)>;

/// What is wrong.
pub const BAD: Style = Style::new().bold().fg_color(Some(clap::builder::styling::Color::Ansi(AnsiColor::Red)));
/// What deserves a look.
pub const DOUBTFUL: Style = Style::new().fg_color(Some(clap::builder::styling::Color::Ansi(AnsiColor::Yellow)));
/// What is right.
pub const GOOD: Style = Style::new().fg_color(Some(clap::builder::styling::Color::Ansi(AnsiColor::Green)));
/// A heading.
pub const HEADING: Style = Style::new().bold();

/// Prints an error and its causes to stderr. What parsers and addresses hold of a secret is left out.
pub fn complain(error: &dyn std::error::Error) {
    remark(&format!("error: {}", shown_text(&shown_fault(&chain(error)))));
}

/// Tells people on stderr something that is no result. Nothing in it controls their terminal, and no line of it but the first
/// can be taken for one of its own.
pub fn remark(text: &str) {
    let text = visible(text.trim_end_matches('\n')).replace('\n', "\n    ");
    on_stderr(&format!("{text}\n"));
}

/// Tells people on stderr what belongs to a result on stdout: several lines, in which nothing controls their terminal.
pub fn aside(text: &str) {
    on_stderr(&visible(text));
}

fn on_stderr(text: &str) {
    let severity = |line: &str| {
        let styles = [("error:", BAD), ("warning:", DOUBTFUL), ("note:", HEADING)];
        styles.into_iter().find(|(word, _)| line.starts_with(word)).map(|(word, style)| (word.len(), style))
    };
    let mut stderr = Wrapping::new(anstream::stderr(), terminal::stderr_width());
    // A closed stderr leaves nobody to tell.
    let _ = apart(|| stderr.write_all(painted(text, severity).as_bytes()).and_then(|()| stderr.flush()));
}

/// The text with the beginning of each line as `paint` says.
fn painted(text: &str, paint: impl Fn(&str) -> Painted) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    for line in text.split_inclusive('\n') {
        match paint(line.trim_end_matches('\n')).and_then(|(bytes, style)| Some((line.split_at_checked(bytes)?, style)))
        {
            Some(((begin, rest), style)) if !begin.is_empty() => {
                out.push_str(&format!("{style}{begin}{style:#}{rest}"))
            }
            _ => out.push_str(line),
        }
    }
    out
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
    told_in_colours(text, |_| None)
}

/// Writes text for people as [`told`] does, with the beginning of each line as `paint` says where colours are wanted.
pub fn told_in_colours(text: &str, paint: impl Fn(&str) -> Painted) -> Exit {
    let mut stdout = Wrapping::new(anstream::stdout(), terminal::stdout_width());
    let text = painted(&visible(text), paint);
    ended(apart(|| stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())))
}

/// Writes lines for people to copy to stdout: whole, however wide the terminal is, and with nothing that controls it.
pub fn told_whole(text: &str) -> Exit {
    written(&visible(text))
}

/// Writes to stdout exactly what programs take; a closed stdout is somebody's choice.
pub fn written(text: &str) -> Exit {
    ended(apart(|| io::stdout().lock().write_all(text.as_bytes())))
}

/// How a program ends that has printed its result.
fn ended(printed: io::Result<()>) -> Exit {
    match printed {
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

#[cfg(test)]
mod tests {
    use super::{BAD, painted};

    #[test]
    fn the_beginning_of_a_line_is_painted_and_nothing_is_lost() {
        let paint = |line: &str| line.starts_with("bad").then_some((3, BAD));
        let text = "good one\nbad one\nbad";
        let painted = painted(text, paint);
        assert_eq!(painted, format!("good one\n{BAD}bad{BAD:#} one\n{BAD}bad{BAD:#}"));
    }
}
