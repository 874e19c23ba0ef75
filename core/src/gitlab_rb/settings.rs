//! What a settings file says, after reading: the two URLs, the sections, and what was noticed on the way.

use std::collections::BTreeSet;

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
///
/// # Shape
/// [`Settings::to_json`] gives `{"calls": {…}, "sections": {…}}`, [`print_settings`](super::print::print_settings) Ruby.
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::{ReadOptions, Value, read};
///
/// let settings = read("external_url 'http://x'\nmattermost['enable'] = true", &ReadOptions::default())?;
/// assert!(settings.call("external_url").is_some());
/// assert_eq!(settings.value("mattermost", "enable"), Some(Value::Bool(true)));
/// # Ok::<(), gitlab_mattermost_core::gitlab_rb::ReadError>(())
/// ```
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
    /// Code that the file runs and that could not be seen, in the order of evaluation; each is among the unknowns too.
    pub unseen: Vec<Unknown>,
    /// Where there is such code: what the file says if that code sets nothing. The settings themselves are those of a file
    /// in which it may set anything: what stands before it is not known, and what does not stand after it neither.
    pub seen: Option<Box<Settings>>,
    /// Files that are there, as far as that was told: the package's own code asks for some, too.
    pub existing_files: BTreeSet<String>,
    /// Local variables that are named as settings of the package, and whose values go nowhere.
    pub lost_locals: Vec<LostLocal>,
}

impl Settings {
    /// What the file says if the code that cannot be seen sets nothing; without such code, the settings themselves.
    pub fn as_seen(&self) -> &Self {
        self.seen.as_deref().unwrap_or(self)
    }

    /// These settings as they are if code that cannot be seen sets nothing.
    #[must_use]
    pub fn into_seen(mut self) -> Self {
        match self.seen.take() {
            Some(seen) => *seen,
            None => self,
        }
    }

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
