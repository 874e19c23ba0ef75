//! Codes, tokens and session names from the operating system's randomness.

use gitlab_mattermost_core::random::TokenSource;

/// The operating system's generator.
pub(super) struct Randomness;

impl TokenSource for Randomness {
    #[allow(clippy::expect_used, reason = "a provider must not go on with tokens that can be guessed")]
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system has randomness");
    }
}
