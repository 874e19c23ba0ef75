//! The virtual lab: starts PostgreSQL, GitLab and Mattermost and runs the documented scenarios end to end.
#![forbid(unsafe_code)]

pub mod backend;
pub mod browser;
pub mod cause;
pub mod chromium;
pub mod cleanup;
pub mod cli;
pub mod engine;
pub mod event;
pub mod exchange;
pub mod exit;
pub mod fault;
pub mod gitlab;
pub mod image;
pub mod installation;
pub mod lab;
pub mod mattermost;
pub mod network;
pub mod replay;
pub mod report;
pub mod seed_file;
pub mod steps;
pub mod subject;
pub mod suite;
pub mod tls;
pub mod trace;
pub mod world;
