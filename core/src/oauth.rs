//! OAuth2 sign-in through GitLab as two state machines without I/O: GitLab's side and Mattermost's side.
//!
//! Messages and time go in, messages come out; whoever drives them brings the clock, the network and the randomness.

#[macro_use]
mod fault;
pub mod gitlab;
pub mod mattermost;
mod message;
pub mod page;
mod secret;
mod time;
mod token_source;

pub use message::{Body, Headers, Method, Request, Response};
pub use secret::Secret;
pub use time::UnixTime;
pub use token_source::TokenSource;
