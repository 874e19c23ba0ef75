//! The suite: scenarios are loaded from feature files, selected, and played through the steps.
//!
//! One scenario is played by [`Stage::play`], whoever asks for it: the command `run` through [`run()`], or a test
//! harness directly. What the steps do is not known here, nor how results are shown (`report`).

mod durations;
mod expectations;
mod feature;
mod load;
mod needs;
mod play;
mod run;
mod scenario;
mod select;
mod shard;

pub use durations::Durations;
pub use expectations::{Expectations, ExpectationsError, KnownDeviation, Tally};
pub use load::{LoadError, load};
pub use needs::{Abilities, Offer};
pub use play::Stage;
pub use run::{Plan, Planned, run, usual_jobs};
pub use scenario::{Heading, Level, Scenario};
pub use select::{Selection, SelectionError, TagExpression};
pub use shard::Shard;
