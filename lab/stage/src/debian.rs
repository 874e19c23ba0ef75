//! Packages of Debian, brought by this machine's own `apt-get` into a folder: nothing is installed, and root is not needed.
//!
//! Not its job: what is made of the packages.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The release that images are made of.
const RELEASE: &str = "bookworm";

/// Who vouches for it, where Debian puts it.
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// How long one server may be silent, in seconds, and how often it is asked again.
const PATIENCE: [&str; 3] = ["Acquire::http::Timeout=20", "Acquire::https::Timeout=20", "Acquire::Retries=1"];

/// Why packages cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PackagesError {
    /// It is no Debian, or one without its tools.
    #[error("this machine has no `{program}`, which Debian and its relatives have")]
    NoTool {
        /// The tool.
        program: &'static str,
    },
    /// A tool says no.
    #[error("`{program}` failed: {said}")]
    Failed {
        /// The tool.
        program: &'static str,
        /// What it said.
        said: String,
    },
    /// A file could not be written or read.
    #[error("cannot use `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
}

/// Lists of packages, and the packages that were taken from them.
#[derive(Debug)]
pub struct Packages {
    folder: PathBuf,
    options: Vec<String>,
}

impl Packages {
    /// What a machine of the release `bookworm` on which nothing is installed yet can take; `folder` is empty.
    ///
    /// # Errors
    /// There is no `apt-get`, or the servers of Debian cannot be reached.
    pub fn for_an_empty_machine(folder: &Path) -> Result<Self, PackagesError> {
        let (sources, status) = (folder.join("sources.list"), folder.join("status"));
        write(&sources, &sources_list(Path::new(KEYRING).exists()))?;
        write(&status, "")?;
        let own = [
            format!("Dir::Etc::SourceList={}", sources.display()),
            "Dir::Etc::SourceParts=/dev/null".to_owned(),
            format!("Dir::State::status={}", status.display()),
        ];
        Self::with(folder, own.into())
    }

    /// What this machine can take besides what is installed on it, from the servers that it knows; `folder` is empty.
    ///
    /// # Errors
    /// There is no `apt-get`, or the servers cannot be reached.
    pub fn for_this_machine(folder: &Path) -> Result<Self, PackagesError> {
        Self::with(folder, vec!["Dir::State::status=/var/lib/dpkg/status".to_owned()])
    }

    fn with(folder: &Path, mut options: Vec<String>) -> Result<Self, PackagesError> {
        for path in ["lists/partial", "cache/archives/partial"].map(|path| folder.join(path)) {
            fs::create_dir_all(&path).map_err(|source| PackagesError::File { path, source })?;
        }
        options.extend([
            format!("Dir::State={}", folder.display()),
            format!("Dir::State::lists={}", folder.join("lists").display()),
            format!("Dir::Cache={}", folder.join("cache").display()),
            "Acquire::Languages=none".to_owned(),
            // Neither the account that apt gives up root for nor a lock of the machine's own database is of use here.
            "APT::Sandbox::User=root".to_owned(),
            "Debug::NoLocking=1".to_owned(),
            "APT::Update::Error-Mode=any".to_owned(),
        ]);
        options.extend(PATIENCE.map(str::to_owned));
        let packages = Self { folder: folder.to_owned(), options };
        packages.apt("apt-get", &["--quiet=2".to_owned(), "update".to_owned()])?;
        Ok(packages)
    }

    /// The names of the packages without which Debian does not work.
    ///
    /// # Errors
    /// `apt-cache` fails.
    pub fn indispensable(&self) -> Result<Vec<String>, PackagesError> {
        let all = self.apt("apt-cache", &["dumpavail".to_owned()])?;
        Ok(indispensable_of(&all))
    }

    /// Brings these packages and what they need; returns their files.
    ///
    /// # Errors
    /// One of them is not known, or cannot be brought.
    pub fn with_needs(&self, names: &[String]) -> Result<Vec<PathBuf>, PackagesError> {
        let words = ["--quiet=2", "--yes", "--no-install-recommends", "--download-only", "install"];
        self.apt("apt-get", &[words.map(str::to_owned).to_vec(), names.to_vec()].concat())?;
        self.files()
    }

    /// The names of all packages that an installation of `name` would bring.
    ///
    /// # Errors
    /// It is not known.
    pub fn needs_of(&self, name: &str) -> Result<Vec<String>, PackagesError> {
        let words = ["--quiet=2", "--no-install-recommends", "--simulate", "install", name];
        let told = self.apt("apt-get", &words.map(str::to_owned))?;
        let installed = |line: &str| Some(line.strip_prefix("Inst ")?.split(' ').next()?.to_owned());
        Ok(told.lines().filter_map(installed).collect())
    }

