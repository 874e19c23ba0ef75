//! HTTP as plain data: the messages that both sides of a sign-in exchange, and the pages they show to a person.
//!
//! Not here: sockets, HTML and the time; the driver of the two sides ([`crate::gitlab`],
//! [`crate::mattermost`]) brings them.

mod message;
pub mod page;

pub use message::{Body, Headers, Method, Request, Response};
