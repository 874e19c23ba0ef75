//! Usernames: which may be used, and how a usable one is made of any text.

use super::id::new_id;
use super::log_line::{Level, LogLine};
use crate::random::TokenSource;

/// Whether a username may be used.
///
/// # Shape
/// 1 to 64 of `a-z`, `0-9`, `.`, `-`, `_`; none of `all`, `channel`, `matterbot`, `system`. Accepted: `9.a`. Rejected:
/// `Alice`.
///
/// DIFFERENCE: the server's own error text says 3 to 22 characters and a letter first.
///
/// ```
/// use gitlab_mattermost_core::mattermost::is_valid_username;
/// assert!(is_valid_username("9.a") && !is_valid_username("Alice") && !is_valid_username("all"));
/// ```
pub fn is_valid_username(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_".contains(&b);
    (1..=64).contains(&name.len())
        && name.bytes().all(allowed)
        && !["all", "channel", "matterbot", "system"].contains(&name)
}

/// Words that become nothing, so that a random name takes their place.
const RESERVED: [&str; 15] = [
    "admin", "api", "channel", "claim", "error", "files", "help", "landing", "login", "mfa", "oauth", "plug",
    "plugins", "post", "signup",
];

/// A usable username made of any text: lower case, `-` for every character that may not be, none at the ends; where
/// nothing usable is left, `a` and a random identifier.
pub(super) fn clean_username(given: &str, random: &mut dyn TokenSource, log: &mut Vec<LogLine>) -> String {
    let lower = given.replace(' ', "-").to_lowercase();
    let lower = if RESERVED.contains(&lower.as_str()) { "" } else { lower.trim() };
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c);
    let dashed: String = lower.chars().map(|c| if allowed(c) { c } else { '-' }).collect();
    let clean = dashed.trim_matches('-');
    if is_valid_username(clean) {
        return clean.to_owned();
    }
    let new = format!("a{}", new_id(random));
    let message = "Generating new username since provided username was invalid";
    log.push(LogLine::new(Level::Warn, message).with("provided_username", given).with("new_username", new.as_str()));
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Zero;

    impl TokenSource for Zero {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    #[test]
    fn usernames_are_made_usable() {
        let random = format!("a{}", "y".repeat(26));
        for (given, expected) in [
            ("Alice.L", "alice.l"),
            ("al ice", "al-ice"),
            ("-älice-", "lice"),
            ("a/b@c", "a-b-c"),
            ("9", "9"),
            ("Login", random.as_str()),
            ("all", random.as_str()),
            ("---", random.as_str()),
            ("", random.as_str()),
            (&"x".repeat(65), random.as_str()),
        ] {
            assert_eq!(clean_username(given, &mut Zero, &mut Vec::new()), expected, "{given}");
        }
    }

    #[test]
    fn usernames_have_64_characters_at_most_and_no_reserved_word() {
        assert!(is_valid_username(&"a".repeat(64)) && is_valid_username("9") && is_valid_username("_.-"));
        for bad in ["", "all", "system", "Alice", "a b", "é", &"a".repeat(65)] {
            assert!(!is_valid_username(bad), "{bad}");
        }
    }
}
