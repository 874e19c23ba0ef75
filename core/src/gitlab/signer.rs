//! Who signs ID tokens: outside, as randomness is, because a key has to come from somewhere.

/// An RSA key. What it signs is checked with the numbers that it tells.
pub trait Signer: std::fmt::Debug + Send + Sync {
    /// Modulus and exponent, big-endian without leading zeros.
    fn public_key(&self) -> (Vec<u8>, Vec<u8>);

    /// The RS256 signature of `message`: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, section 3.3).
    fn sign(&self, message: &[u8]) -> Vec<u8>;
}
