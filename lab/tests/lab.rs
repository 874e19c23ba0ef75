//! Everything around the scenarios that needs no container, in one program: a single slow test keeps nothing else waiting, and
//! the crates are linked once.
//!
//! `cargo test --test lab commands` runs a part of it. Tests that may have to do without something that they need, and those
//! that are made of features, have test programs of their own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod backup;
mod canaries;
mod commands;
mod doorkeeper_transcripts;
mod examples;
mod fuzz;
mod gitlab_examples;
mod hostile;
mod mattermost_release;
mod mattermost_server;
mod mattermost_transcripts;
mod mock_gitlab;
mod parts_down;
#[path = "support/program.rs"]
mod program;
#[path = "support/screen.rs"]
mod screen;
mod serve_gitlab;
