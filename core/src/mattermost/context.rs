//! What every step of a sign-in works with.

use super::log_line::LogLine;
use super::settings::Settings;
use crate::http::Request;
use crate::random::TokenSource;
use crate::time::UnixTime;

/// The server, the request, the time and where randomness and log lines go.
pub(super) struct Context<'a> {
    pub(super) settings: &'a Settings,
    pub(super) request: &'a Request,
    pub(super) service: &'a str,
    pub(super) now: UnixTime,
    pub(super) random: &'a mut dyn TokenSource,
    pub(super) log: &'a mut Vec<LogLine>,
}
