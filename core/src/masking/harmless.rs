//! Values that are no secret, whatever name they stand under.

/// Folders below `/` in which files lie that settings name.
const ROOTS: [&str; 8] = ["etc", "var", "opt", "run", "usr", "srv", "home", "root"];

/// Whether a value is no secret under any name: nothing, a switch, a place in the file system.
pub(crate) fn tells_nothing(value: &str) -> bool {
    let value = value.trim();
    let root = value.strip_prefix('/').and_then(|path| path.split_once('/')).map(|(root, _)| root);
    matches!(value, "" | "true" | "false" | "nil" | "null")
        || root.is_some_and(|root| ROOTS.contains(&root)) && !value.contains(char::is_whitespace)
}
