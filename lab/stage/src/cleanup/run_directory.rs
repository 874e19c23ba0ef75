//! The one folder a run writes to, which also lists the processes of the run.
//!
//! # Shape
//! `TMPDIR/mattermost-lab.RANDOM/`, in it `owner`, which holds the [`Owner`] and is locked as long as the run lives, and
//! `processes/PID` for each process group, holding the start time.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt as _, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nix::fcntl::{Flock, FlockArg};

use super::CleanupError;
use crate::owner::{Owner, Standing};
use crate::process::{self, ProcessId};

const PREFIX: &str = "mattermost-lab.";
const PROCESSES: &str = "processes";
const OWNER: &str = "owner";
/// Longest path of a folder in which every socket of a run fits: the system takes 107 bytes, and what a browser puts below takes
/// the longest.
const LONGEST_PATH: usize = 107 - "/profile-123456/tmp/.org.chromium.Chromium.123456/SingletonSocket".len();

/// A run's folder. Dropping it removes nothing: that is the job of [`Run`](super::Run), the reaper and the sweep.
#[derive(Debug, Clone)]
pub struct RunDirectory {
    path: PathBuf,
    owner: Owner,
    /// Proves that the run lives, as the kernel takes it away at its end; finding the folder is not enough to have it.
    _life: Option<Arc<Flock<File>>>,
}

impl RunDirectory {
    /// Makes the folder. Others may pass through it but not list it, so that a server that runs as another user
    /// reaches its own folder inside.
    ///
    /// # Errors
    /// The folder for temporary files cannot be written, or its path is too long for sockets.
    pub fn create(owner: Owner) -> Result<Self, CleanupError> {
        let parent = tempfile::env::temp_dir();
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| CleanupError::Directory { path, source }
        };
        let most = LONGEST_PATH - format!("/{PREFIX}123456").len();
        let length = parent.as_os_str().len();
        if length > most {
            return Err(CleanupError::TooLong { path: parent, length, most });
        }
        let path = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&parent).map_err(failed(&parent))?.keep();
        fs::set_permissions(&path, Permissions::from_mode(0o711)).map_err(failed(&path))?;
        let life = lock(&path, &owner).map_err(failed(&path))?;
        let directory = Self { path, owner, _life: Some(Arc::new(life)) };
        directory.folder(PROCESSES)?;
        Ok(directory)
    }

    /// The folder `path` if it is a run's and belongs to the user of this process: anybody may write to `/tmp`,
    /// and what another one wrote must not make us end processes.
    pub fn existing(path: &Path) -> Option<Self> {
        path.file_name()?.to_str()?.strip_prefix(PREFIX)?;
        let metadata = fs::symlink_metadata(path).ok()?;
        let ours = metadata.is_dir() && metadata.uid() == nix::unistd::geteuid().as_raw();
        let owner = ours.then(|| owner_in(path)).flatten()?;
        Some(Self { path: path.to_owned(), owner, _life: None })
    }

    /// All folders of runs, of the living and of the dead.
    pub fn all() -> Vec<Self> {
        let Ok(entries) = fs::read_dir(tempfile::env::temp_dir()) else { return Vec::new() };
        entries.flatten().filter_map(|entry| Self::existing(&entry.path())).collect()
    }

    /// Whether a sweep may remove it: nobody holds its lock any more, and it was not kept, unless what was kept goes, too.
    pub fn is_abandoned(&self, kept_too: bool) -> bool {
        let lock = || Flock::lock(File::open(self.path.join(OWNER)).ok()?, FlockArg::LockExclusiveNonblock).ok();
        (kept_too || !self.owner.is_kept()) && self.owner.standing() != Standing::Living && lock().is_some()
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
    /// Start it with [`process::MARK`] in its environment as well: then it is found even if this process dies between starting and
    /// listing it.
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
        process::end_groups(&process::started_for(&self.path, &self.registered_processes()));
        // What was being started meanwhile.
        process::end_groups(&process::started_for(&self.path, &[]));
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

/// Writes the mark into the folder and holds its lock. A folder without the file is nobody's yet, and nobody removes it.
fn lock(folder: &Path, owner: &Owner) -> io::Result<Flock<File>> {
    let unlocked = folder.join("owner.new");
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(&unlocked)?;
    file.write_all(owner.to_string().as_bytes())?;
    let file = Flock::lock(file, FlockArg::LockExclusiveNonblock).map_err(|(_, error)| io::Error::from(error))?;
    fs::rename(unlocked, folder.join(OWNER))?;
    Ok(file)
}

fn owner_in(folder: &Path) -> Option<Owner> {
    let path = folder.join(OWNER);
    if !fs::symlink_metadata(&path).ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    File::open(path).ok()?.take(200).read_to_string(&mut text).ok()?;
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    use super::*;

    fn sleeper(mark: Option<&Path>) -> std::process::Child {
        let mut command = Command::new("sleep");
        command.arg("600").process_group(0);
        if let Some(folder) = mark {
            command.env(process::MARK, folder);
        }
        command.spawn().unwrap()
    }

    #[test]
    fn removing_it_ends_its_processes_whether_listed_or_only_marked() {
        let directory = RunDirectory::create(Owner::new_run(false).unwrap()).unwrap();
        let mut listed = sleeper(None);
        directory.register_process(listed.id()).unwrap();
        let mut unlisted = sleeper(Some(directory.path()));
        let mut looking = Command::new("sleep").arg("600").current_dir(directory.path()).spawn().unwrap();

        let collect = std::thread::spawn(move || {
            let codes = (listed.wait().unwrap().code(), unlisted.wait().unwrap().code());
            assert_eq!(codes, (None, None), "both were ended by a signal");
        });
        directory.remove().unwrap();
        collect.join().unwrap();
        assert!(!directory.path().exists());
        assert!(looking.try_wait().unwrap().is_none(), "a process that the run did not start was ended");
        looking.kill().unwrap();
        looking.wait().unwrap();
        directory.remove().unwrap();
    }

    #[test]
    fn a_folder_is_abandoned_once_nobody_holds_its_lock() {
        let mut directory = RunDirectory::create(Owner::new_run(false).unwrap()).unwrap();
        // The process of the mark has ended, as far as can be seen: the lock alone shows that the run lives.
        let ended = directory.owner().to_string().replacen('-', "-9", 1);
        fs::write(directory.path().join(OWNER), &ended).unwrap();
        let found = RunDirectory::existing(directory.path()).unwrap();
        assert_eq!(found.owner().to_string(), ended);
        assert!(!found.is_abandoned(true));
        directory._life = None;
        assert!(found.is_abandoned(false));
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
