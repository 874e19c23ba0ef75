//! Files beside the settings file; printed by their names alone, as they may hold secrets.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value as Json;

use crate::omnibus::chpst_value;

/// An env directory: the content of each file by its name.
///
/// # Shape
/// A file's name is the variable's. A name that starts with a dot sets nothing, an empty file unsets its variable.
///
/// ```
/// use gitlab_mattermost_core::installation::EnvDirectory;
///
/// let directory = EnvDirectory { name: "env".to_owned(), files: [(".note".to_owned(), "1".to_owned())].into() };
/// assert!(directory.variables().is_empty());
/// ```
#[derive(Clone)]
pub struct EnvDirectory {
    /// The name to call it by.
    pub name: String,
    /// The files.
    pub files: BTreeMap<String, String>,
}

impl EnvDirectory {
    /// What `chpst -e` sets: files whose names start with a dot are ignored, empty ones unset their variable.
    pub fn variables(&self) -> BTreeMap<String, String> {
        let files = self.files.iter().filter(|(name, _)| !name.starts_with('.'));
        files.filter_map(|(name, content)| Some((name.clone(), chpst_value(content)?))).collect()
    }
}

/// A file with a JSON object.
///
/// # Shape
/// `json` is what `text` parses to.
///
/// ```
/// use gitlab_mattermost_core::installation::JsonFile;
///
/// let file = JsonFile { name: "config.json".to_owned(), text: "{}".to_owned(), json: serde_json::json!({}) };
/// assert_eq!(format!("{file:?}"), "JsonFile { name: \"config.json\", .. }");
/// ```
#[derive(Clone)]
pub struct JsonFile {
    /// The name to call it by.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Its content.
    pub json: Json,
}

impl fmt::Debug for EnvDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnvDirectory").field("name", &self.name).finish_non_exhaustive()
    }
}

impl fmt::Debug for JsonFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonFile").field("name", &self.name).finish_non_exhaustive()
    }
}
