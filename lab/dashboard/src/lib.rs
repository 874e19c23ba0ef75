//! A whole lab left standing until it is told to end, and the page from which a person watches and changes it.
//!
//! The page is served on the loopback address alone, under a path that holds a secret, and takes orders from no page but
//! itself. It works without scripts; one script keeps what happens up to date.
#![forbid(unsafe_code)]

mod dashboard;
mod debugger;
mod door;
mod form;
mod lab;
mod live;
mod orders;
mod page;
mod shared;
mod sign_in;
mod trial;

pub use dashboard::Dashboard;
pub use lab::{Lab, NotSignedIn, NotStanding, Scene, Wishes};
