//! Backup, verify and restore from outside, against a real PostgreSQL: what they do, what they refuse, and that nothing is
//! lost however they end.

mod archives;
mod attacks;
mod command;
mod crashes;
mod damage;
pub mod installation;
mod interference;
mod mounts;
mod mutations;
mod passwords;
mod places;
mod roles;
pub mod server;
mod settings;
mod signatures;
mod situations;
pub mod state;
mod terminal;
