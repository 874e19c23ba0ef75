//! Errors over arguments, which `clap` words.

use clap::error::{ContextKind, ContextValue};
use gitlab_mattermost_core::masking::shown_text;

/// An error without the passwords of addresses that it repeats: `clap` repeats what does not fit, also where the environment
/// gave it.
pub(super) fn without_secret(mut error: clap::Error) -> clap::Error {
    if let Some(ContextValue::String(value)) = error.get(ContextKind::InvalidValue) {
        let shown = shown_text(value);
        error.insert(ContextKind::InvalidValue, ContextValue::String(shown));
    }
    error
}
