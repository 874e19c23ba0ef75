//! The verdict as files: `provider.html` and `provider.json`.

use std::io;
use std::path::PathBuf;

use super::page::page;
use super::verdict::ProviderVerdict;
use crate::event::{Event, Header, ScenarioResult};
use crate::report::Report;
use gitlab_mattermost_ground::visible::{to_json_pretty, visible};

/// Writes the verdict into a folder at the end of a run that asked for any requirement.
#[derive(Debug)]
pub struct ProviderFiles {
    folder: PathBuf,
    header: Option<Header>,
    records: Vec<ScenarioResult>,
}

impl ProviderFiles {
    /// Writes into `folder`.
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder, header: None, records: Vec::new() }
    }
}

impl Report for ProviderFiles {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(header) => self.header = Some(header.clone()),
            Event::ScenarioStarted { .. } => {}
            Event::ScenarioFinished(record) => {
                let mut record = record.as_ref().clone();
                record.exchanges.clear();
                self.records.push(record);
            }
            Event::RunFinished(_) => {
                let verdict = self.header.as_ref().and_then(|header| ProviderVerdict::of(header, &self.records));
                let Some(verdict) = verdict else { return Ok(()) };
                std::fs::write(self.folder.join("provider.html"), visible(&page(&verdict).into_string()).as_bytes())?;
                let json = to_json_pretty(&verdict)?;
                std::fs::write(self.folder.join("provider.json"), json + "\n")?;
            }
        }
        Ok(())
    }
}
