//! `mattermost-lab report`: what can be done with the records of runs that are over.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::Serialize;

use super::complain;
use super::format::Format;
use super::output::{as_json, told, told_whole};
use crate::terminal::stdout_width;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_ground::named_input;
use gitlab_mattermost_ground::visible::{Visible, to_json_pretty, visible};
use gitlab_mattermost_ground::wrap::Wrapping;
use gitlab_mattermost_suite::recording::{Recording, RecordingError};
use gitlab_mattermost_suite::report::{ChangeKind, Comparison, JsonLines, Matrix, Pretty, ProviderVerdict, Reports};
use gitlab_mattermost_suite::runner::Durations;

/// Version of the JSON forms of `diff` and `matrix`, which `lab/schemas/report-diff.schema.json` and
/// `lab/schemas/report-matrix.schema.json` describe.
const FORMAT_VERSION: u32 = 1;

/// Merge records of runs, compare them, extract their durations
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Merge(Merge),
    Diff(Diff),
    Matrix(MatrixOf),
    /// Print how long each scenario of a run took, as CSV, for `run --shard I/N --durations`
    #[command(after_help = "Examples:
  mattermost-lab report durations report/events.jsonl > durations.csv")]
    Durations {
        /// `events.jsonl` of a run
        record: PathBuf,
    },
}

/// Merge the parts of a sharded run and report on the whole
///
/// Exit status: 0 all passed or were skipped, 1 a scenario failed or a part is incomplete, 2 a file is not a record or the
/// files are not parts of one run.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab report merge part-1/events.jsonl part-2/events.jsonl --report-dir report")]
struct Merge {
    /// `events.jsonl` of each part
    #[arg(required = true, value_name = "RECORD")]
    records: Vec<PathBuf>,
    /// Also write `report.html`, `junit.xml`, `events.jsonl` and diagrams (`sequences/`) into this folder
    #[arg(long, value_name = "DIR")]
    report_dir: Option<PathBuf>,
    /// Compare with an earlier run (its `events.jsonl`) in `report.html`
    #[arg(long, value_name = "FILE", requires = "report_dir")]
    baseline: Option<PathBuf>,
    /// What to print: text for people, or the events of the whole as JSON lines
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Compare a run with an earlier one, scenario by scenario
///
/// Exit status: 0 nothing got worse, 1 something did, 2 a file is not a record.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab report diff before/events.jsonl after/events.jsonl")]
struct Diff {
    /// `events.jsonl` of the earlier run
    before: PathBuf,
    /// `events.jsonl` of the later run
    after: PathBuf,
    /// What to print: text for people, or one JSON document
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Compare providers in GitLab's place: a row for each requirement, a column for each provider
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab report matrix keycloak/ authelia/provider.json ours/events.jsonl
  mattermost-lab report matrix a/ b/ --html matrix.html")]
struct MatrixOf {
    /// Of each provider: the folder of a report, its `provider.json`, or an `events.jsonl`
    #[arg(required = true, value_name = "RECORD")]
    records: Vec<PathBuf>,
    /// Also write the table as a page
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// What to print: text for people, or one JSON document
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Why a file says nothing of a provider.
#[derive(Debug, thiserror::Error)]
enum MatrixError {
    #[error("cannot use `{}`", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("`{}` is no verdict over a provider", path.display())]
    NoVerdict { path: PathBuf, source: serde_json::Error },
    #[error(transparent)]
    Recording(#[from] RecordingError),
    #[error("`{}` is of a run that asked nothing of a provider; play it with `--profile mattermost-provider`", path.display())]
    NothingAsked { path: PathBuf },
}

#[derive(Debug, Serialize)]
struct MatrixDocument<'a> {
    format_version: u32,
    #[serde(flatten)]
    matrix: &'a Matrix,
}

impl MatrixOf {
    fn run(&self) -> Exit {
        match self.print() {
            Ok(exit) => exit,
            Err(error) => {
                complain(&error);
                Exit::Usage
            }
        }
    }

