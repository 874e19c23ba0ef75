//! The few lines of a settings file that a diagnostic shows: cut to a width that can be read, and without secrets.

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::Span;
use super::secret_lines::SecretLines;

/// Lines shown before and after the place.
const LINES_AROUND: usize = 2;
/// Longer lines are cut at both sides of the place.
const WIDTH: usize = 160;
/// Some lines of a file; offsets in the file can be turned into offsets in the excerpt.
#[derive(Debug, Clone)]
pub(crate) struct Excerpt {
    file_name: String,
    text: String,
    /// 0-based number of the first line.
    first_line: usize,
    pieces: Vec<Piece>,
    /// Words of the lines shown that are masked.
    hidden: Vec<String>,
}

/// A stretch of the file that the excerpt shows.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Offset in the file, which is taken up to `file_end`.
    file_start: usize,
    file_end: usize,
    /// Offset in the excerpt.
    start: usize,
}

impl Excerpt {
    pub(crate) fn around(file_name: &str, source: &str, span: Span) -> Self {
        let place = floor(source, span.start);
        let line_start = source[..place].rfind('\n').map_or(0, |at| at + 1);
        let line_number = source[..line_start].matches('\n').count();
        let mut start = line_start;
        let mut first_line = line_number;
        while first_line > line_number.saturating_sub(LINES_AROUND) {
            start = source[..start - 1].rfind('\n').map_or(0, |at| at + 1);
            first_line -= 1;
        }
        let (file_name, text, hidden) = (file_name.to_owned(), String::new(), Vec::new());
        let mut excerpt = Self { file_name, text, first_line, pieces: Vec::new(), hidden };
        let mut secret_lines = SecretLines::default();
        source[..start].lines().for_each(|line| _ = secret_lines.hides(line));
        for _ in first_line..=line_number + LINES_AROUND {
            let end = source[start..].find('\n').map_or(source.len(), |at| start + at);
            let hides_from = secret_lines.hides(&source[start..end]);
            excerpt.add_line(source, start, end, place, hides_from);
            if end == source.len() {
                break;
            }
            start = end + 1;
        }
        excerpt
    }

    fn add_line(&mut self, source: &str, start: usize, end: usize, place: usize, hides_from: Option<usize>) {
        let middle = if (start..=end).contains(&place) { place } else { start };
        let from =
            if end - start <= WIDTH { start } else { floor(source, middle.saturating_sub(WIDTH / 2).max(start)) };
        let to = if end - start <= WIDTH { end } else { floor(source, (from + WIDTH).min(end)) };
        if from > start {
            self.text.push('…');
        }
        self.pieces.push(Piece { file_start: from, file_end: to, start: self.text.len() });
        let line = &source[start..end];
        let masked = hides_from.map_or_else(|| line.to_owned(), |hidden| masked(line, hidden));
        self.text.push_str(&masked[from - start..to - start]);
        if let Some(hidden) = hides_from {
            self.hidden.extend(words(&line[hidden..]).map(str::to_owned));
        }
        if to < end {
            self.text.push('…');
        }
        self.text.push('\n');
    }

    /// Whether a word of `text` is masked in these lines.
    pub(crate) fn hides(&self, text: &str) -> bool {
        words(text).any(|word| self.hidden.iter().any(|hidden| hidden == word))
    }

    /// A message about these lines, in which names that are masked in them are masked as well.
    pub(crate) fn without_hidden(&self, message: &str) -> String {
        let mut parts: Vec<String> = message.split('`').map(str::to_owned).collect();
        for quoted in parts.iter_mut().skip(1).step_by(2) {
            if self.hides(quoted) {
                "********".clone_into(quoted);
            }
        }
        parts.join("`")
    }

    /// A label for a place in the file, if the excerpt shows where it starts.
    pub(crate) fn label(&self, span: Span, message: &str, primary: bool) -> Option<LabeledSpan> {
        let piece = self.pieces.iter().find(|piece| (piece.file_start..=piece.file_end).contains(&span.start))?;
        let start = floor(&self.text, piece.start + (span.start - piece.file_start));
        let end = floor(&self.text, piece.start + (span.end.min(piece.file_end).max(span.start) - piece.file_start));
        let place = SourceSpan::from(start..end.max(start));
        let message = Some(message.to_owned());
        Some(if primary {
            LabeledSpan::new_primary_with_span(message, place)
        } else {
            LabeledSpan::new_with_span(message, place)
        })
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.as_str().read_span(span, lines_before, lines_after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.file_name.clone(),
            inner.data(),
            *inner.span(),
            inner.line() + self.first_line,
            inner.column(),
            inner.line_count(),
        )))
    }
}

fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Words of Ruby that tell nothing.
const KEYWORDS: [&str; 9] = ["nil", "true", "false", "do", "end", "if", "unless", "and", "or"];

/// A line with its texts masked from `hidden` on; what holds an expression together is left, so that one sees what is
/// missing. One asterisk stands for each byte, so that the labels stay where they are.
fn masked(line: &str, hidden: usize) -> String {
    let (shown, rest) = line.split_at(floor(line, hidden));
    let mut masked = shown.to_owned();
    for piece in rest.split_inclusive(is_separator) {
        let word = piece.trim_end_matches(is_separator);
        if tells_nothing(word) {
            masked.push_str(word);
        } else {
            masked.extend(std::iter::repeat_n('*', word.len()));
        }
        masked.push_str(&piece[word.len()..]);
    }
    masked
}

/// The words that [`masked`] masks.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_separator).filter(|word| !tells_nothing(word))
}

/// Whether a word is Ruby's own: a keyword or an operator.
fn tells_nothing(word: &str) -> bool {
    KEYWORDS.contains(&word) || word.len() <= 3 && word.chars().all(|c| "=+-*/<>|&?:.#".contains(c))
}

fn is_separator(c: char) -> bool {
    c.is_ascii_whitespace() || "'\"[](){},".contains(c)
}
