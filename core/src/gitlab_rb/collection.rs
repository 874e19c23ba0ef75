//! What the content of arrays and hashes offers: making, looking up, and dropping at any depth.

use std::cell::RefCell;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use indexmap::IndexMap;

use super::value::{HashEntry, HashKey, RubyArray, RubyHash, RubyString, Value};

impl RubyArray {
    /// An array with these elements.
    pub fn new(items: Vec<Value>) -> Self {
        Self { items, frozen: false, unknown: None }
    }
}

impl RubyHash {
    /// An empty hash of the package's own class.
    pub fn new_mash() -> Self {
        Self { entries: IndexMap::new(), mash: true, frozen: false, unknown: None }
    }

    /// The entry under a string key.
    pub fn at(&self, key: &str) -> Option<&HashEntry> {
        self.entries.get(&HashKey::Str(key.to_owned()))
    }

    /// Whether both hold the same keys with equal values, in whatever order.
    pub(super) fn same_entries(&self, other: &Self) -> bool {
        self.entries.len() == other.entries.len()
            && self
                .entries
                .iter()
                .all(|(key, entry)| other.entries.get(key).is_some_and(|found| found.value == entry.value))
    }
}

impl HashKey {
    /// The value that the key stands for; `None` for keys that are kept as printed only.
    pub fn to_value(&self) -> Option<Value> {
        Some(match self {
            Self::Str(text) => {
                // Ruby freezes the texts that it keeps as keys.
                let text = RubyString { text: text.clone(), frozen: true, unknown: None };
                Value::Str(Rc::new(RefCell::new(text)))
            }
            Self::Symbol(name) => Value::Symbol(name.clone()),
            Self::Int(number) => Value::Int(*number),
            Self::Other(text) => match text.as_str() {
                "nil" => Value::Nil,
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                _ => return None,
            },
        })
    }
}

impl Deref for RubyArray {
    type Target = Vec<Value>;

    fn deref(&self) -> &Vec<Value> {
        &self.items
    }
}

impl DerefMut for RubyArray {
    fn deref_mut(&mut self) -> &mut Vec<Value> {
        &mut self.items
    }
}

impl Deref for RubyHash {
    type Target = IndexMap<HashKey, HashEntry>;

    fn deref(&self) -> &IndexMap<HashKey, HashEntry> {
        &self.entries
    }
}

impl DerefMut for RubyHash {
    fn deref_mut(&mut self) -> &mut IndexMap<HashKey, HashEntry> {
        &mut self.entries
    }
}

/// Dropping goes level by level, so that no depth of nesting can exhaust the stack.
impl Drop for RubyArray {
    fn drop(&mut self) {
        release(mem::take(&mut self.items));
    }
}

impl Drop for RubyHash {
    fn drop(&mut self) {
        release(mem::take(&mut self.entries).into_values().map(|entry| entry.value).collect());
    }
}

fn release(mut waiting: Vec<Value>) {
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(array) => {
                if let Ok(cell) = Rc::try_unwrap(array) {
                    waiting.append(&mut cell.into_inner().items);
                }
            }
            Value::Hash(hash) => {
                if let Ok(cell) = Rc::try_unwrap(hash) {
                    let entries = mem::take(&mut cell.into_inner().entries);
                    waiting.extend(entries.into_values().map(|entry| entry.value));
                }
            }
            _ => {}
        }
    }
}
