//! Bytes as hexadecimal digits.

use std::fmt::Write as _;

/// The bytes as lower-case hexadecimal digits, two for each.
///
/// ```
/// assert_eq!(gitlab_mattermost_core::hexadecimal::digits(&[0, 255]), "00ff");
/// ```
pub fn digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut digits, byte| {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}
