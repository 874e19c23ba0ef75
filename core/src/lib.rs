//! What GitLab's Linux package ("Omnibus") and Mattermost do together, as pure logic: plain data in, plain data out.
//!
//! This crate reads no file, opens no socket, starts no process, asks no clock and rolls no dice; the lints in
//! `clippy.toml` of this folder and `ci/check-core-dependencies` hold it to that. Doing things is the job of
//! `gitlab-mattermost-lab`.
#![forbid(unsafe_code)]

pub mod backup;
pub mod diagnosis;
pub mod document;
mod fault;
pub mod gitlab;
pub mod gitlab_rb;
pub mod hexadecimal;
pub mod http;
pub mod installation;
pub mod inventory;
pub mod legacy;
pub mod masking;
pub mod mattermost;
pub mod mattermost_config;
pub mod omnibus;
pub mod plan;
pub mod provider_requirement;
pub mod random;
pub mod reconfigure;
pub mod releases;
pub mod secret;
pub mod sequence;
pub mod time;
pub mod upgrade;
pub mod vectors;
pub mod version;
