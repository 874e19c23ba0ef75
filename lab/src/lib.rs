//! The virtual lab: starts PostgreSQL, GitLab and Mattermost and runs the documented scenarios end to end.
#![forbid(unsafe_code)]

pub mod cli;
pub mod exchange;
pub mod exit;
pub mod gitlab;
pub mod lab;
pub mod replay;
pub mod world;
