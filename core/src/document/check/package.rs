//! What the package makes of settings, for the checks that hold a block against it.

use crate::gitlab_rb::Surroundings;
use crate::installation::{Installation, SettingsFile, Versions};
use crate::omnibus::{Deployment, DeriveError, UNGENERATED};
use crate::version::Version;

/// The first GitLab of the environment files; pages that tell no first version are held against it.
pub(super) const FIRST: Version = Version::new(11, 0, 0);

/// What the package of `gitlab` makes of settings; the two addresses are added where they are not given.
///
/// # Errors
/// The text of what the package aborts with.
pub(super) fn deploy(settings: &str, gitlab: Version, existing_files: &[&str]) -> Result<Deployment, String> {
    let mut text = String::new();
    for (name, url) in
        [("external_url", "http://gitlab.example.com"), ("mattermost_external_url", "http://mattermost.example.com")]
    {
        if !settings.lines().any(|line| line.trim_start().starts_with(name)) {
            text.push_str(&format!("{name} '{url}'\n"));
        }
    }
    text.push_str(settings);
    let existing_files = existing_files.iter().map(|file| (*file).to_owned()).collect();
    let surroundings = Surroundings { existing_files, ..Surroundings::default() };
    let file = SettingsFile::read("the block", text, surroundings, gitlab).map_err(|error| error.to_string())?;
    let versions = Versions { gitlab: Some(gitlab), mattermost: None };
    let installation = Installation { versions, gitlab_rb: Some(&file), ..Installation::default() };
    let unsupported = Err(DeriveError::UnsupportedVersion { version: gitlab });
    installation.certain_deployment(UNGENERATED).unwrap_or(unsupported).map_err(|error| error.to_string())
}
