//! The settings by path, as they are laid over each other.

use std::collections::BTreeMap;

use serde_json::Value;

/// Values by path, one for every setting of the version.
pub(super) type Values = BTreeMap<&'static str, Value>;
