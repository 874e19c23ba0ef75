//! The library from outside, in one program: a single slow test keeps nothing else waiting.
//!
//! `cargo test --test library diagnosis` runs a part of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod backup_plans;
mod deployment;
mod diagnosis;
mod document;
mod inventory_properties;
mod legacy_vectors;
mod mattermost_config_properties;
mod mattermost_env_parsing;
mod mutations;
mod nesting;
mod oauth_simulation;
mod omnibus_properties;
mod omnibus_vectors;
mod reading;
mod reading_errors;
mod reading_properties;
mod regular_expressions;
mod secrets_in_settings;
mod snapshots;
mod surroundings;
mod upgrade_properties;
mod vectors;
mod what_people_have;
