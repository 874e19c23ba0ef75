//! Listeners to what a browser sends and receives.

use std::fmt;

use crate::Page;

/// Notes the requests of a browser, and what comes of each.
pub trait Watch: fmt::Debug + Send + Sync {
    /// Notes a request that is being sent; a number for it, unless it is of no interest.
    fn asked(&self, request: &reqwest::Request) -> Option<usize>;

    /// Notes the answer to the request of that number, or why there is none.
    fn answered(&self, number: usize, answer: Result<&Page, String>);
}