    fn print(&self) -> Result<Exit, MatrixError> {
        let verdicts = self.records.iter().map(|path| verdict(path)).collect::<Result<Vec<_>, _>>()?;
        let matrix = Matrix::of(&verdicts);
        if let Some(path) = &self.html {
            let written = std::fs::write(path, visible(&matrix.page().into_string()).as_bytes());
            written.map_err(|source| MatrixError::File { path: path.clone(), source })?;
        }
        Ok(match self.format {
            Format::Json => as_json(&MatrixDocument { format_version: FORMAT_VERSION, matrix: &matrix }),
            Format::Pretty => told(&matrix.text()),
        })
    }
}

/// The verdict that a file or the folder of a report holds.
fn verdict(path: &Path) -> Result<ProviderVerdict, MatrixError> {
    let path = if path.is_dir() { path.join("provider.json") } else { path.to_owned() };
    if path.extension().is_some_and(|ending| ending == "jsonl") {
        let recording = Recording::read(&path)?;
        let verdict = ProviderVerdict::of(&recording.header, &recording.records);
        return verdict.ok_or(MatrixError::NothingAsked { path });
    }
    let text = named_input::text(&path).map_err(|source| MatrixError::File { path: path.clone(), source })?;
    serde_json::from_str(&text).map_err(|source| MatrixError::NoVerdict { path, source })
}

/// Runs the command.
pub fn run(arguments: Arguments) -> Exit {
    let done = match arguments.command {
        Command::Merge(merge) => merge.run(),
        Command::Diff(diff) => diff.run(),
        Command::Matrix(matrix) => return matrix.run(),
        Command::Durations { record } => durations(&record),
    };
    done.unwrap_or_else(|error| {
        complain(&error);
        Exit::Usage
    })
}

impl Merge {
    fn run(&self) -> Result<Exit, RecordingError> {
        let parts = self.records.iter().map(|path| Recording::read(path)).collect::<Result<Vec<_>, _>>()?;
        let baseline = self.baseline.as_deref().map(Recording::read).transpose()?.map(|recording| recording.records);
        let whole = Recording::merge(parts)?;
        let counts = whole.counts();
        let gone = whole.footer.iter().any(|footer| !footer.no_longer.is_empty());
        let good = whole.is_complete() && counts.failed + counts.errored == 0 && !gone;
        let reports = match self.format {
            Format::Json => Reports::on_stdout(JsonLines::new(io::stdout())),
            Format::Pretty => Reports::on_stdout(
                Pretty::new(Wrapping::new(anstream::stdout(), stdout_width()), rerun(), true).within(stdout_width()),
            ),
        };
        let reports = match &self.report_dir {
            Some(folder) => reports.into_folder(folder, baseline),
            None => Ok(reports),
        };
        let written = reports.and_then(|mut reports| {
            whole.into_events().for_each(|event| reports.take(&event));
            reports.close()
        });
        if let Err(error) = written {
            complain(&error);
            return Ok(Exit::Usage);
        }
        Ok(if good { Exit::AsExpected } else { Exit::Deviations })
    }
}

fn rerun() -> Vec<String> {
    ["mattermost-lab", "run"].map(str::to_owned).to_vec()
}

#[derive(Debug, Serialize)]
struct Document<'a> {
    format_version: u32,
    worse: usize,
    #[serde(flatten)]
    comparison: &'a Comparison,
}

impl Diff {
    fn run(&self) -> Result<Exit, RecordingError> {
        let (before, after) = (Recording::read(&self.before)?, Recording::read(&self.after)?);
        let comparison = Comparison::of(&before.records, &after.records);
        let worse = comparison.count(ChangeKind::Worse);
        let exit = if worse > 0 { Exit::Deviations } else { Exit::AsExpected };
        Ok(ended(self.print(&comparison, worse), exit))
    }

    fn print(&self, comparison: &Comparison, worse: usize) -> io::Result<()> {
        if matches!(self.format, Format::Json) {
            let document = Document { format_version: FORMAT_VERSION, worse, comparison };
            return writeln!(io::stdout(), "{}", to_json_pretty(&document)?);
        }
        let mut stdout = Visible(Wrapping::new(anstream::stdout(), stdout_width()));
        for change in &comparison.changes {
            let (before, after) = (change.before.as_deref().unwrap_or("not there"), change.after.as_deref());
            let after = after.unwrap_or("gone");
            writeln!(stdout, "{:6} {}: {before}, now {after}", change.verdict.name(), change.id)?;
        }
        let (better, new) = (comparison.count(ChangeKind::Better), comparison.count(ChangeKind::New));
        writeln!(stdout, "{worse} worse, {better} better, {new} new, {} as before", comparison.unchanged)
    }
}

fn durations(record: &Path) -> Result<Exit, RecordingError> {
    let durations = Durations::recorded(record)?;
    Ok(told_whole(&durations.to_csv()))
}

/// Whoever closes the pipe has read enough.
fn ended(printed: io::Result<()>, exit: Exit) -> Exit {
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            complain(&error);
            Exit::Usage
        }
        _ => exit,
    }
}
