//! The messages of every scenario in which some were observed, as a diagram each: `sequences/ID.svg` for the eye and
//! `sequences/ID.mmd` in Mermaid's language, for pages.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::Report;
use crate::event::Event;
use gitlab_mattermost_browser::sequence::sequence;
use gitlab_mattermost_ground::visible::visible;

/// Writes diagrams.
#[derive(Debug)]
pub struct Sequences {
    folder: PathBuf,
}

impl Sequences {
    /// Writes into `folder`, which is created with the first diagram.
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }
}

impl Report for Sequences {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        let Event::ScenarioFinished(record) = event else { return Ok(()) };
        if record.exchanges.is_empty() {
            return Ok(());
        }
        let file = |kind: &str| self.folder.join(format!("{}.{kind}", record.heading.id));
        if let Some(folder) = file("svg").parent() {
            fs::create_dir_all(folder)?;
        }
        let sequence = sequence(&record.exchanges);
        fs::write(file("svg"), visible(&sequence.to_svg()).as_bytes())?;
        fs::write(file("mmd"), visible(&sequence.to_mermaid()).as_bytes())
    }
}
