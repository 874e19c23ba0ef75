//! Passwords of the stand-in's own accounts.
//!
//! DIFFERENCE: a real server keeps bcrypt digests; a dump of one brings accounts whose passwords do not work here.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gitlab_mattermost_core::secret::Secret;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const ROUNDS: u32 = 4096;

/// The digest to keep of a password: `$lab$SALT$DIGEST`.
pub(super) fn digest(password: &str) -> Secret {
    let salt: [u8; 16] = rand::random();
    Secret::new(format!("$lab${}${}", STANDARD.encode(salt), STANDARD.encode(rounds(&salt, password))))
}

/// Whether `password` is the one that `kept` was made of.
pub(super) fn matches(kept: &Secret, password: &str) -> bool {
    let Some((salt, digest)) = kept.expose().strip_prefix("$lab$").and_then(|rest| rest.split_once('$')) else {
        return false;
    };
    let (Ok(salt), Ok(digest)) = (STANDARD.decode(salt), STANDARD.decode(digest)) else { return false };
    bool::from(rounds(&salt, password).ct_eq(&digest))
}

fn rounds(salt: &[u8], password: &str) -> Vec<u8> {
    (0..ROUNDS).fold(password.as_bytes().to_vec(), |digest, _| {
        Sha256::new().chain_update(salt).chain_update(&digest).finalize().to_vec()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_password_matches_its_digest() {
        let kept = digest("Passw0rd!x9");
        assert!(matches(&kept, "Passw0rd!x9"));
        assert!(!matches(&kept, "passw0rd!x9"));
        assert!(!matches(&Secret::default(), ""));
    }
}
