//! The commands that need neither lab nor container: what the built program reads, prints and ends with.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod claims;
mod columns;
mod database_encryption;
mod doc;
mod doctor;
mod doctor_database;
mod env;
mod help;
mod inventory;
mod pages;
#[path = "../support/program.rs"]
mod program;
mod provider;
mod real_settings;
mod schema;
#[path = "../support/screen.rs"]
mod screen;
mod settings;
mod terminal;
mod trace;
mod translate;
mod upgrade;
mod vectors;
