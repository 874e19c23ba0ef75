//! Where codes, tokens, secrets and identifiers come from: outside.

/// Randomness for the state machines. A server fills it from the operating system, a simulation from a seed.
pub trait TokenSource {
    /// Fills `bytes` with unpredictable bytes.
    fn fill(&mut self, bytes: &mut [u8]);
}
