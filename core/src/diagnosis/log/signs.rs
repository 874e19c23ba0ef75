//! The words by which each problem shows in a log: Mattermost's, GitLab's, or what a command printed.
//!
//! Words are chosen without characters that a JSON writer escapes, so they are found in both forms of the log.
//!
//! # Source
//! Messages as the servers print them: Mattermost 4.10 to 5.36.1 run, later releases and GitLab by their public threads
//! and sources; PostgreSQL 15 run.

use super::super::Problem;
use super::super::problem::{
    P01, P02, P03, P04, P05, P06, P07, P08, P09, P10, P11, P15, P16, P17, P18, P19, P20, P21, P23, P24, P25, P26, P27,
    P28, P29, P30,
};

/// Words that show a problem.
#[derive(Debug)]
pub(super) struct Sign {
    /// What they show.
    pub problem: &'static Problem,
    /// Whether nothing else explains them.
    pub is_certain: bool,
    /// What must be in the line.
    pub words: &'static str,
    /// Of these one must be in it too, if there are any.
    pub with: &'static [&'static str],
    /// None of these may be in it.
    pub without: &'static [&'static str],
}

const fn certain(problem: &'static Problem, words: &'static str) -> Sign {
    Sign { problem, is_certain: true, words, with: &[], without: &[] }
}

const fn likely(problem: &'static Problem, words: &'static str) -> Sign {
    Sign { is_certain: false, ..certain(problem, words) }
}

impl Sign {
    const fn with(self, with: &'static [&'static str]) -> Self {
        Self { with, ..self }
    }

    const fn without(self, without: &'static [&'static str]) -> Self {
        Self { without, ..self }
    }
}

/// A certificate that is refused, as Go says it.
const CERTIFICATE: &[&str] = &["x509:"];
/// A server that is not reached, as Go says it.
const UNREACHABLE: &[&str] = &[
    "timeout",
    "refused",
    "no such host",
    "EOF",
    "roxy",
    "unreachable",
    "no route to host",
    "connection reset",
    "server misbehaving",
];
/// What explains a failed request otherwise than by a server that is not reached.
const NOT_UNREACHABLE: &[&str] = &["x509:", "unsupported protocol scheme"];
/// The built-in data sources' hosts.
const BUILT_IN_HOSTS: &[&str] = &["lookup dockerhost", "127.0.0.1:", "[::1]:", "localhost"];

/// Every sign, by number of the problem.
pub(super) static SIGNS: &[Sign] = &[
    certain(&P01, "The redirect URI included is not valid"),
    certain(&P01, "The requested redirect URI is malformed"),
    likely(&P02, "Bad response from token request").with(&["invalid_grant"]),
    certain(&P03, "Bad token type").without(&["invalid_client", "invalid_grant"]),
    certain(&P03, "Bad response from token request").with(&["html", "HTML", "status_code=404", "status_code=30"]),
    certain(&P03, "Failed to exchange oauth code into token").with(&["looking for beginning of value"]),
    certain(&P04, "Token request failed").with(CERTIFICATE),
    certain(&P04, "Token request to gitlab failed").with(CERTIFICATE),
    certain(&P04, "certificate relies on legacy Common Name field"),
    certain(&P03, "Token request failed").with(&["unsupported protocol scheme"]),
    certain(&P05, "Token request failed").with(UNREACHABLE).without(NOT_UNREACHABLE),
    certain(&P05, "Token request to gitlab failed").with(UNREACHABLE).without(NOT_UNREACHABLE),
    certain(&P06, "The requested scope is invalid, unknown, or malformed"),
    certain(&P06, "invalid_scope"),
    certain(&P06, "Scopes can't be blank"),
    certain(&P07, "invalid_client"),
    certain(&P07, "Client authentication failed due to unknown client").without(&["invalid_client"]),
    certain(&P08, "Invalid state"),
    certain(&P09, "There is already an account associated with that email address"),
    certain(&P09, "An existing user is already attached to your"),
    certain(&P10, "Error getting OAuth user"),
    certain(&P10, "Received invalid response from OAuth service provider").without(&["Error getting OAuth user"]),
    certain(&P10, "Could not create user out of"),
    certain(&P10, "Could not parse auth data out of"),
    certain(&P10, "Terms of Service have updated"),
    certain(&P11, "ERROR_SAFETY_LIMITS_EXCEEDED"),
    likely(&P15, "Failed to ping DB").with(BUILT_IN_HOSTS),
    certain(&P16, "No credentials found, assuming --local mode"),
    certain(&P16, "This command can only be run in local mode"),
    certain(&P16, "unknown command").with(&["for \"mattermost\"", "for \\\"mattermost\\\""]),
    certain(&P17, "could not find upgrade header with token"),
    certain(&P17, "websocket: the client is not using the websocket protocol"),
    certain(&P17, "origin not allowed").with(&["websocket"]),
    certain(&P17, "Failed to upgrade websocket connection").without(&[
        "could not find upgrade header",
        "origin not allowed",
        "not using the websocket",
    ]),
    certain(&P18, "address forbidden"),
    certain(&P19, "Requests to the local network are not allowed"),
    certain(&P20, "Command with a trigger of").with(&["returned response", "returned an empty response"]),
    likely(&P20, "Command with a trigger of").with(&["' failed"]).without(&["address forbidden"]),
    certain(&P21, "Must have a GitLab oauth client"),
    certain(&P21, "Unable to determine status of Webhook"),
    certain(&P23, "permission denied for schema public"),
    certain(&P23, "backslash commands are restricted"),
    certain(&P24, "invalid command \\restrict"),
    certain(&P24, "unexpected end of file").with(&["gzip:", "zcat:"]),
    certain(&P25, "could not create config file: open"),
    certain(&P25, "Blocked attempt to read log file outside allowed root"),
    certain(&P25, "permission denied")
        .with(&["mattermost.log", "config.json"])
        .without(&["could not create config file"]),
    likely(&P25, "Unable to get the file").with(&["no such file"]),
    certain(&P26, "Failed to alter column type"),
    certain(&P26, "unsupported Unicode escape sequence").without(&["Failed to alter column type"]),
    certain(&P26, "cannot be cast automatically to type jsonb").without(&["Failed to alter column type"]),
    certain(&P27, "Failed to apply database migrations").without(&[
        "permission denied for schema public",
        "Failed to alter column",
        "(version)=(14",
        "jsonb",
        "Unicode escape",
    ]),
    certain(&P27, "Dirty database version"),
    certain(&P27, "must be owner of").with(&["table", "relation"]),
    certain(&P27, "db_migrations_pkey").without(&["(version)=(142)", "(version)=(143)", "(version)=(144)"]),
    certain(&P28, "Key (version)=(142) already exists"),
    certain(&P28, "Key (version)=(143) already exists"),
    certain(&P28, "Key (version)=(144) already exists"),
    certain(&P28, "is no longer supported").with(&["Downgrades are not supported"]),
    certain(&P29, "mattermost has been deprecated since 19.0 and was removed in 19.0"),
    certain(&P29, "Removed configurations found in gitlab.rb. Aborting reconfigure"),
    certain(&P30, "Config.IsValid:"),
    certain(&P30, "model.config.is_valid.").without(&["Config.IsValid:"]),
    certain(&P30, "Unable to enable email batching when SiteURL isn't set"),
    certain(&P30, "Invalid email batching interval for email settings"),
    certain(&P30, "Email batching job's receiving channel was full"),
    certain(&P30, "Site URL must be a valid URL and start with http"),
    certain(&P30, "Invalid at rest encrypt key for SQL settings"),
    certain(&P30, "Hiding archived channels is no longer supported"),
];
