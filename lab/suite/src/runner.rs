//! The suite: scenarios are loaded from feature files, selected, and played through the steps.
//!
//! One scenario is played by [`Player::play`] for every caller: the command `run` through [`run()`], or a test
//! harness directly. What the steps do is not known here, nor how results are shown (`report`).

mod durations;
mod expectations;
mod feature;
mod load;
mod load_error;
mod needs;
mod play;
mod run;
mod select;
mod vocabulary;

pub use durations::Durations;
pub use expectations::{Expectations, ExpectationsError};
pub use load::load;
pub use load_error::{LoadError, UnknownStep};
pub use needs::{Abilities, Offer};
pub use play::{Keeping, Player};
pub use run::{PlannedScenario, RunPlan, run, usual_jobs};
pub use select::{Profile, Selection, SelectionError, TagExpression};
pub use vocabulary::{DefinedStep, defined_steps};
