//! The server itself: its configuration, its command line, its files, its licence, and the package around it.

use super::super::super::problem::{P11, P16, P25, P29, P30, P36, P52, P53};
use super::super::sign::{Sign, certain, likely};

/// Mattermost as a proxy names it.
const MATTERMOST: &[&str] = &[":8065", "users/websocket", "api/v4/websocket", "mattermost"];
/// Files and folders of Mattermost, by their names and by the function that writes them.
const FILES: &[&str] = &[
    "mattermost.log",
    "config.json",
    "client/plugins",
    "plugins/",
    "bleve-indexes",
    "err_where=WriteFile",
    "err_where=MoveFile",
    "err_where=uploadFile",
    "mkdir ./data",
    "mkdir data",
    "open ./data",
    "open data/",
    "/mattermost/data",
    "/mattermost/logs",
];
/// Reading `config.json`, as servers of 3.x to 11.x say it.
const READING: &[&str] = &[
    "Error decoding config file",
    "Unable to load Mattermost configuration file",
    "failed to load configuration",
    "failed to load file",
];
const NO_JSON: &[&str] =
    &["invalid character", "unexpected end of JSON", "cannot unmarshal", "parsing error at line", "unexpected EOF"];
/// Proxies other than nginx that tell of a server behind them: Apache, Caddy, Traefik.
const PROXIES: &[&str] =
    &["AH00957", "AH01114", "http.log.error", "502 Bad Gateway' caused by", "502 Bad Gateway\" caused by"];

const NOT_LISTENING: &[&str] = &["connection refused", "no such host", "no route to host", "failed to make connection"];

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
    certain(&P25, &["no config file found"]),
    certain(&P25, &["permission denied"]).with(&[FILES]).without(&[&["connecting to upstream"]]),
    certain(&P30, READING).with(&[NO_JSON]),
    certain(&P52, &["address already in use"]).with(&[&[":8065", "Error starting server", "bind() to"]]),
    likely(&P53, &["get or create the app ID and secret"]),
    likely(&P25, &["Unable to get the file"]).with(&[&["no such file"]]),
    certain(&P36, &["while connecting to upstream", "no live upstreams", "host not found in upstream"])
        .with(&[MATTERMOST])
        .without(&[&["gitlab-workhorse", "could not be resolved"]]),
    certain(&P36, PROXIES).with(&[MATTERMOST, NOT_LISTENING]),
    certain(&P36, &["has no server available", "no server is available to handle"]).with(&[MATTERMOST]),
    // Who asks Mattermost itself, on its own machine: mmctl, curl, a program of one's own.
    certain(&P36, &["connection refused", "Couldn't connect to server"])
        .with(&[&["port 8065", ":8065"]])
        .without(&[&["err_where=", "upstream"]]),
    likely(&P36, &["/websocket"]).with(&[&["/websocket => 502", "/websocket => 503", "/websocket => 504"]]),
];
