//! The stage of the scenarios: container engine, PostgreSQL, subjects, network, browsers, clean-up.
#![forbid(unsafe_code)]

pub mod chromium;
pub mod cleanup;
pub mod debian;
pub mod engine;
pub mod fault;
pub mod image;
pub mod lab;
pub mod mail;
pub mod network;
pub mod owner;
pub mod packaged_server;
pub mod postgresql;
pub mod process;
pub mod provider;
mod reach;
pub mod seed_file;
pub mod subject;
pub mod supply;
pub mod toml_fault;

/// Target of the log lines that tell people why something takes its time.
pub const PROGRESS: &str = "progress";
