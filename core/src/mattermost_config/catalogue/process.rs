//! Variables with the settings' prefix that are no settings: the server's process reads them itself.

/// Their names, whatever the version: where the configuration is, a licence, defaults of one's own, how it was
/// installed, and what only the vendor's own hosting sets.
const NAMES: [&str; 8] = [
    "MM_CLOUD_API_KEY",
    "MM_CLOUD_INSTALLATION_ID",
    "MM_CONFIG",
    "MM_CUSTOM_DEFAULTS_PATH",
    "MM_INSTALL_TYPE",
    "MM_LICENSE",
    "MM_RESEND_INVITATION_EMAIL_JOB_DURATION",
    "MM_SERVER_PATH",
];

/// Whether the server's process reads the variable `name` beside the settings; capitals count.
///
/// ```
/// use gitlab_mattermost_core::mattermost_config::is_read_by_process;
/// assert!(is_read_by_process("MM_LICENSE") && !is_read_by_process("MM_SERVICESETTINGS_SITEURL"));
/// ```
pub fn is_read_by_process(name: &str) -> bool {
    NAMES.contains(&name)
}
