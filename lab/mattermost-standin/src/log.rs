//! The server's log: one JSON object a line, on the console and in the log file. Secrets never come here.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use gitlab_mattermost_core::mattermost::{Console, Level, LogLine, Release, TimeInLog};
use gitlab_mattermost_ground::visible::visible_json;
use serde_json::{Map, Value, json};

/// Where log lines go.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    console: Option<Stream>,
    file: Mutex<Option<File>>,
    kept: Option<Mutex<Vec<Value>>>,
    form: OnceLock<TimeInLog>,
}

#[derive(Debug)]
enum Stream {
    Stdout,
    Stderr,
    File(File),
}

impl Log {
    /// To the stream that servers of `release` use, and to the file once [`Log::open`] was called.
    pub fn to_console(release: Release) -> Self {
        let stream = match release.console() {
            Console::Stdout => Stream::Stdout,
            Console::Stderr => Stream::Stderr,
        };
        Self(Arc::new(Inner { console: Some(stream), ..Inner::default() }))
    }

    /// To stderr, whatever the release, and to the file once [`Log::open`] was called.
    pub fn to_stderr() -> Self {
        Self(Arc::new(Inner { console: Some(Stream::Stderr), ..Inner::default() }))
    }

    /// To a file in place of the console, and to the server's own file once `Log::open` was called.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn into_file(path: &Path) -> std::io::Result<Self> {
        let console = Some(Stream::File(File::create(path)?));
        Ok(Self(Arc::new(Inner { console, ..Inner::default() })))
    }

    /// Kept in memory; for tests.
    pub fn kept() -> Self {
        Self(Arc::new(Inner { kept: Some(Mutex::default()), ..Inner::default() }))
    }

    /// Writes its lines as servers of `release` do, from the first one on.
    pub(super) fn speak_as(&self, release: Release) {
        // A log that is handed to a second server goes on as it has begun.
        let _ = self.0.form.set(release.time_in_log());
    }

    /// Writes to `mattermost.log` in `folder` as well, from now on.
    ///
    /// # Errors
    /// The file cannot be opened for writing.
    pub(super) fn open(&self, folder: &Path) -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let file = OpenOptions::new().create(true).append(true).open(folder.join("mattermost.log"))?;
        *self.0.file.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
        Ok(())
    }

    /// The lines kept so far, and none from then on.
    pub fn take(&self) -> Vec<Value> {
        let kept = self.0.kept.as_ref();
        kept.map(|lines| std::mem::take(&mut *lines.lock().unwrap_or_else(PoisonError::into_inner))).unwrap_or_default()
    }

    /// Writes a line with fields.
    pub(super) fn write(&self, level: Level, message: &str, fields: &[(&'static str, Value)]) {
        let (level, message) = (("level", json!(name(level))), ("msg", json!(message)));
        let caller = ("caller", json!("mattermost/stand-in"));
        let head = match self.0.form.get().copied().unwrap_or_default() {
            TimeInLog::Seconds => {
                let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                [level, ("ts", json!(now.as_secs_f64())), caller, message]
            }
            TimeInLog::Text => {
                let now = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%S%.3f Z").to_string();
                [("timestamp", json!(now)), level, message, caller]
            }
        };
        let line: Map<String, Value> =
            head.iter().chain(fields).map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let line = Value::Object(line);
        let shown = visible_json(&line.to_string());
        // A log that cannot be written must not stop the server, and there is nobody else to tell.
        let _ = match &self.0.console {
            Some(Stream::Stdout) => writeln!(std::io::stdout(), "{shown}"),
            Some(Stream::Stderr) => writeln!(std::io::stderr(), "{shown}"),
            Some(Stream::File(file)) => (&*file).write_all(format!("{shown}\n").as_bytes()),
            None => Ok(()),
        };
        if let Some(file) = self.0.file.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            let _ = writeln!(file, "{shown}");
        }
        if let Some(kept) = &self.0.kept {
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    }

    pub(super) fn info(&self, message: &str, fields: &[(&'static str, Value)]) {
        self.write(Level::Info, message, fields);
    }

    pub(super) fn warn(&self, message: &str, fields: &[(&'static str, Value)]) {
        self.write(Level::Warn, message, fields);
    }

    pub(super) fn error(&self, message: &str, fields: &[(&'static str, Value)]) {
        self.write(Level::Error, message, fields);
    }

    /// Writes what a sign-in had to say, with `more` about the request.
    pub(super) fn line(&self, line: &LogLine, more: &[(&'static str, Value)]) {
        let fields: Vec<_> = line.fields.iter().chain(more).cloned().collect();
        self.write(line.level, &line.message, &fields);
    }
}

const fn name(level: Level) -> &'static str {
    match level {
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
        Level::Fatal => "fatal",
    }
}
