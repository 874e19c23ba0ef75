//! The env directory of Mattermost's service: what `chpst -e` makes of its files.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use gitlab_mattermost_core::omnibus::chpst_value;

/// The most bytes of a file that are looked at; no value comes near.
const MOST: u64 = 1024 * 1024;

/// A file or folder that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read `{}`", path.display())]
pub struct Unreadable {
    path: PathBuf,
    source: io::Error,
}

/// The variables that the files of `folder` set. A file whose name begins with a point sets none.
///
/// # Errors
/// The first file that cannot be read.
pub fn read(folder: &Path) -> Result<BTreeMap<String, String>, Unreadable> {
    let unreadable = |path: &Path, source| Unreadable { path: path.to_owned(), source };
    let mut variables = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|source| unreadable(folder, source))? {
        let entry = entry.map_err(|source| unreadable(folder, source))?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if name.starts_with('.') {
            continue;
        }
        let mut content = Vec::new();
        let file = fs::File::open(&path).map_err(|source| unreadable(&path, source))?;
        file.take(MOST).read_to_end(&mut content).map_err(|source| unreadable(&path, source))?;
        if let Some(value) = chpst_value(&String::from_utf8_lossy(&content)) {
            variables.insert(name, value);
        }
    }
    Ok(variables)
}
