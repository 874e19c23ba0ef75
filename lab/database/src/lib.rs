//! PostgreSQL as the parts of the lab reach it: data sources of Mattermost, connections, and the programs of a machine.
#![forbid(unsafe_code)]

pub mod copy;
pub mod data_source;
pub mod programs;
