//! Text as wide as a terminal: what does not fit into a line goes on below, indented.
//!
//! No word is broken. What is longer than a line stays whole, so that it can be copied: a path, a URL, a command.

use std::io::{self, Write};

/// How far below a label its text may begin, as a part of the width: three fifths.
const WIDEST_LABEL: (usize, usize) = (3, 5);
/// What goes on of a line without label or bullet stands this much further right.
const INDENT: usize = 4;
/// How a command for a shell begins.
const COMMANDS: [&str; 4] = ["$ ", "mattermost-lab ", "sudo ", "docker "];

/// The text with each line that has more than `width` columns on several lines.
///
/// # Shape
/// Text goes on below the text of its own line: after the blanks behind a label, behind a bullet or a number, otherwise
/// a little further right than the line begins. Text in backticks and a command that a line ends with are not broken.
/// Escape sequences take no room; lines of diagrams stay as they are.
///
/// ```
/// use gitlab_mattermost_ground::wrap::wrapped;
///
/// assert_eq!(wrapped("cause  one two three\n", 14), "cause  one two\n       three\n");
/// assert_eq!(wrapped("look at https://example.com/long\n", 10), "look at\n    https://example.com/long\n");
/// ```
pub fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for line in text.split_inclusive('\n') {
        let (content, end) = line.strip_suffix('\n').map_or((line, ""), |content| (content, "\n"));
        wrap_line(content, width, &mut out);
        out.push_str(end);
    }
    out
}

fn wrap_line(line: &str, width: usize, out: &mut String) {
    if columns(line) <= width || line.contains('│') {
        out.push_str(line);
        return;
    }
    let hang = hang(line, width);
    let mut column = 0;
    for (gap, word) in words(line) {
        let size = columns(word);
        // Nothing is won by a new line that begins no further left.
        if column + gap > hang && column + gap + size > width {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', hang));
            column = hang + size;
        } else {
            out.extend(std::iter::repeat_n(' ', gap));
            column += gap + size;
        }
        out.push_str(word);
    }
}

/// The columns that a text takes on a terminal.
///
/// ```
/// use gitlab_mattermost_ground::wrap::columns;
///
/// assert_eq!([columns("größe"), columns("错误"), columns("\u{1b}[31mred\u{1b}[0m")], [5, 4, 3]);
/// ```
pub fn columns(text: &str) -> usize {
    let mut columns = 0;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            // A colour: `ESC [ … m`.
            let _ = chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            columns += size(c);
        }
    }
    columns
}

