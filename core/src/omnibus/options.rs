//! What a derivation depends on besides the settings file.

use super::secrets::Secrets;
use crate::version::Version;

/// Stands for each secret that reconfigure would generate, where nobody asks which it is.
pub(crate) const UNGENERATED: &str = "00000000000000000000000000000000";

/// What the result depends on besides the settings file.
#[derive(Debug, Clone)]
pub struct DeriveOptions {
    /// The GitLab version of the package, 11.0 to 18.11.
    pub gitlab_version: Version,
    /// The content of `gitlab-secrets.json`, if it is there.
    pub secrets: Option<Secrets>,
    /// What stands for each secret that reconfigure would generate: 32 hexadecimal digits.
    pub generated_secret: String,
    /// Certificate files that exist on the machine. A path not listed counts as missing, which lets Let's Encrypt step
    /// in.
    pub existing_files: Vec<String>,
}

impl DeriveOptions {
    /// A package of `gitlab_version` on a machine without secrets and certificates, which generates zeros.
    pub fn of(gitlab_version: Version) -> Self {
        Self { gitlab_version, secrets: None, generated_secret: UNGENERATED.to_owned(), existing_files: Vec::new() }
    }
}
