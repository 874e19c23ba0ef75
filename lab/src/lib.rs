//! The virtual lab: starts PostgreSQL, GitLab and Mattermost and runs the documented scenarios end to end.
#![forbid(unsafe_code)]

pub mod backend;
pub mod backup;
pub mod browser;
pub mod cause;
pub mod chromium;
pub mod cleanup;
pub mod cli;
pub mod data_source;
pub mod doctor;
pub mod engine;
pub mod environment;
pub mod event;
pub mod examined;
pub mod exchange;
pub mod exit;
pub mod fault;
pub mod gitlab;
pub mod host;
pub mod image;
pub mod installation;
pub mod inventory;
pub mod lab;
pub mod mattermost;
pub mod network;
pub mod property;
pub mod replay;
pub mod report;
mod secret_places;
pub mod seed_file;
pub mod steps;
pub mod subject;
pub mod suite;
pub mod tls;
pub mod trace;
pub mod world;
