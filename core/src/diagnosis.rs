//! Known problems of installations, as rules over evidence: plain data in, findings out.
//!
//! [`rules`] is the table of rules, [`Evidence`] what they look at, [`examine`] applies the ones to the other. Each rule is
//! a [`Problem`] with its checks; a check names the inputs that it needs, so what was not given is told apart from what
//! was looked at and found in order. Large inputs, logs and dumps, are read line by line through [`LogReader`] and
//! [`DumpReader`], which keep counts and the first few places only.
//!
//! Not here: gathering evidence and showing findings (`gitlab-mattermost-lab`), and following a live sign-in (`sign_in`
//! judges what was seen of one).

mod case;
mod database;
mod doubt;
mod evidence;
mod examination;
mod finding;
mod log;
mod mask;
mod problem;
mod rules;
mod script;
mod servers;
pub mod sign_in;
mod text;

pub use database::{
    Accounts, Database, DatabaseKind, DumpReader, DumpText, JSON_COLUMNS, Migration, NUL_ESCAPE, Uncastable,
    json_refusal, migrations_of,
};
pub use doubt::Doubt;
pub use evidence::{BackupEntry, BackupFolder, Evidence, Input, TextFile};
pub use examination::{Diagnosis, Examined, JudgedAs, Outcome, examine};
pub use finding::{Finding, Place, Severity};
pub use log::{Log, LogReader};
pub use problem::Problem;
pub use rules::{Check, Rule, rules};
pub use servers::Servers;

/// How many places of one finding are kept; the others are counted.
pub const PLACES_KEPT: usize = 5;
