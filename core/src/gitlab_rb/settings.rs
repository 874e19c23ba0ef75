//! What a settings file says, after reading: the two URLs, the sections, and what was noticed on the way.

use indexmap::IndexMap;

use super::{Hash, HashEntry, Span, Unknown, Value};

/// A value and the place in the file that assigned it.
#[derive(Debug, Clone)]
pub struct Assigned {
    /// The value.
    pub value: Value,
    /// The call or assignment that gave it.
    pub span: Span,
}

/// A settings file, read.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Calls such as `external_url 'https://…'`, by method name; the last call counts.
    pub calls: IndexMap<String, Assigned>,
    /// Sections such as `mattermost`, `gitlab_rails`, `postgresql`; keys are strings, symbols having been turned into
    /// strings as the package's own hash class does.
    pub sections: IndexMap<String, Hash>,
    /// Unknown values met while reading that could not be attached to one setting (for example a condition that only
    /// Ruby could decide), in the order of the file.
    pub unknowns: Vec<Unknown>,
}

impl Settings {
    /// The argument of the last call of `method`, for example `external_url`.
    pub fn call(&self, method: &str) -> Option<&Assigned> {
        self.calls.get(method)
    }

    /// The entry `section['key']`, if the file set it.
    pub fn get(&self, section: &str, key: &str) -> Option<HashEntry> {
        let key = super::HashKey::Str(key.to_owned());
        self.sections.get(section)?.borrow().get(&key).cloned()
    }

    /// The value of `section['key']`, if the file set it.
    pub fn value(&self, section: &str, key: &str) -> Option<Value> {
        self.get(section, key).map(|entry| entry.value)
    }
}
