//! What a server accepts without a word although it is probably not meant.

use super::Removed;
use crate::version::Version;

/// Something in the layers that has no effect, or another one than it seems. No finding holds a value.
///
/// # Shape
/// One variant per kind; displayed, one line that names variable or path and no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// A variable that no setting reads.
    #[error("`{variable}` names no setting{}{}", known(*known_up_to), meant(nearest.as_deref()))]
    UnknownVariable {
        /// The variable.
        variable: String,
        /// The last version whose settings are all known, where the server is a later one, so that it may have the
        /// setting all the same.
        known_up_to: Option<Version>,
        /// The variable it was probably meant to be.
        nearest: Option<String>,
    },
    /// A variable of a setting that this version does not have any more.
    #[error("`{variable}` names `{}`, which is gone since {}{}", removed.path, removed.since, taken_over(removed))]
    RemovedVariable {
        /// The variable.
        variable: String,
        /// The setting, since when it is gone, and what took its place.
        removed: Removed,
    },
    /// A variable that the console shows as an override, but that changes nothing.
    #[error("`{variable}` is ignored: {why}")]
    Ignored {
        /// The variable.
        variable: String,
        /// The setting.
        path: String,
        /// Why, as a clause.
        why: String,
    },
    /// A variable that sets a setting through the beginning of its name only, and is not shown as an override.
    #[error("`{variable}` sets `{path}`, since the server does not look at the rest of the name")]
    LongName {
        /// The variable.
        variable: String,
        /// The setting.
        path: String,
    },
    /// A list given with the separator of the other parser, so that it is one element.
    #[error("`{variable}` is one element; this version splits lists at {separator}")]
    OneElement {
        /// The variable.
        variable: String,
        /// The setting.
        path: String,
        /// What splits: "commas" or "single spaces".
        separator: &'static str,
    },
    /// An empty variable that makes a list with one empty element.
    #[error("`{variable}` is empty and makes a list with one empty element")]
    EmptyElement {
        /// The variable.
        variable: String,
        /// The setting.
        path: String,
    },
    /// A key of `config.json` that no setting reads; the next write deletes it.
    #[error("`{path}` in `config.json` is no setting{}{}", known(*known_up_to), meant(*nearest))]
    UnknownKey {
        /// Section and key, or the section alone.
        path: String,
        /// The last version whose settings are all known, where the server is a later one.
        known_up_to: Option<Version>,
        /// The path it was probably meant to be.
        nearest: Option<&'static str>,
    },
    /// A locale that the server does not have, and replaces by its default.
    #[error("`{path}` names a locale that does not exist; the server uses its default")]
    UnknownLocale {
        /// The setting.
        path: String,
    },
}

fn known(up_to: Option<Version>) -> String {
    up_to.map_or_else(String::new, |version| format!(" known up to {version}"))
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; `{name}` does"))
}

fn taken_over(removed: &Removed) -> String {
    let successor = removed.successor.as_deref().map_or_else(String::new, |path| format!("; `{path}` took its place"));
    let note = removed.note.as_deref().map_or_else(String::new, |note| format!(" ({note})"));
    successor + &note
}
