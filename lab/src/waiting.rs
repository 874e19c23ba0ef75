//! A sign of life on stderr while something takes more than a second: what is done, and for how long already.
//!
//! It is drawn on a terminal alone, in one line of its own, which is gone before anything else is written there.

use std::io::{self, IsTerminal as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What takes less is over before anybody wonders.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is drawn anew.
const TICK: Duration = Duration::from_millis(250);

/// What is being waited for.
static CURRENT: Mutex<Current> = Mutex::new(Current { number: 0, bar: None });

struct Current {
    /// Changes whenever something begins or ends.
    number: u64,
    /// The line, once it is there.
    bar: Option<ProgressBar>,
}

/// Something that is waited for, until this is dropped.
#[must_use = "nothing is shown once it is dropped"]
pub struct Waiting(());

impl Waiting {
    /// Shows that somebody waits for `what`, once it takes its time.
    pub fn on(what: &'static str) -> Self {
        let number = next().number;
        if io::stderr().is_terminal() {
            // Without a thread nothing is shown, which keeps nobody from waiting.
            let _ = thread::Builder::new().spawn(move || {
                thread::sleep(PATIENCE);
                let mut current = current();
                if current.number == number {
                    current.bar = Some(line(what));
                }
            });
        }
        Self(())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        drop(next());
    }
}

/// Writes while the line is not there.
pub fn apart<T>(write: impl FnOnce() -> T) -> T {
    let bar = current().bar.clone();
    match bar {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

fn line(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_elapsed(PATIENCE);
    // A shape that cannot be read leaves the default one.
    if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar.enable_steady_tick(TICK);
    bar
}

/// Ends what was waited for.
fn next() -> MutexGuard<'static, Current> {
    let mut current = current();
    current.number += 1;
    if let Some(bar) = current.bar.take() {
        bar.finish_and_clear();
    }
    current
}

fn current() -> MutexGuard<'static, Current> {
    CURRENT.lock().unwrap_or_else(PoisonError::into_inner)
}
