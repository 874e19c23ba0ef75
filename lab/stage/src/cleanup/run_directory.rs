//! The one folder a run writes to, which also lists the processes of the run.
//!
//! # Shape
//! `TMPDIR/mattermost-lab.OWNER.RANDOM/`, in it `processes/PID` for each process group, holding the start time.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::CleanupError;
use crate::owner::Owner;
use crate::process::{self, ProcessId};

const PREFIX: &str = "mattermost-lab.";
const PROCESSES: &str = "processes";

/// A run's folder. Dropping it removes nothing: that is the job of [`Run`](super::Run), the reaper and the sweep.
#[derive(Debug, Clone)]
pub struct RunDirectory {
    path: PathBuf,
    owner: Owner,
}

impl RunDirectory {
    /// Makes the folder. Others may pass through it but not list it, so that a server that runs as another user
    /// reaches its own folder inside.
    ///
    /// # Errors
    /// The folder for temporary files cannot be written.
    pub fn create(owner: Owner) -> Result<Self, CleanupError> {
        let parent = tempfile::env::temp_dir();
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| CleanupError::Directory { path, source }
        };
        let path = tempfile::Builder::new()
            .prefix(&format!("{PREFIX}{owner}."))
            .tempdir_in(&parent)
            .map_err(failed(&parent))?
            .keep();
        fs::set_permissions(&path, Permissions::from_mode(0o711)).map_err(failed(&path))?;
        let directory = Self { path, owner };
        directory.folder(PROCESSES)?;
        Ok(directory)
    }

    /// The folder `path` if it is a run's and belongs to the user of this process: anybody may write to `/tmp`,
    /// and what another one wrote must not make us end processes.
    pub fn existing(path: &Path) -> Option<Self> {
        let owner = owner_in(path.file_name()?.to_str()?)?;
        let metadata = fs::symlink_metadata(path).ok()?;
        let ours = metadata.is_dir() && metadata.uid() == nix::unistd::geteuid().as_raw();
        ours.then(|| Self { path: path.to_owned(), owner })
    }

    /// All folders of runs, of the living and of the dead.
    pub fn all() -> Vec<Self> {
        let Ok(entries) = fs::read_dir(tempfile::env::temp_dir()) else { return Vec::new() };
        entries.flatten().filter_map(|entry| Self::existing(&entry.path())).collect()
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whose it is.
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// Makes a new folder in it that only this user may enter.
    ///
    /// # Errors
    /// It exists already or cannot be made.
    pub fn folder(&self, name: &str) -> Result<PathBuf, CleanupError> {
        let path = self.path.join(name);
        DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .map_err(|source| CleanupError::Directory { path: path.clone(), source })?;
        Ok(path)
    }

    /// Lists a process, the leader of a group of its own, as one to be ended with the run.
    ///
    /// Start it with its working directory in this folder as well: then it is found even if this process dies
    /// between starting and listing it.
    ///
    /// # Errors
    /// The process has ended already, or the list cannot be written.
    pub fn register_process(&self, pid: u32) -> io::Result<()> {
        let pid = i32::try_from(pid).map_err(io::Error::other)?;
        let process = ProcessId::of(pid)?;
        fs::write(self.path.join(PROCESSES).join(pid.to_string()), process.start.to_string())
    }

    /// Ends all its processes and removes it. Trying again what was partly done before is fine.
    ///
    /// # Errors
    /// Something in it cannot be removed.
    pub fn remove(&self) -> io::Result<()> {
        process::end_groups(&self.registered_processes());
        process::end_groups(&process::working_in(&self.path));
        match fs::remove_dir_all(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn registered_processes(&self) -> Vec<ProcessId> {
        let Ok(entries) = fs::read_dir(self.path.join(PROCESSES)) else { return Vec::new() };
        entries
            .flatten()
            .filter_map(|entry| {
                let pid = entry.file_name().to_str()?.parse().ok()?;
                let start = fs::read_to_string(entry.path()).ok()?.parse().ok()?;
                Some(ProcessId { pid, start })
            })
            .collect()
    }
}

fn owner_in(folder_name: &str) -> Option<Owner> {
    let (owner, _random) = folder_name.strip_prefix(PREFIX)?.split_once('.')?;
    owner.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    use super::*;

    fn sleeper(folder: &Path) -> std::process::Child {
        Command::new("sleep").arg("600").current_dir(folder).process_group(0).spawn().unwrap()
    }

    #[test]
    fn removing_it_ends_its_processes_whether_listed_or_only_working_in_it() {
        let directory = RunDirectory::create(Owner::new_run(false).unwrap()).unwrap();
        let mut listed = sleeper(Path::new("/"));
        directory.register_process(listed.id()).unwrap();
        let mut unlisted = sleeper(directory.path());
        let mut stranger = sleeper(Path::new("/"));

        let collect = std::thread::spawn(move || {
            let codes = (listed.wait().unwrap().code(), unlisted.wait().unwrap().code());
            assert_eq!(codes, (None, None), "both were ended by a signal");
        });
        directory.remove().unwrap();
        collect.join().unwrap();
        assert!(!directory.path().exists());
        assert!(stranger.try_wait().unwrap().is_none(), "a process that is not ours was ended");
        stranger.kill().unwrap();
        stranger.wait().unwrap();
        directory.remove().unwrap();
    }

    #[test]
    fn only_a_folder_that_bears_a_mark_and_is_ours_is_taken_for_a_runs() {
        let directory = RunDirectory::create(Owner::new_run(false).unwrap()).unwrap();
        assert_eq!(RunDirectory::existing(directory.path()).unwrap().owner(), directory.owner());
        let link = directory.path().with_extension("link");
        std::os::unix::fs::symlink(directory.path(), &link).unwrap();
        assert!(RunDirectory::existing(&link).is_none());
        fs::remove_file(link).unwrap();
        assert!(RunDirectory::existing(&tempfile::env::temp_dir()).is_none());
        directory.remove().unwrap();
    }
}
