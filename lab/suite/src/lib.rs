//! The suite: features, steps, property checks, faults, records and reports of runs.
#![forbid(unsafe_code)]

pub mod event;
pub mod fault;
pub mod machine_facts;
pub mod property;
pub mod report;
pub mod runner;
pub mod steps;
pub mod world;
