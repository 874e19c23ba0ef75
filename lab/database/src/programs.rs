//! Finds PostgreSQL's programs on this machine.

use std::cmp::Reverse;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::copy;

/// Where Debian puts each version in a folder of its own.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Where GitLab's Linux package has its own.
const LINUX_PACKAGE: &str = "/opt/gitlab/embedded/bin";

/// No folder holds the programs that are needed together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no folder with {programs} among {looked_in}")]
pub struct NotInstalled {
    /// The programs that belong together.
    pub programs: &'static str,
    /// The folders that were looked in.
    pub looked_in: String,
}

/// The folder with `initdb` and `postgres`.
///
/// # Errors
/// There is none in `PG_BIN` if that is set, else in `PATH`, Debian's folders (highest version first), the Linux
/// package's and the lab's own copy; the error lists them.
pub fn server() -> Result<PathBuf, NotInstalled> {
    server_in(&server_folders())
}

/// The folder with `psql` and `pg_dump`.
///
/// # Errors
/// There is none in `PG_BIN` if that is set, else in the Linux package's folder, Debian's (highest version first), `PATH`
/// and the lab's own copy; the error lists them.
pub fn client() -> Result<PathBuf, NotInstalled> {
    let folders = given().unwrap_or_else(|| {
        // Debian's own `pg_dump` in PATH is a script that chooses a version by the cluster.
        let copied = copy::programs().into_iter().collect();
        [vec![PathBuf::from(LINUX_PACKAGE)], installed_versions(), path(), copied].concat()
    });
    complete(&folders, ["psql", "pg_dump"], "`psql` and `pg_dump`")
}

/// Debian's folders of programs, highest version first.
pub fn installed_versions() -> Vec<PathBuf> {
    versioned(Path::new(DEBIAN))
}

fn server_in(folders: &[PathBuf]) -> Result<PathBuf, NotInstalled> {
    complete(folders, ["initdb", "postgres"], "`initdb` and `postgres`")
}

/// The first folder that holds both programs.
fn complete(folders: &[PathBuf], names: [&str; 2], programs: &'static str) -> Result<PathBuf, NotInstalled> {
    let complete = |folder: &&PathBuf| names.iter().all(|name| folder.join(name).is_file());
    folders.iter().find(complete).cloned().ok_or_else(|| NotInstalled {
        programs,
        looked_in: folders.iter().map(|folder| format!("`{}`", folder.display())).collect::<Vec<_>>().join(", "),
    })
}

fn server_folders() -> Vec<PathBuf> {
    given().unwrap_or_else(|| {
        let mut folders = path();
        let debian = installed_versions();
        if debian.is_empty() {
            folders.push(Path::new(DEBIAN).join("*/bin"));
        }
        folders.extend(debian);
        folders.push(LINUX_PACKAGE.into());
        folders.extend(copy::programs());
        folders
    })
}

/// The one folder that the user names.
fn given() -> Option<Vec<PathBuf>> {
    env::var_os("PG_BIN").map(|folder| vec![folder.into()])
}

fn path() -> Vec<PathBuf> {
    env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default()
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
        assert_eq!(server_in(&[client.clone(), server.clone()]).unwrap(), server);
        let error = server_in(std::slice::from_ref(&client)).unwrap_err().to_string();
        assert!(error.contains(client.to_str().unwrap()), "{error}");
    }
}
