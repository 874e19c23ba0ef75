//! One HTML file that holds a whole run: the verdict and the causes of what did not hold first, then every scenario with its
//! steps and messages, the sections and claims of the document, the surroundings. It asks nothing of the network, reads on a
//! phone and on paper, and without its script lacks the search alone.

mod causes;
mod comparison;
mod coverage;
mod links;
mod matrix;
mod messages;
mod page;
mod scenarios;
mod told;

use std::io::{self, Write};

use self::told::Told;
use super::{Comparison, Report};
use crate::event::{Event, Header, ScenarioResult};
use gitlab_mattermost_ground::visible::visible;

/// Writes the page at the end of the run; a run that does not come to its end leaves an empty file.
#[derive(Debug)]
pub struct Html<W> {
    to: W,
    header: Option<Header>,
    records: Vec<ScenarioResult>,
    baseline: Option<Vec<ScenarioResult>>,
}

impl<W: Write> Html<W> {
    /// Writes to `to`, and compares with the records of an earlier run if there are any.
    pub const fn new(to: W, baseline: Option<Vec<ScenarioResult>>) -> Self {
        Self { to, header: None, records: Vec::new(), baseline }
    }
}

impl<W: Write> Report for Html<W> {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(header) => self.header = Some(header.clone()),
            Event::ScenarioStarted { .. } => {}
            Event::ScenarioFinished(record) => self.records.push(record.as_ref().clone()),
            Event::RunFinished(footer) => {
                let Some(header) = &self.header else { return Ok(()) };
                self.records.sort_by(|a, b| a.heading.id.cmp(&b.heading.id));
                let records = &self.records;
                let comparison = self.baseline.as_ref().map(|before| Comparison::of(before, records));
                let told = Told { header, records, footer, comparison };
                self.to.write_all(visible(&page::page(&told).into_string()).as_bytes())?;
                self.to.flush()?;
            }
        }
        Ok(())
    }
}
