//! Mattermost's side of the sign-in: the OAuth client that the Mattermost server is towards GitLab.
//!
//! A [`Flow`] is one browser request. It never waits and never reaches out: each [`Flow::step`] says what to do next
//! (ask the store, call GitLab, answer the browser), and the caller brings the result back. What the server
//! remembers between two requests is in the store alone, so any number of flows may be driven in any order.
//!
//! Beside it stand the rules of the sign-in by password and of the settings that are shown and saved over the API.
//!
//! Not here: sessions in use and the rest of the API; they belong to the server.
//!
//! # Source
//! Behaviour of real servers 4.10 to 6.7.0: 66 recorded sign-ins of 5.36.1 and what of them is different on 6.2.1
//! (`lab/tests/data`); the borders between versions as `core/data/mattermost-differences.json` tells them. *GitLab Mattermost*, "OAuth2 sequence diagram".

mod account;
mod answers;
mod arrival;
pub mod calls;
mod console;
mod context;
mod cookie;
mod decoding;
mod departure;
mod failure;
mod fault;
mod flow;
mod go;
mod id;
mod lessons;
mod log_line;
mod log_reason;
mod memory;
mod page;
mod password_sign_in;
mod profile;
mod release;
mod route;
mod service;
mod session;
mod settings;
mod site;
mod state;
mod step;
mod store;
mod tables;
mod username;

pub use account::{Account, Timestamps, is_accepted_domain, is_valid_email};
pub use answers::CallFailed;
pub use console::{saved_settings, shown_settings};
pub use cookie::Cookie;
pub use failure::Failure;
pub use fault::Fault;
pub use flow::Flow;
pub use go::{html_escape, json_escape, path_clean, query_escape, query_value};
pub use id::{new_id, random_string};
pub use lessons::{Lessons, NewDefault, NewSetting, ShownRelease, commands_in_help, learned, lessons};
pub use log_line::{Level, LogLine};
pub use log_reason::reason_in_log;
pub use memory::{MemoryStore, MemoryTeam};
pub use page::{error_page, signed_error};
pub use password_sign_in::{OTHER_WAYS, PasswordAttempt, PasswordRules, blank_password, told_after_refusal};
pub use release::{Console, Release, TimeInLog};
pub use route::Route;
pub use session::{Session, session_cookies};
pub use settings::{GitLabSettings, Settings};
pub use state::{MAX_AGE_OF_TOKENS, StateToken};
pub use step::{FlowAction, FlowInput};
pub use store::{AccountQuery, Answer, Clash, JoinRefused, Known, Question};
pub use tables::table_statements;
pub use username::is_valid_username;

#[cfg(test)]
mod tests;
