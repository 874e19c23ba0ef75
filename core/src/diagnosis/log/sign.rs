//! A sign: words that show a problem; and words that several signs look for.
//!
//! Not here: the tables (`signs`), and looking (`matcher`).

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

/// Nothing else explains the words.
pub(super) const fn certain(problem: &'static Problem, words: &'static [&'static str]) -> Sign {
    Sign { problem, is_certain: true, words, with: &[], without: &[] }
}

/// The words have this cause if nothing else is known.
pub(super) const fn likely(problem: &'static Problem, words: &'static [&'static str]) -> Sign {
    Sign { is_certain: false, ..certain(problem, words) }
}

impl Sign {
    /// This sign, only where one word of each of the sets is there too.
    pub const fn with(self, with: &'static [&'static [&'static str]]) -> Self {
        Self { with, ..self }
    }

    /// This sign, only where none of the words is there.
    pub const fn without(self, without: &'static [&'static [&'static str]]) -> Self {
        Self { without, ..self }
    }
}

/// A certificate that is refused, as Go says it.
pub(super) const CERTIFICATE: &[&str] = &["x509:"];
/// A server that is not reached, as Go says it; the last three are what a proxy answers instead of connecting.
pub(super) const UNREACHABLE: &[&str] = &[
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
    "tls: server selected unsupported protocol version",
    "tls: no supported versions",
    "proxyconnect",
    "Proxy Authentication Required",
    ": Service Unavailable",
    ": Bad Gateway",
    ": Gateway Time",
    "token\": Forbidden",
    "token: Forbidden",
];
/// Something that does not speak the protocol that it was asked in, as Go says it.
pub(super) const OTHER_PROTOCOL: &[&str] = &[
    "unsupported protocol scheme",
    "server gave HTTP response to HTTPS client",
    "first record does not look like a TLS handshake",
    "malformed HTTP response",
    "stopped after 10 redirects",
    "looking for beginning of value",
];
/// Who speaks to a mail server.
pub(super) const MAIL: &[&str] = &[
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
    "email/email.go",
    "failed to send mail",
];
