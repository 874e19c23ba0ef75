//! Shows a run: events in, a format out. A file per format; none of them decides anything about the run.

mod cause;
mod comparison;
mod cucumber;
mod failure;
mod html;
mod jsonl;
mod junit;
mod pretty;
mod provider;
mod rerun;
mod sequences;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

pub use comparison::{Change, ChangeKind, Comparison};
pub use cucumber::CucumberJson;
pub use failure::describe;
pub use html::Html;
pub use jsonl::JsonLines;
pub use junit::Junit;
pub use pretty::{Pretty, number_of_scenarios};
pub use provider::{Matrix, ProviderFiles, ProviderSummary, ProviderVerdict, RequirementVerdict, Standing};
pub use sequences::Sequences;

use crate::event::{Event, ScenarioResult};

/// How often the progress of a run is drawn anew.
const TICK: Duration = Duration::from_millis(250);

/// A format: takes every event of a run in order.
pub trait Report {
    /// Takes the next event.
    ///
    /// # Errors
    /// Whatever the place it writes to says.
    fn take(&mut self, event: &Event) -> io::Result<()>;
}

/// A report that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write `{place}`")]
pub struct ReportError {
    /// The file or stream.
    pub place: String,
    /// Why not.
    pub source: io::Error,
}

/// All reports of one run, and its progress on stderr where that is a terminal.
pub struct Reports {
    reports: Vec<(String, Box<dyn Report>)>,
    progress: ProgressBar,
    failed: Option<ReportError>,
}

impl Reports {
    /// Reports on stdout, through `report`.
    pub fn on_stdout(report: impl Report + 'static) -> Self {
        let reports: Vec<(String, Box<dyn Report>)> = vec![("stdout".to_owned(), Box::new(report))];
        Self { reports, progress: progress(), failed: None }
    }

    /// Also reports through `report` on stdout, after what is there already.
    #[must_use]
    pub fn and_on_stdout(mut self, report: impl Report + 'static) -> Self {
        self.reports.push(("stdout".to_owned(), Box::new(report)));
        self
    }

    /// Also writes `report.html`, `junit.xml`, `cucumber.json`, `events.jsonl` and a diagram of the messages of each scenario
    /// (`sequences/`) into `folder`, which is created if need be; and, where a provider was asked for what it must do,
    /// `provider.html` and `provider.json`. The page compares with the records of an earlier run,
    /// the `baseline`, if there are any.
    ///
    /// # Errors
    /// [`ReportError`] if the folder or a file in it cannot be created.
    pub fn into_folder(mut self, folder: &Path, baseline: Option<Vec<ScenarioResult>>) -> Result<Self, ReportError> {
        let failed = |path: &Path| {
            let place = path.display().to_string();
            move |source| ReportError { place, source }
        };
        fs::create_dir_all(folder).map_err(failed(folder))?;
        let create = |name: &str| -> Result<(PathBuf, BufWriter<File>), ReportError> {
            let path = folder.join(name);
            let file = File::create(&path).map_err(failed(&path))?;
            Ok((path, BufWriter::new(file)))
        };
        let (path, file) = create("junit.xml")?;
        self.reports.push((path.display().to_string(), Box::new(Junit::new(file, Some(folder)))));
        let (path, file) = create("cucumber.json")?;
        self.reports.push((path.display().to_string(), Box::new(CucumberJson::new(file))));
        let (path, file) = create("events.jsonl")?;
        self.reports.push((path.display().to_string(), Box::new(JsonLines::new(file))));
        let (path, file) = create("report.html")?;
        self.reports.push((path.display().to_string(), Box::new(Html::new(file, baseline))));
        let files = ProviderFiles::new(folder.to_owned());
        self.reports.push((folder.join("provider.html").display().to_string(), Box::new(files)));
        let path = folder.join("sequences");
        self.reports.push((path.display().to_string(), Box::new(Sequences::new(path))));
        Ok(self)
    }

    /// Passes an event on to every report. A report that cannot be written gets no more events; see [`Self::close`].
    pub fn take(&mut self, event: &Event) {
        self.progress.suspend(|| {
            self.reports.retain_mut(|(place, report)| match report.take(event) {
                Ok(()) => true,
                Err(source) => {
                    // Nobody is left to read what goes to a closed pipe, which is no fault of the run.
                    if source.kind() != io::ErrorKind::BrokenPipe {
                        self.failed.get_or_insert(ReportError { place: place.clone(), source });
                    }
                    false
                }
            });
        });
        match event {
            Event::RunStarted(header) => {
                self.progress.set_length(header.scenarios as u64);
                // The time goes on while a scenario takes its own.
                self.progress.enable_steady_tick(TICK);
            }
            Event::ScenarioStarted { id } => self.progress.set_message(id.clone()),
            Event::ScenarioFinished(_) => self.progress.inc(1),
            Event::RunFinished(_) => self.progress.finish_and_clear(),
        }
    }

    /// Ends the reports.
    ///
    /// # Errors
    /// The first [`ReportError`] that happened.
    pub fn close(self) -> Result<(), ReportError> {
        self.failed.map_or(Ok(()), Err)
    }
}

/// Shows itself on stderr, if that is a terminal.
fn progress() -> ProgressBar {
    let progress = ProgressBar::new(0);
    match ProgressStyle::with_template("{pos}/{len} scenarios, {elapsed} {wide_msg}") {
        Ok(style) => progress.with_style(style),
        Err(_) => progress,
    }
}

/// Writes one line and hands it on at once, so that a reader sees it when it happens.
fn write_line(to: &mut impl Write, line: &str) -> io::Result<()> {
    writeln!(to, "{line}")?;
    to.flush()
}
