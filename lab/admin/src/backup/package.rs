//! What the Linux package of GitLab says of itself, and how its settings are read by that.

use std::path::Path;

use gitlab_mattermost_core::gitlab_rb::ReadOptions;
use gitlab_mattermost_core::version::DOCUMENTED;
use gitlab_mattermost_ground::named_file;

/// Where it says which GitLab it is.
const VERSION_MANIFEST: &str = "/opt/gitlab/version-manifest.txt";

/// A version is in a file no larger than this, in bytes.
const LARGEST: u64 = 1 << 20;

/// How a settings file is read: by the rules of the GitLab that is installed.
pub(super) fn read_options(path: &Path) -> ReadOptions {
    let gitlab_version = gitlab_version().and_then(|it| it.parse().ok()).unwrap_or(DOCUMENTED);
    ReadOptions { file_name: path.display().to_string(), gitlab_version, ..ReadOptions::default() }
}

/// GitLab's version, if its package is installed: the first line is `gitlab-ce 14.7.0`.
pub(super) fn gitlab_version() -> Option<String> {
    let text = named_file::text(Path::new(VERSION_MANIFEST), LARGEST).ok()?;
    text.lines().next()?.split_whitespace().nth(1).map(str::to_owned)
}
