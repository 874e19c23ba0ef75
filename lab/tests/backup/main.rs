//! Backup, verify and restore from outside, against a real PostgreSQL: what they do, what they refuse, and that nothing is
//! lost however they end.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

mod archives;
mod attacks;
mod command;
mod crashes;
mod damage;
mod installation;
mod interference;
mod mounts;
mod mutations;
mod passwords;
mod places;
mod roles;
mod server;
mod settings;
mod signatures;
mod situations;
mod state;
mod terminal;
