//! The server itself: its configuration, its command line, its files, its licence, and the package around it.

use super::super::super::problem::{P11, P16, P25, P29, P30, P36};
use super::super::sign::{Sign, certain, likely};

/// Mattermost as a proxy names it.
const MATTERMOST: &[&str] = &[":8065", "users/websocket", "api/v4/websocket", "mattermost"];

pub(super) static SIGNS: &[Sign] = &[
    certain(&P11, &["ERROR_SAFETY_LIMITS_EXCEEDED"]),
    certain(&P16, &["No credentials found, assuming --local mode"]),
    certain(&P16, &["This command can only be run in local mode"]),
    certain(&P16, &["unknown command"]).with(&[&["for \"mattermost\""]]),
    certain(&P29, &["mattermost has been deprecated since 19.0 and was removed in 19.0"]),
    certain(&P29, &["Removed configurations found in gitlab.rb. Aborting reconfigure"]),
    certain(&P30, &["Config.IsValid:", "model.config.is_valid."]),
    certain(&P30, &["Unable to enable email batching when SiteURL isn't set"]),
    certain(&P30, &["Invalid email batching interval for email settings"]),
    certain(&P30, &["Email batching job's receiving channel was full"]),
    certain(&P30, &["Site URL must be a valid URL and start with http"]),
    certain(&P30, &["Invalid at rest encrypt key for SQL settings"]),
    certain(&P30, &["Hiding archived channels is no longer supported"]),
    certain(&P25, &["could not create config file: open"]),
    certain(&P25, &["Blocked attempt to read log file outside allowed root"]),
    certain(&P25, &["permission denied"]).with(&[&["mattermost.log", "config.json"]]),
    likely(&P25, &["Unable to get the file"]).with(&[&["no such file"]]),
    certain(&P36, &["while connecting to upstream", "no live upstreams", "host not found in upstream"])
        .with(&[MATTERMOST])
        .without(&[&["gitlab-workhorse", "could not be resolved"]]),
    likely(&P36, &["/websocket"]).with(&[&["/websocket => 502", "/websocket => 503", "/websocket => 504"]]),
];
