//! A new cluster kept for the next run: unpacking it takes a fifth of the time that `initdb` takes.
//!
//! It is packed and unpacked by the account that the server runs as, so that root follows no path that another account could
//! change. Whatever goes wrong, there still is `initdb`.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use gitlab_mattermost_database::copy;

/// Changes when `initdb` is called otherwise.
const FORM: &str = "1";

/// Where the cluster of these programs is kept, whether or not it is there.
#[derive(Debug)]
pub(super) struct KeptCluster {
    archive: PathBuf,
    /// How the names of all archives of programs in this place begin.
    programs: String,
}

impl KeptCluster {
    /// The one of the programs in this folder, as they are now; none for an account that keeps nothing.
    pub(super) fn of(programs: &Path) -> Option<Self> {
        Self::below(&copy::clusters()?, programs)
    }

    fn below(folder: &Path, programs: &Path) -> Option<Self> {
        let server = fs::canonicalize(programs.join("postgres")).ok()?;
        let metadata = server.metadata().ok()?;
        let programs = format!("{}.", server.to_str()?.trim_start_matches('/').replace('/', "-"));
        let archive = folder.join(format!("{programs}{}.{}.{FORM}.tar", metadata.len(), metadata.mtime()));
        Some(Self { archive, programs })
    }

    /// Unpacks it into the working folder of `tar`; says whether it is there.
    pub(super) fn unpack(&self, mut tar: Command) -> bool {
        let Ok(archive) = File::open(&self.archive) else { return false };
        tar.args(["--extract", "--file=-"]).stdin(archive).stdout(Stdio::null()).stderr(Stdio::null());
        let unpacked = tar.status().is_ok_and(|status| status.success());
        if !unpacked {
            // `initdb` wants to make its folder itself.
            if let Some(home) = tar.get_current_dir() {
                let _ = fs::remove_dir_all(home.join("data"));
            }
        }
        unpacked
    }

    /// Packs the cluster in the working folder of `tar`, in place of those of earlier programs. What fails costs time alone.
    pub(super) fn pack(&self, tar: Command) {
        let _ = self.try_pack(tar);
    }

    fn try_pack(&self, mut tar: Command) -> std::io::Result<()> {
        let folder = self.archive.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let new = self.archive.with_extension(format!("{}.new", std::process::id()));
        let file = File::options().write(true).create_new(true).mode(0o600).open(&new)?;
        tar.args(["--create", "--file=-", "data"]).stdout(file).stderr(Stdio::null());
        if !tar.status().is_ok_and(|status| status.success()) {
            return fs::remove_file(&new);
        }
        for entry in fs::read_dir(folder)?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(&self.programs) && name.ends_with(".tar") {
                let _ = fs::remove_file(entry.path());
            }
        }
        fs::rename(&new, &self.archive)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tar(home: &Path) -> Command {
        let mut tar = Command::new("tar");
        tar.current_dir(home);
        tar
    }

    #[test]
    fn a_cluster_comes_back_until_the_programs_change_and_a_broken_one_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let [programs, home, other, kept] = ["bin", "home", "other", "kept"].map(|name| folder.path().join(name));
        for path in [&programs, &home.join("data"), &other] {
            fs::create_dir_all(path).unwrap();
        }
        fs::write(programs.join("postgres"), "15.1").unwrap();
        fs::write(home.join("data/PG_VERSION"), "15").unwrap();
        let cluster = KeptCluster::below(&kept, &programs).unwrap();
        assert!(!cluster.unpack(tar(&other)));
        cluster.pack(tar(&home));
        assert!(cluster.unpack(tar(&other)));
        assert_eq!(fs::read_to_string(other.join("data/PG_VERSION")).unwrap(), "15");

        fs::write(programs.join("postgres"), "15.10").unwrap();
        let later = KeptCluster::below(&kept, &programs).unwrap();
        assert!(!later.unpack(tar(&other)));
        later.pack(tar(&home));
        assert_eq!(fs::read_dir(&kept).unwrap().count(), 1, "the one of earlier programs goes");

        fs::write(&later.archive, "no archive").unwrap();
        assert!(!later.unpack(tar(&other)) && !other.join("data").exists());
    }
}
