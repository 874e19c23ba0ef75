//! The methods that change the object they are called on, and the objects that refuse it.

use super::super::Value;

/// Whether the method changes its receiver in place.
pub(in super::super) fn changes_receiver(receiver: &Value, name: &str) -> bool {
    let common = matches!(name, "<<" | "concat" | "replace" | "insert" | "prepend" | "[]=" | "clear")
        || (name.len() > 1 && name.ends_with('!'));
    match receiver {
        Value::Str(_) => common || matches!(name, "force_encoding" | "setbyte" | "append_as_bytes" | "bytesplice"),
        Value::Array(_) => {
            common
                || matches!(
                    name,
                    "push"
                        | "append"
                        | "unshift"
                        | "pop"
                        | "shift"
                        | "delete"
                        | "delete_at"
                        | "delete_if"
                        | "keep_if"
                        | "fill"
                )
        }
        Value::Hash(_) => {
            common
                || matches!(
                    name,
                    "store"
                        | "update"
                        | "delete"
                        | "delete_if"
                        | "keep_if"
                        | "shift"
                        | "default="
                        | "default_proc="
                        | "compare_by_identity"
                        | "rehash"
                        | "deep_set"
                        | "regular_writer"
                        | "regular_update"
                        | "internal_set"
                )
        }
        _ => false,
    }
}

/// Whether the method changes single keys of a hash, so that in doubt only their values become unknown.
pub(in super::super) fn stores_by_key(receiver: &Value, name: &str) -> bool {
    matches!(receiver, Value::Hash(_)) && matches!(name, "[]=" | "store" | "merge!" | "update")
}

/// Whether `.freeze` was called on the object.
pub(in super::super) fn is_frozen(value: &Value) -> bool {
    match value {
        Value::Str(text) => text.borrow().frozen,
        Value::Array(array) => array.borrow().frozen,
        Value::Hash(hash) => hash.borrow().frozen,
        _ => true,
    }
}
