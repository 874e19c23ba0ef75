//! A dump whose lines end as on Windows, or as a terminal makes them: `docker exec -it` does so to everything.

use std::borrow::Cow;

use memchr::{memchr, memmem};

/// Gives every line the end that it had, if the first one says that it was changed.
///
/// # Shape
/// Opaque: fed with pieces of any size; the first line's end decides for all.
///
/// ```
/// use gitlab_mattermost_core::backup::dump::unix::UnixLines;
///
/// let mut lines = UnixLines::default();
/// assert_eq!(&*lines.convert(b"SELECT 1;\r\nSELECT 2;\r"), b"SELECT 1;\nSELECT 2;");
/// assert_eq!(&*lines.convert(b"\n"), b"\n");
/// ```
#[derive(Debug, Default)]
pub struct UnixLines {
    changed: Option<bool>,
    /// The piece before ended between the two bytes of a line's end.
    pending: bool,
}

impl UnixLines {
    /// The next piece; whatever it holds is the text that comes next.
    pub fn convert<'a>(&mut self, piece: &'a [u8]) -> Cow<'a, [u8]> {
        if self.changed.is_none()
            && let Some(end) = memchr(b'\n', piece)
        {
            let before = if end == 0 { self.pending } else { piece[end - 1] == b'\r' };
            self.changed = Some(before);
        }
        let is_undecided = self.changed.is_none() && piece.last() == Some(&b'\r');
        if piece.is_empty() || (self.changed != Some(true) && !self.pending && !is_undecided) {
            return Cow::Borrowed(piece);
        }
        let mut text = Vec::with_capacity(piece.len() + 1);
        let changes = self.changed.unwrap_or(true);
        if std::mem::take(&mut self.pending) && !(changes && piece.first() == Some(&b'\n')) {
            text.push(b'\r');
        }
        let mut from = 0;
        if changes {
            for at in memmem::find_iter(piece, b"\r\n") {
                text.extend_from_slice(&piece[from..at]);
                from = at + 1;
            }
        }
        let ends_between = changes && piece.last() == Some(&b'\r');
        text.extend_from_slice(&piece[from..piece.len() - usize::from(ends_between)]);
        self.pending = ends_between;
        Cow::Owned(text)
    }

    /// What is left when nothing comes any more.
    pub fn rest(&self) -> &'static [u8] {
        if self.pending { b"\r" } else { b"" }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn convert(text: &[u8], cuts: &[usize]) -> Vec<u8> {
        let mut lines = UnixLines::default();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (text.len() + 1)).chain([0, text.len()]).collect();
        cuts.sort_unstable();
        let mut found = Vec::new();
        for cut in cuts.windows(2) {
            found.extend_from_slice(&lines.convert(&text[cut[0]..cut[1]]));
        }
        found.extend_from_slice(lines.rest());
        found
    }

    proptest! {
        #[test]
        fn prop_lines_are_what_they_were_before_a_terminal_changed_them(
            text in "[a\r\n]{0,30}",
            cuts in prop::collection::vec(any::<usize>(), 0..6),
        ) {
            let unix = format!("first\n{text}");
            let changed = unix.replace('\n', "\r\n");
            prop_assert_eq!(convert(changed.as_bytes(), &cuts), unix.as_bytes());
            prop_assert_eq!(convert(unix.as_bytes(), &cuts), unix.as_bytes());
        }
    }
}
