//! How far a long step has come, for a person at a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar with rate and time left on stderr; nothing at all where stderr is no terminal.
#[derive(Debug, Clone)]
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar, or none for programs.
    pub fn new(shown: bool) -> Self {
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let shape = "{msg:24} {bar:30} {bytes:>10} of {total_bytes:<10} {bytes_per_sec:>12}  {eta} left";
        // A shape that cannot be read leaves the default one.
        if let Ok(style) = ProgressStyle::with_template(shape) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    /// Begins a step of this many bytes, as far as one can tell.
    pub(super) fn begin(&self, what: &'static str, bytes: u64) {
        self.0.reset();
        self.0.set_length(bytes);
        self.0.set_message(what);
    }

    /// So many more bytes are done.
    pub(super) fn add(&self, bytes: u64) {
        self.0.inc(bytes);
        // A guess that was too low grows.
        if self.0.length().is_some_and(|length| length < self.0.position()) {
            self.0.set_length(self.0.position());
        }
    }

    /// All is done.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