    /// Brings these packages alone; returns their files.
    ///
    /// # Errors
    /// One of them is not known, or cannot be brought.
    pub fn alone(&self, names: &[String]) -> Result<Vec<PathBuf>, PackagesError> {
        let words = ["--quiet=2", "download"].map(str::to_owned);
        self.apt("apt-get", &[words.to_vec(), names.to_vec()].concat())?;
        self.files()
    }

    fn files(&self) -> Result<Vec<PathBuf>, PackagesError> {
        let mut files = BTreeSet::new();
        for folder in [&self.archives(), &self.folder] {
            let failed = |source| PackagesError::File { path: folder.clone(), source };
            let entries = fs::read_dir(folder).map_err(failed)?.flatten().map(|entry| entry.path());
            files.extend(entries.filter(|path| path.extension().is_some_and(|extension| extension == "deb")));
        }
        Ok(files.into_iter().collect())
    }

    fn archives(&self) -> PathBuf {
        self.folder.join("cache/archives")
    }

    fn apt(&self, program: &'static str, words: &[String]) -> Result<String, PackagesError> {
        let mut command = Command::new(program);
        command.args(self.options.iter().flat_map(|option| ["-o", option])).args(words);
        // What `download` brings lies where it was called.
        command.current_dir(&self.folder).env("DEBIAN_FRONTEND", "noninteractive");
        said(program, command)
    }
}

/// Where Debian's servers are. What is written into an image names no keyring: there apt has its own.
pub fn sources_list(with_keyring: bool) -> String {
    let signed = if with_keyring { format!("[signed-by={KEYRING}] ") } else { String::new() };
    let places = [("debian", RELEASE), ("debian", "bookworm-updates"), ("debian-security", "bookworm-security")];
    let line = |(path, suite)| format!("deb {signed}http://deb.debian.org/{path} {suite} main\n");
    places.map(line).concat()
}

/// Puts the files of a package below `root`.
///
/// # Errors
/// There is no `dpkg-deb`, or it fails.
pub fn unpack(package: &Path, root: &Path) -> Result<(), PackagesError> {
    let mut command = Command::new("dpkg-deb");
    command.arg("--extract").arg(package).arg(root);
    said("dpkg-deb", command).map(drop)
}

/// The files of a package as an archive.
///
/// # Errors
/// There is no `dpkg-deb`, or it fails.
pub fn archive_of(package: &Path) -> Result<Vec<u8>, PackagesError> {
    let mut command = Command::new("dpkg-deb");
    command.arg("--fsys-tarfile").arg(package);
    Ok(output("dpkg-deb", command)?.stdout)
}

fn said(program: &'static str, command: Command) -> Result<String, PackagesError> {
    Ok(String::from_utf8_lossy(&output(program, command)?.stdout).into_owned())
}

fn output(program: &'static str, mut command: Command) -> Result<Output, PackagesError> {
    let output = command.env("LC_ALL", "C").stdin(Stdio::null()).output().map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => PackagesError::NoTool { program },
        _ => PackagesError::Failed { program, said: source.to_string() },
    })?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    // Each server that is silent says the same; the first says it all.
    let error = said.lines().find(|line| line.starts_with("E:") || line.starts_with("dpkg-deb: error"));
    let said = error.or(said.lines().next_back()).unwrap_or_default().trim().to_owned();
    Err(PackagesError::Failed { program, said })
}

fn write(path: &Path, text: &str) -> Result<(), PackagesError> {
    fs::write(path, text).map_err(|source| PackagesError::File { path: path.to_owned(), source })
}

/// The names in the paragraphs that call a package essential or required.
fn indispensable_of(all: &str) -> Vec<String> {
    let name = |paragraph: &str| {
        let field = |name: &str| paragraph.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let indispensable = field("Essential:") == Some("yes") || field("Priority:") == Some("required");
        Some(field("Package:")?.to_owned()).filter(|_| indispensable)
    };
    all.split("\n\n").filter_map(name).collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_debian_does_not_work_without_is_called_essential_or_required() {
        let all = "Package: dpkg\nEssential: yes\nPriority: required\n\nPackage: less\nPriority: standard\n\n\
                   Package: mawk\nPriority: required\nDescription: Essential: yes\n\nPackage: dpkg\nEssential: yes\n\n\
                   Package: half\nEssential: no\n";
        assert_eq!(indispensable_of(all), ["dpkg", "mawk"]);
    }

    #[test]
    fn a_missing_tool_is_named() {
        let error = output("dpkg-deb", Command::new("/nonexistent/dpkg-deb")).unwrap_err();
        assert!(error.to_string().contains("no `dpkg-deb`"), "{error}");
        let mut failing = Command::new("sh");
        failing.args(["-c", "echo W: hint >&2; echo 'E: no such package' >&2; exit 100"]);
        assert_eq!(output("sh", failing).unwrap_err().to_string(), "`sh` failed: E: no such package");
    }
}
