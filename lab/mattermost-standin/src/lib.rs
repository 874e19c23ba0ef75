//! The stand-in Mattermost server: what a real one shows of itself in sign-in, settings and database.
//!
//! It decides nothing about the sign-in itself: that is `gitlab_mattermost_core::mattermost`. Scenarios reach it
//! over HTTP, SQL and files alone, as they reach a real server; only its own tests start it in process.
//!
//! # Source
//! Real servers 4.10 to 5.36.1, built and run; where nothing else is said, 5.36.1.
#![forbid(unsafe_code)]

mod answer;
mod api;
mod app;
mod asked;
mod configuration;
mod dispatch;
mod log;
mod machine;
mod mail;
mod outgoing;
mod page;
mod password;
mod server;
mod sign_in;
mod store;
mod version;

pub use log::Log;
pub use server::{Options, Server, StartError};
pub use version::VersionReport;
