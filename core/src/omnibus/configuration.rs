//! The package's working copy of the settings: every value with its origin, changed step by step while deriving.
//!
//! Not here: the steps themselves.

use std::collections::BTreeMap;
use std::rc::Rc;

use indexmap::IndexMap;

use super::DeriveError;
use super::not_known::NotKnown;
use super::origin::Origin;
use super::tables::Table;
use super::warning::Warning;
use crate::gitlab_rb::{HashEntry, HashKey, RubyArray, RubyHash, Settings, Span, Unknown, Value};
use crate::version::Version;

/// The first GitLab with Chef 15.
const NIL_REPLACES: Version = Version::new(13, 2, 0);

/// A value and where it comes from.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub value: Value,
    pub origin: Origin,
}

/// The settings while they are worked on. Strings, arrays and hashes are copies, shared among each other as in the
/// file, so that appending in place changes what it changes in the package and never the caller's settings.
#[derive(Debug)]
pub(super) struct Configuration {
    calls: IndexMap<String, Slot>,
    sections: IndexMap<String, IndexMap<String, Slot>>,
    /// What a key holds that is in no section's entries but may have been set: only Ruby could tell.
    doubts: IndexMap<String, Unknown>,
    pub table: Table,
    pub warnings: Vec<Warning>,
    /// What is not known so far, where that shall not stop the derivation.
    pub not_known: Option<Vec<NotKnown>>,
}

impl Configuration {
    pub(super) fn of(settings: &Settings, table: Table) -> Self {
        let mut copies = Copies::default();
        let slot = |setting: String, value: Value, span| Slot { value, origin: Origin::setting(setting, span) };
        let calls = settings
            .calls
            .iter()
            .map(|(name, call)| (name.clone(), slot(name.clone(), copies.copy(&call.value), Some(call.span))));
        let calls = calls.collect();
        let mut doubts = IndexMap::new();
        let mut sections = IndexMap::new();
        for (section, hash) in &settings.sections {
            let hash = hash.borrow();
            if let Some(unknown) = &hash.unknown {
                doubts.insert(section.clone(), unknown.clone());
            }
            let entries = hash.entries.iter().filter_map(|(key, entry)| {
                let (HashKey::Str(key) | HashKey::Symbol(key)) = key else { return None };
                Some((key.clone(), slot(setting_name(section, key), copies.copy(&entry.value), entry.span)))
            });
            sections.insert(section.clone(), entries.collect());
        }
        Self { calls, sections, doubts, table, warnings: Vec::new(), not_known: None }
    }

    /// Notes down that a setting is not known, where that is asked for and stops nothing.
    pub(super) fn leave_open(&mut self, setting: &str, unknown: &Unknown) {
        if let Some(not_known) = &mut self.not_known {
            let Unknown { span, reason } = unknown.clone();
            not_known.push(NotKnown { setting: setting.to_owned(), variable: None, reason, span });
        }
    }

    /// Takes `otherwise` for a value that is not known, and notes that down.
    ///
    /// # Errors
    /// Any other error; and that one too, where nothing may be left open.
    pub(super) fn known_or<T>(
        &mut self,
        value: Result<T, DeriveError>,
        variable: Option<&str>,
        otherwise: T,
    ) -> Result<T, DeriveError> {
        match (value, &mut self.not_known) {
            (Err(DeriveError::UnknownValue { setting, reason, span }), Some(not_known)) => {
                not_known.push(NotKnown { setting, variable: variable.map(str::to_owned), reason, span });
                Ok(otherwise)
            }
            (value, _) => value,
        }
    }

    /// The last argument of a call such as `external_url`; `nil` if it was not called.
    pub(super) fn call(&self, name: &str) -> Slot {
        self.calls.get(name).cloned().unwrap_or(Slot { value: Value::Nil, origin: Origin::Default })
    }

    /// `section[key]` if it was set, to whatever value.
    pub(super) fn given(&self, section: &str, key: &str) -> Option<Slot> {
        let found = self.sections.get(section).and_then(|entries| entries.get(key)).cloned();
        found.or_else(|| {
            let unknown = self.doubts.get(section)?;
            let origin = Origin::setting(setting_name(section, key), Some(unknown.span));
            Some(Slot { value: Value::Unknown(unknown.clone()), origin })
        })
    }

    /// `section[key]`; `nil` if it was not set.
    pub(super) fn value(&self, section: &str, key: &str) -> Value {
        self.given(section, key).map_or(Value::Nil, |slot| slot.value)
    }

    /// Sets `section[key]`.
    pub(super) fn set(&mut self, section: &str, key: &str, value: Value, origin: Origin) {
        let entries = self.sections.entry(section.to_owned()).or_default();
        entries.insert(key.to_owned(), Slot { value, origin });
    }

    /// Ruby's `section[key] ||= value`: an unset, `nil` or `false` entry is replaced; an unknown one stays unknown.
    pub(super) fn set_unless_true(&mut self, section: &str, key: &str, value: Value, origin: Origin) {
        if self.value(section, key).truthy() == Some(false) {
            self.set(section, key, value, origin);
        }
    }

