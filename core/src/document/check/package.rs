//! What the package makes of settings, for the checks that hold a block against it.

use crate::installation::SettingsFile;
use crate::omnibus::{self, Context, Deployment};
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
    let file = SettingsFile::read("the block", text, Default::default(), gitlab).map_err(|error| error.to_string())?;
    let existing_files = existing_files.iter().map(|file| (*file).to_owned()).collect();
    let context = Context { existing_files, ..Context::of(gitlab) };
    omnibus::derive(&file.settings, &context).map_err(|error| error.to_string())
}
