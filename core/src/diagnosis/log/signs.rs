//! The words by which each problem shows in a log: Mattermost's, its plugin's, GitLab's, nginx's, or what a command printed.
//!
//! Words are looked for in any case and without escapes. What no language changes comes first: ids of errors, functions,
//! statuses, addresses, errors of Go's library and of PostgreSQL; English sentences stand beside them for what is printed
//! without. The first sign that an entry shows is its cause, so that what is special stands before what is general.
//!
//! # Source
//! Messages as the servers print them: Mattermost 4.10 to 5.36.1 run, its functions and ids read in 3.x to 11.x;
//! GitLab, the plugin and later releases by their public threads and sources; PostgreSQL 15 run.

mod database;
mod integrations;
mod mail;
mod sign_in;
mod system;

use std::sync::LazyLock;

use super::super::Problem;

/// Words that show a problem.
#[derive(Debug)]
pub(super) struct Sign {
    /// What they show.
    pub problem: &'static Problem,
    /// Whether nothing else explains them.
    pub is_certain: bool,
    /// One of these is in the lines themselves.
    pub words: &'static [&'static str],
    /// Of each of these sets one is in the entry too.
    pub with: &'static [&'static [&'static str]],
    /// None of these is in it.
    pub without: &'static [&'static [&'static str]],
}

const fn certain(problem: &'static Problem, words: &'static [&'static str]) -> Sign {
    Sign { problem, is_certain: true, words, with: &[], without: &[] }
}

const fn likely(problem: &'static Problem, words: &'static [&'static str]) -> Sign {
    Sign { is_certain: false, ..certain(problem, words) }
}

impl Sign {
    const fn with(self, with: &'static [&'static [&'static str]]) -> Self {
        Self { with, ..self }
    }

    const fn without(self, without: &'static [&'static [&'static str]]) -> Self {
        Self { without, ..self }
    }
}

/// Every sign, in the order in which they are tried.
pub(super) fn signs() -> &'static [&'static Sign] {
    static SIGNS: LazyLock<Vec<&'static Sign>> = LazyLock::new(|| {
        [database::SIGNS, system::SIGNS, mail::SIGNS, integrations::SIGNS, sign_in::SIGNS]
            .into_iter()
            .flatten()
            .collect()
    });
    &SIGNS
}

/// A certificate that is refused, as Go says it.
const CERTIFICATE: &[&str] = &["x509:"];
/// A server that is not reached, as Go says it; the last three are what a proxy answers instead of connecting.
const UNREACHABLE: &[&str] = &[
    "connection refused",
    "actively refused",
    "no such host",
    "server misbehaving",
    "i/o timeout",
    "handshake timeout",
    "Client.Timeout",
    "deadline exceeded",
    "timeout awaiting",
    "network is unreachable",
    "no route to host",
    "host is down",
    "connection reset",
    "broken pipe",
    "unexpected EOF",
    ": EOF",
    "remote error: tls",
    "tls: handshake failure",
    "proxyconnect",
    "Proxy Authentication Required",
    ": Service Unavailable",
    ": Bad Gateway",
    ": Gateway Time",
    "token\": Forbidden",
    "token: Forbidden",
];
/// Something that does not speak the protocol that it was asked in, as Go says it.
const OTHER_PROTOCOL: &[&str] = &[
    "unsupported protocol scheme",
    "server gave HTTP response to HTTPS client",
    "first record does not look like a TLS handshake",
    "malformed HTTP response",
    "stopped after 10 redirects",
    "looking for beginning of value",
];
/// Who speaks to a mail server.
const MAIL: &[&str] = &[
    "SMTP",
    "mailservice/",
    "/mail.go",
    "SendMail",
    "send_mail",
    "email_batching",
    "test_email",
    "email/test",
    "testEmail",
    "SendPasswordReset",
    "Failed to open TLS connection",
    "email notification",
];
