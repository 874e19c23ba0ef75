//! Leaves nothing behind: containers, networks, processes and folders of a run are gone once it has ended.
//!
//! Three belts, each for what the one before cannot do:
//! 1. [`Run`] removes everything when it is dropped or finished.
//! 2. [`reaper`] does the same from a process of its own if this one dies first, by whatever signal.
//! 3. [`sweep`] removes at the next start what was left because reaper and run died together.
//!
//! Everything that must go is found by one mark, the [`Owner`](crate::owner::Owner): containers and networks carry it as the label
//! [`OWNER_LABEL`](crate::owner::OWNER_LABEL), files lie in the [`RunDirectory`] that bears it, and that folder lists the processes.
//! A run lives as long as it holds the lock of its folder.
//! Not its job: starting anything but the reaper.

pub mod reaper;
pub mod run;
pub mod run_directory;
pub mod sweep;

pub use run::{Keep, Run};
pub use run_directory::RunDirectory;

use std::path::PathBuf;

/// Why a run could not be set up so that it can be cleaned up.
#[derive(Debug, thiserror::Error)]
pub enum CleanupError {
    /// The boot id or this process's own entry in `/proc` is unreadable.
    #[error("failed to find out which process this is; the lab needs Linux with `/proc` mounted")]
    Identity(#[source] std::io::Error),
    /// The run directory or something in it could not be made.
    #[error("failed to create `{path}`; set `TMPDIR` to a folder that can be written")]
    Directory {
        /// What was to be made.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The path of the folder for temporary files is too long for sockets below it.
    #[error("`{path}` has {length} bytes, and sockets below it need at most {most}; set `TMPDIR` to a shorter path")]
    TooLong {
        /// The folder.
        path: PathBuf,
        /// Its length in bytes.
        length: usize,
        /// The most that leave room for sockets.
        most: usize,
    },
    /// The reaper could not be started.
    #[error("failed to start the clean-up process `{program} reap`")]
    Reaper {
        /// The program that was to be the reaper.
        program: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}
