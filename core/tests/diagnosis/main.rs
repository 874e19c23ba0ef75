//! The rules over fixtures, the document's own examples, and damaged inputs with secrets in them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

mod errata;
mod fixture;
mod log_cases;
mod rules;
mod secrets;
