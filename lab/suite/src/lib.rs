//! The suite: features, steps, property checks, faults, records and reports of runs.
#![forbid(unsafe_code)]

pub mod event;
pub mod fault;
pub mod known_deviation;
pub mod machine_facts;
pub mod property;
pub mod recording;
pub mod report;
pub mod runner;
pub mod scenario;
pub mod shard;
pub mod steps;
pub mod world;
