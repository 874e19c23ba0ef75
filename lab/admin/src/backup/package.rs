//! What the Linux package of GitLab says of itself.

use std::path::Path;

use gitlab_mattermost_core::version::{DOCUMENTED, Version};
use gitlab_mattermost_ground::named_file;

/// Where it says which GitLab it is.
const VERSION_MANIFEST: &str = "/opt/gitlab/version-manifest.txt";

/// A version is in a file no larger than this, in bytes.
const LARGEST: u64 = 1 << 20;

/// The GitLab by whose rules a settings file is read: the installed one, or else that of the document.
pub(super) fn installed_gitlab() -> Version {
    gitlab_version().and_then(|it| it.parse().ok()).unwrap_or(DOCUMENTED)
}

/// GitLab's version, if its package is installed: the first line is `gitlab-ce 14.7.0`.
pub(super) fn gitlab_version() -> Option<String> {
    let text = named_file::text(Path::new(VERSION_MANIFEST), LARGEST).ok()?;
    text.lines().next()?.split_whitespace().nth(1).map(str::to_owned)
}
