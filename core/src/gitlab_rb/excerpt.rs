//! The few lines of a settings file that a diagnostic shows: cut to a width that can be read, and without secrets.

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::Span;
use super::secret_places::SecretPlaces;

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
    pub(super) fn around(file_name: &str, source: &str, span: Span, secrets: &SecretPlaces) -> Self {
        let place = floor(source, span.start);
        let line_start = source[..place].rfind('\n').map_or(0, |at| at + 1);
        let line_number = source[..line_start].matches('\n').count();
        let mut start = line_start;
        let mut first_line = line_number;
        while first_line > line_number.saturating_sub(LINES_AROUND) {
            start = source[..start - 1].rfind('\n').map_or(0, |at| at + 1);
            first_line -= 1;
        }
        let mut excerpt = Self { file_name: file_name.to_owned(), text: String::new(), first_line, pieces: Vec::new() };
        for _ in first_line..=line_number + LINES_AROUND {
            let end = source[start..].find('\n').map_or(source.len(), |at| start + at);
            excerpt.add_line(source, start, end, place, secrets);
            if end == source.len() {
                break;
            }
            start = end + 1;
        }
        excerpt
    }

    fn add_line(&mut self, source: &str, start: usize, end: usize, place: usize, secrets: &SecretPlaces) {
        let middle = if (start..=end).contains(&place) { place } else { start };
        let from =
            if end - start <= WIDTH { start } else { floor(source, middle.saturating_sub(WIDTH / 2).max(start)) };
        let to = if end - start <= WIDTH { end } else { floor(source, (from + WIDTH).min(end)) };
        if from > start {
            self.text.push('…');
        }
        self.pieces.push(Piece { file_start: from, file_end: to, start: self.text.len() });
        for (at, c) in source[from..to].char_indices() {
            // One asterisk stands for each byte, so that the labels stay where they are.
            if secrets.hides(from + at) && !c.is_whitespace() {
                self.text.extend(std::iter::repeat_n('*', c.len_utf8()));
            } else {
                self.text.push(c);
            }
        }
        if to < end {
            self.text.push('…');
        }
        self.text.push('\n');
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
