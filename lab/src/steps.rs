//! The steps of the features, a file per topic. A step reads like the document and has no logic of its own.

mod authorize;
pub mod command_line;
mod getting_started;
mod oauth2_sequence;
mod parts;
mod real_browser;
mod sign_in;
