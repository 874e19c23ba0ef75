//! The words by which each problem shows in a log: Mattermost's, its plugin's, GitLab's, nginx's, or what a command printed.
//!
//! Words are looked for in any case and without escapes. What no language changes comes first: ids of errors, functions,
//! statuses, addresses, errors of Go's library and of PostgreSQL; English sentences stand beside them for what is printed
//! without. The first sign that an entry shows is its cause, so that what is special stands before what is general.
//!
//! # Source
//! Messages as the servers print them: Mattermost 4.10 to 5.36.1 run, its functions and ids read in 3.x to 11.x;
//! GitLab, the plugin and later releases by their public threads and sources; PostgreSQL 15 run.

mod database;
mod integrations;
mod mail;
mod postgresql;
mod sign_in;
mod system;

use std::sync::LazyLock;

use super::sign::Sign;

/// Every sign, in the order in which they are tried.
pub(super) fn signs() -> &'static [&'static Sign] {
    static SIGNS: LazyLock<Vec<&'static Sign>> = LazyLock::new(|| {
        [database::SIGNS, system::SIGNS, mail::SIGNS, integrations::SIGNS, sign_in::SIGNS]
            .into_iter()
            .flatten()
            .collect()
    });
    &SIGNS
}
