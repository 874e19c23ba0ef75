//! The command line of the virtual lab, and the programs that it plays on a host.
#![forbid(unsafe_code)]

pub mod cli;
mod console;
pub mod package_programs;
mod settings_fault;
mod standin;
mod terminal;
mod waiting;