/// One column, two for the signs of East Asia and pictures, none for marks on the sign before.
const fn size(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// The column in which a line goes on.
fn hang(line: &str, width: usize) -> usize {
    let content = line.trim_start_matches(' ');
    let indent = line.len() - content.len();
    // The last run of blanks that is not too far right: before it stand labels.
    let most = width * WIDEST_LABEL.0 / WIDEST_LABEL.1;
    let (mut label, mut column, mut blanks) = (0, 0, 0);
    for c in plain(line) {
        if c == ' ' {
            blanks += 1;
        } else {
            if blanks >= 2 && column > indent && column <= most {
                label = column;
            }
            blanks = 0;
        }
        column += size(c);
        if column > most {
            break;
        }
    }
    if label > 0 {
        return label;
    }
    let bullet = ["- ", "* ", "+ ", "✗ ", "✓ ", "> ", "< "].iter().find(|bullet| content.starts_with(**bullet));
    let number = content.split_once(". ").map(|(number, _)| number);
    let number = number.filter(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    match (bullet, number) {
        (Some(_), _) => indent + 2,
        (None, Some(number)) => indent + number.len() + 2,
        (None, None) => (indent + INDENT).min(width / 2),
    }
}

/// The characters that can be seen.
fn plain(line: &str) -> impl Iterator<Item = char> {
    let mut escaped = false;
    line.chars().filter(move |c| {
        let shown = !escaped && *c != '\u{1b}';
        escaped = if escaped { !c.is_ascii_alphabetic() } else { *c == '\u{1b}' };
        shown
    })
}

/// The words of a line, each with the number of blanks before it.
fn words(line: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut rest = line;
    let mut at_label = true;
    while !rest.is_empty() {
        let word = rest.trim_start_matches(' ');
        let gap = rest.len() - word.len();
        // A command stands at the beginning of a line or behind its label.
        let is_command = COMMANDS.iter().any(|command| word.starts_with(command));
        let ends_line = (at_label || gap >= 2) && is_command && !word.contains("  ");
        let end = if ends_line { word.len() } else { word_end(word) };
        words.push((gap, &word[..end]));
        at_label = word[..end].ends_with(':') && words.len() == 1;
        rest = &word[end..];
    }
    words
}

/// Where a word ends: before a blank that is not between backticks.
fn word_end(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let blank = rest.find(' ').map_or(text.len(), |blank| at + blank);
        match rest.find('`').map(|tick| at + tick) {
            Some(tick) if tick < blank => match text[tick + 1..].find('`') {
                Some(closing) => at = tick + 1 + closing + 1,
                None => return blank,
            },
            _ => return blank,
        }
    }
}

/// A writer that passes on whole lines, each [`wrapped`].
#[derive(Debug)]
pub struct Wrapping<W> {
    to: W,
    width: Option<usize>,
    begun: Vec<u8>,
}

impl<W: Write> Wrapping<W> {
    /// Writes to `to`, in lines of at most `width` columns; without a width, as it comes.
    pub const fn new(to: W, width: Option<usize>) -> Self {
        Self { to, width, begun: Vec::new() }
    }
}

impl<W: Write> Write for Wrapping<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(width) = self.width else {
            self.to.write_all(bytes)?;
            return Ok(bytes.len());
        };
        self.begun.extend_from_slice(bytes);
        if let Some(end) = self.begun.iter().rposition(|byte| *byte == b'\n') {
            let rest = self.begun.split_off(end + 1);
            let lines = std::mem::replace(&mut self.begun, rest);
            self.to.write_all(wrapped(&String::from_utf8_lossy(&lines), width).as_bytes())?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let begun = std::mem::take(&mut self.begun);
        self.to.write_all(&begun)?;
        self.to.flush()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::io::Write as _;

    use super::{Wrapping, columns, wrapped};

    #[test]
    fn text_goes_on_below_its_own_beginning() {
        for (line, expected) in [
            ("short", "short"),
            ("    cause  the first and the second", "    cause  the first\n           and the\n           second"),
            ("  12. install the package", "  12. install the\n      package"),
            ("- one two three four five", "- one two three four\n  five"),
            ("error: one two three four", "error: one two three\n    four"),
        ] {
            assert_eq!(wrapped(line, 20), expected);
        }
    }

    #[test]
    fn what_is_to_be_copied_stays_whole() {
        for line in [
            "next  mattermost-lab doctor --gitlab-rb gitlab.rb",
            "    $ sudo gitlab-ctl reconfigure --and more",
            "https://gitlab.example.com/oauth/authorize?client_id=1",
            "│ alice  │ a diagram is as wide as it is",
        ] {
            assert_eq!(wrapped(line, 20), line);
        }
        assert_eq!(wrapped("write `ALTER TABLE x DROP y` first", 20), "write\n    `ALTER TABLE x DROP y`\n    first");
        assert_eq!(wrapped("a lone ` in a line of text", 20), "a lone ` in a line\n    of text");
    }

    #[test]
    fn no_line_is_longer_than_the_terminal_and_no_word_is_lost() {
        let text = "P04 certificate-not-trusted (error)\n    seen    Größe 错误 of one two three four five six seven eight nine\n";
        for width in 24..90 {
            let wrapped = wrapped(text, width);
            assert!(wrapped.lines().all(|line| columns(line) <= width.max(35)), "{width}: {wrapped}");
            assert!(wrapped.split_whitespace().eq(text.split_whitespace()), "{width}: {wrapped}");
        }
    }

    #[test]
    fn colours_take_no_room() {
        assert_eq!(wrapped("\u{1b}[31mfailed\u{1b}[0m  one two", 15), "\u{1b}[31mfailed\u{1b}[0m  one two");
        assert_eq!(wrapped("\u{1b}[31mfailed\u{1b}[0m  one two", 14), "\u{1b}[31mfailed\u{1b}[0m  one\n        two");
    }

    #[test]
    fn lines_written_in_pieces_are_wrapped_as_a_whole() {
        let mut out = Vec::new();
        let mut writer = Wrapping::new(&mut out, Some(10));
        for piece in ["one t", "wo three\nfo", "ur"] {
            writer.write_all(piece.as_bytes()).unwrap();
        }
        writer.flush().unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "one two\n    three\nfour");
    }
}
