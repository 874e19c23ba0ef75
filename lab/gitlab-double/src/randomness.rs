//! Codes, tokens and session names from the operating system's randomness.

use gitlab_mattermost_core::random::TokenSource;
use rand::RngCore;

/// A cryptographic generator, seeded by the operating system.
pub(super) struct Randomness;

impl TokenSource for Randomness {
    fn fill(&mut self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }
}
