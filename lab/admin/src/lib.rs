//! What an administrator needs: backup, restore, verify, doctor, inventory, trace, replay.
#![forbid(unsafe_code)]

pub mod backup;
pub mod doctor;
pub mod env_directory;
pub mod inventory;
pub mod read_only_database;
pub mod reading;
pub mod replay;
pub mod trace;
