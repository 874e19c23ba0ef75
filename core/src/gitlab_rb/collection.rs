//! The content of array and hash objects, and the keys of hashes.
//!
//! Omnibus keeps its settings in a hash class of its own (`ConfigMash`), whose symbol keys become strings and whose
//! hashes and arrays are converted when assigned; [`RubyHash::mash`] tells such a hash from a plain one.

use std::cell::RefCell;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use indexmap::IndexMap;

use super::{RubyString, Span, Unknown, Value};

/// The content of an array object.
#[derive(Debug, Clone, Default)]
pub struct RubyArray {
    /// The elements.
    pub items: Vec<Value>,
    /// Whether `.freeze` was called on it.
    pub frozen: bool,
    /// Set when only Ruby could tell whether, or to what, the array was changed in place.
    pub unknown: Option<Unknown>,
}

/// The content of a hash object, in order of insertion.
#[derive(Debug, Clone, Default)]
pub struct RubyHash {
    /// The pairs.
    pub entries: IndexMap<HashKey, HashEntry>,
    /// Whether it is one of the package's own hashes: symbol keys become strings, and inside `gitlab.rb` reading a
    /// missing key makes an empty hash there.
    pub mash: bool,
    /// Whether `.freeze` was called on it.
    pub frozen: bool,
    /// Set when only Ruby could tell what the hash holds under the keys that are not in `entries`.
    pub unknown: Option<Unknown>,
}

/// A key of a Ruby hash; `'a'` and `:a` are different keys in a plain Ruby hash.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HashKey {
    /// A string key.
    Str(String),
    /// A symbol key, without its colon.
    Symbol(String),
    /// An integer key.
    Int(i128),
    /// Any other key, as Ruby's `inspect` prints it.
    Other(String),
}

/// A value in a hash, with the place in the file that put it there.
#[derive(Debug, Clone)]
pub struct HashEntry {
    /// The value.
    pub value: Value,
    /// Where the pair or the element assignment stands; `None` for what no line of the file wrote.
    pub span: Option<Span>,
}

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
