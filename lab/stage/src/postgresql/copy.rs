//! PostgreSQL's programs brought along: taken from the packages of this machine's own release, without root and without
//! installing anything.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use gitlab_mattermost_database::copy;

use crate::PROGRESS;
use crate::debian::{self, Packages, PackagesError};

/// Debian's name of the newest server that a release has.
const SERVER: &str = "postgresql";

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The programs are those of a folder that is named, and no others.
    #[error("`PG_BIN` names the folder of the programs; without it they could be brought along")]
    Named,
    /// This account keeps nothing.
    #[error("this account has no home in which a copy could be kept")]
    NoHome,
    /// There are no packages.
    #[error("no packages of PostgreSQL")]
    Packages(#[from] PackagesError),
    /// The packages hold no server.
    #[error("the packages of `{SERVER}` hold no server program")]
    NoServer,
    /// A file could not be written.
    #[error("cannot use `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
}

/// Where the copy belongs.
fn place() -> Result<PathBuf, CopyError> {
    match std::env::var_os("PG_BIN") {
        Some(_) => Err(CopyError::Named),
        None => copy::folder().ok_or(CopyError::NoHome),
    }
}

/// Whether a copy could be made, as far as can be told without fetching a package.
///
/// # Errors
/// Why not.
pub(crate) fn look() -> Result<(), CopyError> {
    place()?;
    let folder = tempfile::tempdir().map_err(|source| CopyError::File { path: std::env::temp_dir(), source })?;
    Packages::for_this_machine(folder.path())?.needs_of(SERVER)?;
    Ok(())
}

/// Makes the copy; from then on the programs are found as if they were installed.
///
/// # Errors
/// Why not.
pub(crate) fn make() -> Result<(), CopyError> {
    let folder = place()?;
    tracing::info!(target: PROGRESS, "bringing PostgreSQL's programs along, into `{}`", folder.display());
    let parent = folder.parent().ok_or(CopyError::NoHome)?;
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| CopyError::File { path, source }
    };
    fs::create_dir_all(parent).map_err(failed(parent))?;
    let new = tempfile::Builder::new().prefix(".postgresql-").tempdir_in(parent).map_err(failed(parent))?;
    let (root, work) = (new.path().join("root"), tempfile::tempdir().map_err(failed(&std::env::temp_dir()))?);
    let packages = Packages::for_this_machine(work.path())?;
    let mut needed = packages.needs_of(SERVER)?;
    needed.retain(|name| is_of_use(name));
    for package in packages.alone(&needed)? {
        debian::unpack(&package, &root)?;
    }
    let programs = programs_below(&root).ok_or(CopyError::NoServer)?;
    let at_last = |path: &Path| folder.join(path.strip_prefix(new.path()).unwrap_or(path));
    let libraries = libraries_below(&root).iter().map(|path| at_last(path).display().to_string()).collect::<Vec<_>>();
    let bin = new.path().join("bin");
    fs::create_dir(&bin).map_err(failed(&bin))?;
    for entry in fs::read_dir(&programs).map_err(failed(&programs))?.flatten() {
        let starter = bin.join(entry.file_name());
        fs::write(&starter, starter_of(&at_last(&entry.path()), &libraries)).map_err(failed(&starter))?;
        fs::set_permissions(&starter, fs::Permissions::from_mode(0o755)).map_err(failed(&starter))?;
    }
    // The server's account reads it; a folder for temporary files is closed to others.
    fs::set_permissions(new.path(), fs::Permissions::from_mode(0o755)).map_err(failed(new.path()))?;
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed(&folder))?;
    }
    match fs::rename(new.keep(), &folder) {
        // Another run has made it meanwhile.
        Err(_) if copy::programs().is_some_and(|programs| programs.join("postgres").is_file()) => Ok(()),
        renamed => renamed.map_err(failed(&folder)),
    }
}

/// Whether a package has something that the server runs with: neither what manages clusters nor the compiler that it can do
/// without.
fn is_of_use(package: &str) -> bool {
    let versioned =
        |prefix| package.strip_prefix(prefix).is_some_and(|rest: &str| rest.starts_with(|c: char| c.is_ascii_digit()));
    let library = package.starts_with("lib")
        && !["libllvm", "libperl", "libjson-perl", "libz3"].iter().any(|other| package.starts_with(other));
    versioned("postgresql-") || versioned("postgresql-client-") || (library && !package.ends_with("-perl"))
}

/// The folder with the server, as Debian lays it out.
fn programs_below(root: &Path) -> Option<PathBuf> {
    let versions = fs::read_dir(root.join("usr/lib/postgresql")).ok()?.flatten();
    versions.map(|version| version.path().join("bin")).find(|bin| bin.join("postgres").is_file())
}

/// The folders of libraries: one for each kind of processor.
fn libraries_below(root: &Path) -> Vec<PathBuf> {
    let below = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let folders = ["usr/lib", "lib"].into_iter().flat_map(|folder| below(root.join(folder)));
    folders.filter(|path| path.to_str().is_some_and(|path| path.contains("-linux-gnu"))).collect()
}

/// A script that starts a program where its libraries are no system's.
fn starter_of(program: &Path, libraries: &[String]) -> String {
    let words = [format!("LD_LIBRARY_PATH={}", libraries.join(":")), program.display().to_string()];
    let quoted = words.map(|word| shlex::try_quote(&word).map(|word| word.into_owned()).unwrap_or_default());
    format!("#!/bin/sh\nexec env {} {} \"$@\"\n", quoted[0], quoted[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_server_runs_with_is_taken() {
        let packages = ["postgresql-15", "postgresql-client-17", "libpq5", "libicu72", "libxslt1.1"];
        assert!(packages.into_iter().all(is_of_use));
        let others = [
            "postgresql",
            "postgresql-common",
            "postgresql-client-common",
            "perl",
            "libllvm14",
            "libjson-perl",
            "ssl-cert",
        ];
        assert!(!others.into_iter().any(is_of_use));
    }

    #[test]
    fn a_starter_quotes_what_a_shell_would_read() {
        let starter = starter_of(Path::new("/a b/postgres"), &["/a b/lib".to_owned()]);
        assert_eq!(starter, "#!/bin/sh\nexec env 'LD_LIBRARY_PATH=/a b/lib' '/a b/postgres' \"$@\"\n");
    }
}
