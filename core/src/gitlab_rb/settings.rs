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

/// A local variable that is named as a setting of the package, and does nothing: `external_url = '…'`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostLocal {
    /// Its name.
    pub name: String,
    /// Where it is assigned.
    pub span: Span,
}

/// A settings file, read.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Calls such as `external_url 'https://…'`, by method name; the last call counts.
    pub calls: IndexMap<String, Assigned>,
    /// Sections such as `mattermost`, `gitlab_rails`, `postgresql`; keys are strings, symbols having been turned into
    /// strings as the package's own hash class does. A section is listed once the file speaks of it.
    pub sections: IndexMap<String, Hash>,
    /// Every place whose value only Ruby could tell, in the order of evaluation; the values that depend on one are
    /// [`Value::Unknown`] with the same span.
    pub unknowns: Vec<Unknown>,
    /// Local variables that are named as settings of the package, and whose values go nowhere.
    pub lost_locals: Vec<LostLocal>,
}

impl Settings {
    /// The argument of the last call of `method`, for example `external_url`.
    pub fn call(&self, method: &str) -> Option<&Assigned> {
        self.calls.get(method)
    }

    /// The entry `section['key']`, if the file set it; an entry of unknown value if only Ruby could tell whether.
    pub fn get(&self, section: &str, key: &str) -> Option<HashEntry> {
        let hash = self.sections.get(section)?.borrow();
        let doubt = || hash.unknown.clone().map(|it| HashEntry { span: Some(it.span), value: Value::Unknown(it) });
        hash.at(key).cloned().or_else(doubt)
    }

    /// The value of `section['key']`, if the file set it.
    pub fn value(&self, section: &str, key: &str) -> Option<Value> {
        self.get(section, key).map(|entry| entry.value)
    }
}
