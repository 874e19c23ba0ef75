//! JSON lines: every event as one line, the header first and the footer last. The schema is in `lab/schemas/`.

use std::io::{self, Write};

use super::{Report, write_line};
use crate::event::Event;
use gitlab_mattermost_ground::visible::to_json;

/// Writes JSON lines.
#[derive(Debug)]
pub struct JsonLines<W>(W);

impl<W: Write> JsonLines<W> {
    /// Writes to `to`.
    pub const fn new(to: W) -> Self {
        Self(to)
    }
}

impl<W: Write> Report for JsonLines<W> {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        write_line(&mut self.0, &to_json(event)?)
    }
}
