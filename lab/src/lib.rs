//! The virtual lab: starts PostgreSQL, GitLab and Mattermost and runs the documented scenarios end to end.
#![forbid(unsafe_code)]

pub mod browser;
pub mod cli;
pub mod exchange;
pub mod exit;
pub mod lab;
pub mod network;
pub mod tls;
pub mod world;
