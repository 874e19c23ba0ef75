//! What of names and values may be shown.
//!
//! Values are shown of a few settings only, each by a rule that knows it to be harmless; here is what stands against
//! surprises. Names are shown if they look like names: a damaged file may have a secret where a name should be.

use crate::masking::{MASK, is_secret};

/// Longer texts are cut.
const WIDTH: usize = 120;

/// `name`, if it consists of letters, digits, underscores and points.
pub(super) fn name(name: &str) -> &str {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let is_name = !name.is_empty() && name.len() <= 100 && name.chars().all(plain);
    if is_name { name } else { "(not shown: other characters than a name has)" }
}

/// The value of the setting or variable `name`, masked if it may be secret.
pub(super) fn value(name: &str, value: &str) -> String {
    if is_secret(name, value) || value.contains('@') || value.contains('?') {
        return MASK.to_owned();
    }
    let mut shown: String = value.chars().take(WIDTH).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    shown
}
