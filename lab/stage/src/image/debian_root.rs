//! The files of a fresh Debian, as an archive: each package unpacked as it is, and the packages themselves, which are installed
//! inside.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tar::{Archive, Builder, EntryType, Header};

use crate::debian::{self, PackagesError};

/// Where the packages lie inside.
pub(super) const PACKAGES: &str = "packages";

/// Folders that are links into `usr`.
const MERGED: [&str; 4] = ["bin", "lib", "lib64", "sbin"];

/// What a slim image leaves out, its licences excepted.
const LEFT_OUT: [&str; 4] = ["usr/share/doc/", "usr/share/info/", "usr/share/locale/", "usr/share/man/"];

/// Tells `dpkg` to leave out the same.
const EXCLUDES: &str = "path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/man/*
";

/// Writes the archive to the file `to`.
///
/// # Errors
/// A package is unreadable, or the file cannot be written.
pub(super) fn write(packages: &[PathBuf], to: &Path) -> Result<(), PackagesError> {
    let failed = |source| PackagesError::File { path: to.to_owned(), source };
    let mut root = Root { archive: Builder::new(File::create(to).map_err(failed)?), folders: BTreeSet::new() };
    root.begin().map_err(failed)?;
    for package in packages {
        let files = debian::archive_of(package)?;
        root.take(&files).map_err(failed)?;
    }
    root.end(packages).map_err(failed)
}

struct Root {
    archive: Builder<File>,
    /// Those that are there already.
    folders: BTreeSet<PathBuf>,
}

impl Root {
    fn begin(&mut self) -> io::Result<()> {
        self.folder("usr")?;
        for name in MERGED {
            self.folder(&format!("usr/{name}"))?;
            let mut header = Header::new_gnu();
            header.set_entry_type(EntryType::Symlink);
            header.set_mode(0o777);
            header.set_size(0);
            self.archive.append_link(&mut header, name, format!("usr/{name}"))?;
        }
        Ok(())
    }

    /// Takes over the files of one package.
    fn take(&mut self, files: &[u8]) -> io::Result<()> {
        for entry in Archive::new(files).entries()? {
            let entry = entry?;
            let path = merged(&entry.path()?);
            let mut header = entry.header().clone();
            match header.entry_type() {
                _ if path.as_os_str().is_empty() || is_left_out(&path, header.entry_type()) => {}
                EntryType::Directory => {
                    if self.folders.insert(path.clone()) {
                        self.archive.append_data(&mut header, path, io::empty())?;
                    }
                }
                EntryType::Symlink => {
                    let target = entry.link_name()?.unwrap_or_default().into_owned();
                    self.archive.append_link(&mut header, path, target)?;
                }
                EntryType::Link => {
                    let target = merged(&entry.link_name()?.unwrap_or_default());
                    self.archive.append_link(&mut header, path, target)?;
                }
                _ => self.archive.append_data(&mut header, path, entry)?,
            }
        }
        Ok(())
    }

    fn end(mut self, packages: &[PathBuf]) -> io::Result<()> {
        self.folder("etc/dpkg/dpkg.cfg.d")?;
        self.file("etc/dpkg/dpkg.cfg.d/slim", EXCLUDES)?;
        self.file("etc/apt/sources.list", &debian::sources_list(false))?;
        // No package is installed yet.
        self.file("var/lib/dpkg/status", "")?;
        self.file("var/lib/dpkg/available", "")?;
        self.folder(PACKAGES)?;
        for (number, package) in packages.iter().enumerate() {
            self.archive.append_path_with_name(package, format!("{PACKAGES}/{number}.deb"))?;
        }
        self.archive.into_inner()?.sync_all()
    }

    fn folder(&mut self, path: &str) -> io::Result<()> {
        if !self.folders.insert(PathBuf::from(path)) {
            return Ok(());
        }
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Directory);
        header.set_mode(0o755);
        header.set_size(0);
        self.archive.append_data(&mut header, path, io::empty())
    }

    fn file(&mut self, path: &str, text: &str) -> io::Result<()> {
        let mut header = Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(text.len() as u64);
        self.archive.append_data(&mut header, path, text.as_bytes())
    }
}

/// The path with what is a link into `usr` written out.
fn merged(path: &Path) -> PathBuf {
    let path = path.strip_prefix(".").unwrap_or(path);
    let first = path.components().next().map(|first| first.as_os_str().to_owned()).unwrap_or_default();
    if MERGED.iter().any(|name| first == *name) { Path::new("usr").join(path) } else { path.to_owned() }
}

fn is_left_out(path: &Path, kind: EntryType) -> bool {
    let is_below = |folder: &str| path.to_str().is_some_and(|path| path.starts_with(folder));
    kind != EntryType::Directory && !path.ends_with("copyright") && LEFT_OUT.into_iter().any(is_below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_libraries_lie_below_usr_wherever_a_package_has_them() {
        let paths = [("./bin/sh", "usr/bin/sh"), ("./lib64", "usr/lib64"), ("./usr/bin/env", "usr/bin/env")];
        for (has, lies) in paths.into_iter().chain([("./libexec/x", "libexec/x"), ("./", "")]) {
            assert_eq!(merged(Path::new(has)), Path::new(lies), "{has}");
        }
    }

    #[test]
    fn manuals_are_left_out_and_licences_are_not() {
        for path in ["usr/share/man/man1/sh.1.gz", "usr/share/doc/dash/changelog.gz"] {
            assert!(is_left_out(Path::new(path), EntryType::Regular), "{path}");
        }
        assert!(!is_left_out(Path::new("usr/share/doc/dash/copyright"), EntryType::Regular));
        assert!(!is_left_out(Path::new("usr/share/doc/dash"), EntryType::Directory));
    }
}
