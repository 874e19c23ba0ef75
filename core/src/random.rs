//! Where codes, tokens, secrets and identifiers come from: outside.

use crate::hexadecimal;

/// Randomness for the state machines. A server fills it from the operating system, a simulation from a seed.
///
/// # Shape
/// One method to fill a buffer; the others are made of it. A source that repeats itself makes codes that can be guessed.
///
/// ```
/// use gitlab_mattermost_core::random::TokenSource;
///
/// /// Gives equal bytes in every run.
/// struct Ones;
///
/// impl TokenSource for Ones {
///     fn fill(&mut self, bytes: &mut [u8]) {
///         bytes.fill(1);
///     }
/// }
///
/// assert_eq!(Ones.hex(2), "0101");
/// ```
pub trait TokenSource {
    /// Fills `bytes` with unpredictable bytes.
    fn fill(&mut self, bytes: &mut [u8]);

    /// `bytes` unpredictable bytes as lower-case hexadecimal digits, two for each.
    fn hex(&mut self, bytes: usize) -> String {
        let mut raw = vec![0; bytes];
        self.fill(&mut raw);
        hexadecimal::digits(&raw)
    }
}
