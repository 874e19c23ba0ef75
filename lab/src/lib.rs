//! The virtual lab: starts PostgreSQL, GitLab and Mattermost and runs the documented scenarios end to end.
#![forbid(unsafe_code)]

pub mod cli;
pub mod event;
pub mod exchange;
pub mod exit;
pub mod lab;
pub mod report;
pub mod steps;
pub mod suite;
pub mod world;
