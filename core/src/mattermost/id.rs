//! Identifiers and random texts in Mattermost's own alphabet.

use crate::random::TokenSource;

const ALPHABET: &[u8; 32] = b"ybndrfg8ejkmcpqxot1uwisza345h769";

/// A new identifier: 26 characters that carry 16 random bytes, as users, sessions and teams have.
///
/// ```
/// use gitlab_mattermost_core::mattermost::{new_id, random_string};
/// # use gitlab_mattermost_core::random::TokenSource;
/// # struct Zeros;
/// # impl TokenSource for Zeros {
/// #     fn fill(&mut self, bytes: &mut [u8]) {
/// #         bytes.fill(0);
/// #     }
/// # }
/// assert_eq!(new_id(&mut Zeros), "y".repeat(26));
/// assert_eq!(random_string(&mut Zeros, 64).len(), 64);
/// ```
pub fn new_id(random: &mut dyn TokenSource) -> String {
    encoded(random, 16, 26)
}

/// A random text of `length` characters, as state tokens have.
pub fn random_string(random: &mut dyn TokenSource, length: usize) -> String {
    encoded(random, length.div_ceil(8) * 5, length)
}

/// Base 32 without padding: five bits a character, highest first.
fn encoded(random: &mut dyn TokenSource, bytes: usize, length: usize) -> String {
    let mut data = vec![0; bytes];
    random.fill(&mut data);
    let bit = |index: usize| data.get(index / 8).map_or(0, |byte| byte >> (7 - index % 8) & 1);
    let digit = |place: usize| (0..5).fold(0_usize, |value, offset| value << 1 | usize::from(bit(place * 5 + offset)));
    (0..length).map(|place| char::from(ALPHABET[digit(place)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);

    impl TokenSource for Fixed {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn an_id_has_26_characters_of_the_alphabet_and_a_random_text_the_length_asked_for() {
        assert_eq!(new_id(&mut Fixed(0)), "y".repeat(26));
        assert_eq!(new_id(&mut Fixed(0xff)), format!("{}h", "9".repeat(25)));
        for length in [1, 7, 64] {
            assert_eq!(random_string(&mut Fixed(0xff), length), "9".repeat(length));
        }
    }
}
