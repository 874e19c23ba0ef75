//! GitLab's side and Mattermost's side driven against each other in memory, with a simulated clock, a bad network and an
//! adversary.
//!
//! - `sides`, `browser`: the two state machines, and people with browsers.
//! - `message`, `step`, `network`: messages under way, and what may happen next to any of them.
//! - `adversary`: what he knows and what he tries.
//! - `witness`, `secrets`: an own model of the rules, held against every message.
//! - `matching`, `properties`, `simulation`, `liars`: the tests.
//! - `native`: clients that use PKCE and refresh tokens; `switch`: accounts with a password that go over to GitLab.

mod adversary;
mod browser;
mod liars;
mod matching;
mod message;
mod native;
mod network;
mod properties;
mod secrets;
mod sides;
mod simulation;
mod step;
mod switch;
mod witness;
