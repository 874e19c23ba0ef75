//! What needs something that a machine may lack (a container engine, PostgreSQL, a browser), in one program, as most of it waits.
//! Where it is lacking a test is ignored and says why.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod cleanup;
mod image;
mod in_containers;
mod postgres;
mod supplies;
#[path = "support/trials.rs"]
mod trials;
mod up;

use std::process::ExitCode;

fn main() -> ExitCode {
    let parts = [cleanup::all(), image::all(), in_containers::all(), postgres::all(), supplies::all(), up::all()];
    trials::run(parts.concat())
}
