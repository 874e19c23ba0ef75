//! A place in a settings file.

use serde::Serialize;

/// A range of bytes in the settings file: `start..end`, both offsets from the beginning of the text.
///
/// # Shape
/// In JSON `{"start": 10, "end": 12}`.
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::Span;
///
/// assert_eq!(Span::new(8, 9).line_and_column("a = 1\nb = 2\n"), (2, 3));
/// assert_eq!(Span::new(9, 8), Span::new(9, 9));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    /// A range; one that ends before it starts is taken as empty.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The 1-based line and column (in characters) at which the span starts in `source`.
    pub fn line_and_column(self, source: &str) -> (usize, usize) {
        let mut start = self.start.min(source.len());
        while !source.is_char_boundary(start) {
            start -= 1;
        }
        let before = &source[..start];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        (line, column)
    }
}
