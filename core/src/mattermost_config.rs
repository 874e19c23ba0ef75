//! What a Mattermost server makes of its variables and its `config.json`: which settings exist, how they are named,
//! which layer wins, what is refused.
//!
//! Not here: what Omnibus writes into those layers (`omnibus`), and what the server then does with a setting.
//!
//! The rules were measured on servers from 4.10.0 to 6.7.0 (see `core/data/README.md`); between two of them the older
//! one's rule holds unless the border was read in the source, and after the last one only what the vendor's notes say is
//! known.

mod catalogue;
mod client;
mod effective;
mod finding;
mod parser;
mod refused;
mod repair;
mod validation;
mod values;

pub use catalogue::{Catalogue, EnvEffect, Removed, Setting, SettingKind, is_read_by_process};
pub(crate) use catalogue::{MEASURED, rows};
pub use client::client_config;
pub use effective::{Effective, Layer, effective, judge_file, judge_variable};
pub use finding::Finding;
pub use refused::StartRefused;
