//! The settings by path, merged layer by layer.

use std::collections::BTreeMap;

use serde_json::Value;

/// Values by path, one for every setting of the version.
pub(super) type Values = BTreeMap<&'static str, Value>;