    /// Whether `section[key]` counts as true; an unset or `nil` entry counts as `default`.
    ///
    /// # Errors
    /// [`DeriveError::UnknownValue`] if only Ruby could tell.
    pub(super) fn flag(&self, section: &str, key: &str, default: bool) -> Result<bool, DeriveError> {
        match self.value(section, key) {
            Value::Nil => Ok(default),
            Value::Unknown(unknown) => Err(DeriveError::unknown(setting_name(section, key), unknown)),
            value => Ok(value.truthy() != Some(false)),
        }
    }

    /// `mattermost[key]` as the recipe reads it while it is compiled: `nil` brings back the default.
    pub(super) fn compiled(&self, key: &str) -> Slot {
        let given = self.given("mattermost", key).filter(|slot| !matches!(slot.value, Value::Nil));
        given.unwrap_or_else(|| self.default_slot(key))
    }

    /// `mattermost[key]` as it is when files are written: by then the settings have been applied again, `nil` and all.
    pub(super) fn converged(&self, key: &str) -> Slot {
        let given = self.given("mattermost", key).filter(|slot| self.replaces_default(&slot.value));
        let mut slot = given.unwrap_or_else(|| self.default_slot(key));
        slot.value = without_duplicates(&slot.value);
        slot
    }

    /// Whether a value takes the place of a default when files are written: `nil` does not before GitLab 13.2.
    ///
    /// # Source
    /// `Chef::Node::Attribute#hash_only_merge!` of Chef 13.6.4 and 14.14.29, run, and 15.9.17, read.
    pub(super) fn replaces_default(&self, value: &Value) -> bool {
        self.table.version >= NIL_REPLACES || !matches!(value, Value::Nil)
    }

    fn default_slot(&self, key: &str) -> Slot {
        Slot { value: self.table.default(key), origin: Origin::Default }
    }

    pub(super) fn warn(&mut self, code: &'static str, message: impl Into<String>, span: Option<Span>) {
        self.warnings.push(Warning { code, message: message.into(), span });
    }

    /// The keys of a section that the settings or the secrets file gave, with their values.
    pub(super) fn entries(&self, section: &str) -> impl Iterator<Item = (&String, &Slot)> {
        self.sections.get(section).into_iter().flatten()
    }
}

/// How the file writes a setting.
pub(super) fn setting_name(section: &str, key: &str) -> String {
    format!("{section}['{key}']")
}

/// The text of a slot as Ruby's `to_s` gives it.
pub(super) fn text_of(slot: &Slot, setting: &str) -> Result<String, DeriveError> {
    slot.value.to_ruby_text().map_err(|unknown| DeriveError::unknown(setting.to_owned(), unknown))
}

/// The text of a setting that no variable depends on; `None` with a warning where only Ruby could tell it.
pub(super) fn known_text(configuration: &mut Configuration, slot: &Slot, setting: &str) -> Option<String> {
    match slot.value.to_ruby_text() {
        Ok(text) => Some(text),
        Err(unknown) => {
            let message = format!("`{setting}` cannot be known without running Ruby: {}", unknown.reason);
            configuration.warn("unknown_value", message, Some(unknown.span));
            None
        }
    }
}

/// Applying the settings a second time unites each array with itself, which drops repeated elements.
fn without_duplicates(value: &Value) -> Value {
    match value {
        Value::Array(array) => {
            let mut copy = array.borrow().clone();
            let mut items: Vec<Value> = Vec::new();
            for item in copy.items.drain(..) {
                if !items.iter().any(|other| other.class_name() == item.class_name() && *other == item) {
                    items.push(item);
                }
            }
            copy.items = items;
            Value::Array(Rc::new(copy.into()))
        }
        Value::Hash(hash) => {
            let mut copy = hash.borrow().clone();
            for entry in copy.entries.values_mut() {
                entry.value = without_duplicates(&entry.value);
            }
            Value::hash(copy)
        }
        other => other.clone(),
    }
}

/// Copies objects once each, so that what was shared stays shared.
#[derive(Default)]
struct Copies {
    by_address: BTreeMap<usize, Value>,
}

impl Copies {
    fn copy(&mut self, value: &Value) -> Value {
        let address = match value {
            Value::Str(text) => Rc::as_ptr(text).addr(),
            Value::Array(array) => Rc::as_ptr(array).addr(),
            Value::Hash(hash) => Rc::as_ptr(hash).addr(),
            other => return other.clone(),
        };
        if let Some(copy) = self.by_address.get(&address) {
            return copy.clone();
        }
        let copy = match value {
            Value::Str(text) => Value::Str(Rc::new(text.borrow().clone().into())),
            Value::Array(array) => {
                let array = array.borrow();
                let items = array.items.iter().map(|item| self.copy(item)).collect();
                Value::Array(Rc::new(RubyArray { items, frozen: array.frozen, unknown: array.unknown.clone() }.into()))
            }
            Value::Hash(hash) => Value::hash(self.copy_hash(&hash.borrow())),
            other => other.clone(),
        };
        self.by_address.insert(address, copy.clone());
        copy
    }

    fn copy_hash(&mut self, hash: &RubyHash) -> RubyHash {
        let entries = hash.entries.iter();
        let entries = entries
            .map(|(key, entry)| (key.clone(), HashEntry { value: self.copy(&entry.value), span: entry.span }))
            .collect();
        RubyHash { entries, mash: hash.mash, frozen: hash.frozen, unknown: hash.unknown.clone() }
    }
}
