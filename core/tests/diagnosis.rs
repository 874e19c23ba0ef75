//! The rules over fixtures, the document's own examples, and damaged inputs with secrets in them.

mod errata;
mod fixture;
mod log_cases;
mod rules;
mod secrets;
