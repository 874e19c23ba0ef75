//! Files of this machine that nobody sees half of.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{HostError, failed};

/// Writes a file beside its place, then moves it there, so that nobody sees half of it.
pub(super) fn write(path: &Path, text: &str, owner: &str, mode: &str) -> Result<(), HostError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let bits = u32::from_str_radix(mode, 8).unwrap_or(0o600);
    let written = (|| {
        // One that an interrupted run left may belong to anybody.
        let _ = fs::remove_file(&beside);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        file.write_all(text.as_bytes())?;
        fs::set_permissions(&beside, fs::Permissions::from_mode(bits))
    })();
    written.map_err(failed("write", &beside))?;
    if owner != "root:root" {
        let chown = Command::new("chown").arg(owner).arg(&beside).output().map_err(failed("chown", &beside))?;
        if !chown.status.success() {
            let stderr = String::from_utf8_lossy(&chown.stderr).into_owned();
            let command = format!("chown {owner} {}", beside.display());
            return Err(HostError::Command { command, status: chown.status.to_string(), stderr });
        }
    }
    fs::rename(&beside, path).map_err(failed("replace", path))
}
