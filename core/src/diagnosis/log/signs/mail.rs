//! Mail: what keeps the server from sending it. A mail server's certificate says nothing about GitLab's.

use super::super::super::problem::{P39, P40, P41, P42};
use super::super::sign::{CERTIFICATE, MAIL, Sign, UNREACHABLE, certain};

/// Nothing is wrong where mail was never set up: the built-in port, and the test of a server that is to send none.
const NOT_SET_UP: &[&str] = &[":10025", "SendEmailNotifications is not true"];
/// What answers on a port that is not for sending mail, or not in this way.
const OTHER_SERVER: &[&str] = &[
    "short response:",
    "IMAP4",
    "+OK",
    "first record does not look like a TLS handshake",
    "oversized record",
    "Failed to open TLS connection",
    "too many colons in address",
    "missing port in address",
    "unknown port",
];
const NOT_AUTHENTICATED: &[&str] = &[
    "unencrypted connection",
    "Failed to authenticate",
    "unable to authenticate",
    "server doesn't support AUTH",
    "Username and Password not accepted",
    "authentication failed",
    "Authentication required",
    "Must issue a STARTTLS",
    "wrong host name",
    " 530 ",
    " 534 ",
    "\"534 ",
    "504 5.7.4",
    "Unrecognized authentication type",
    " 535 ",
    "\"535 ",
    "\"530 ",
];
/// The statuses by which a mail server refuses a sender or a recipient.
const REFUSED: &[&str] = &[
    " 501 5",
    " 550 ",
    " 551 ",
    " 553 ",
    " 554 ",
    "\"501 5",
    "\"550 ",
    "\"553 ",
    "\"554 ",
    "Sender address rejected",
    "not owned by user",
    "Relay access denied",
    "Sender verify failed",
];

pub(super) static SIGNS: &[Sign] = &[
    certain(&P42, MAIL).with(&[CERTIFICATE]),
    certain(&P40, MAIL).with(&[NOT_AUTHENTICATED]).without(&[NOT_SET_UP]),
    certain(&P41, MAIL).with(&[REFUSED]).without(&[NOT_SET_UP]),
    certain(&P39, MAIL).with(&[OTHER_SERVER]).without(&[NOT_SET_UP]),
    certain(&P39, MAIL).with(&[UNREACHABLE]).without(&[NOT_SET_UP]),
];
