//! Finds PostgreSQL's server programs on this machine.

use std::cmp::Reverse;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::BackendError;

/// Where Debian puts each version in a folder of its own.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Where GitLab's Linux package has its own.
const LINUX_PACKAGE: &str = "/opt/gitlab/embedded/bin";

/// The folder with `initdb` and `postgres`.
///
/// # Errors
/// There is none in `PG_BIN` if that is set, else in `PATH`, Debian's folders (highest version first) and the Linux
/// package's; the error lists them.
pub fn find() -> Result<PathBuf, BackendError> {
    find_in(&candidates())
}

/// Debian's folders of programs, highest version first.
pub fn installed_versions() -> Vec<PathBuf> {
    versioned(Path::new(DEBIAN))
}

fn find_in(candidates: &[PathBuf]) -> Result<PathBuf, BackendError> {
    let complete = |folder: &&PathBuf| ["initdb", "postgres"].iter().all(|name| folder.join(name).is_file());
    candidates.iter().find(complete).cloned().ok_or_else(|| BackendError::NotInstalled {
        looked_in: candidates.iter().map(|folder| format!("`{}`", folder.display())).collect::<Vec<_>>().join(", "),
    })
}

fn candidates() -> Vec<PathBuf> {
    if let Some(folder) = env::var_os("PG_BIN") {
        return vec![folder.into()];
    }
    let mut folders: Vec<_> = env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    let debian = versioned(Path::new(DEBIAN));
    if debian.is_empty() {
        folders.push(Path::new(DEBIAN).join("*/bin"));
    }
    folders.extend(debian);
    folders.push(LINUX_PACKAGE.into());
    folders
}

/// `parent/VERSION/bin`, highest version first.
fn versioned(parent: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
    let mut versions: Vec<(Vec<u32>, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let version: Result<_, _> = entry.file_name().to_str()?.split('.').map(str::parse).collect();
            Some((version.ok()?, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by_key(|(version, _)| Reverse(version.clone()));
    versions.into_iter().map(|(_, folder)| folder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        let parent = tempfile::tempdir().unwrap();
        for version in ["9.6", "15", "10", "common"] {
            fs::create_dir_all(parent.path().join(version).join("bin")).unwrap();
        }
        let found = versioned(parent.path());
        let expected = ["15/bin", "10/bin", "9.6/bin"].map(|folder| parent.path().join(folder));
        assert_eq!(found, expected);
    }

    #[test]
    fn a_folder_without_the_server_is_passed_over_and_an_error_names_every_folder() {
        let parent = tempfile::tempdir().unwrap();
        let [client, server] = ["client", "server"].map(|name| parent.path().join(name));
        for (folder, programs) in [(&client, &["psql"][..]), (&server, &["psql", "initdb", "postgres"])] {
            fs::create_dir(folder).unwrap();
            for program in programs {
                fs::write(folder.join(program), "").unwrap();
            }
        }
        assert_eq!(find_in(&[client.clone(), server.clone()]).unwrap(), server);
        let error = find_in(std::slice::from_ref(&client)).unwrap_err().to_string();
        assert!(error.contains(client.to_str().unwrap()), "{error}");
    }
}
