//! P39 to P42: mail.

use super::Problem;

pub(in crate::diagnosis) const P39: Problem = Problem {
    rule: "P39",
    title: "mail-server-not-reached",
    cause: "the mail server is not reached, or what answers on its port does not speak SMTP in the chosen way: a port for reading mail, or TLS where STARTTLS is meant",
    fix: "set `SMTPServer`, `SMTPPort` and `ConnectionSecurity` so that they fit: 587 with STARTTLS, 465 with TLS, 25 without; 143 and 993 are for reading mail",
    source: "mattermost/mattermost-docker#455; Go's library, read",
};

pub(in crate::diagnosis) const P40: Problem = Problem {
    rule: "P40",
    title: "mail-authentication-refused",
    cause: "the mail server refuses user or password, or Mattermost refuses to send a password over a connection without encryption",
    fix: "set `ConnectionSecurity` to STARTTLS or TLS, and user and password as the provider gives them; switch `EnableSMTPAuth` off for a server that wants none",
    source: "mattermost/mattermost#5493, #6464; Go's library, read",
};

pub(in crate::diagnosis) const P41: Problem = Problem {
    rule: "P41",
    title: "mail-sender-refused",
    cause: "the mail server does not take mail from this sender, or for this recipient",
    fix: "set `FeedbackEmail` and `ReplyToAddress` to an address that the SMTP account may send from, and let the mail server relay for Mattermost's machine",
    source: "mattermost/mattermost#1012, #13648, #13652, #19125; mattermost/docker#83, #111",
};

pub(in crate::diagnosis) const P42: Problem = Problem {
    rule: "P42",
    title: "mail-certificate-refused",
    cause: "the mail server's certificate is for another name, of an unknown authority, or expired; it has nothing to do with GitLab's",
    fix: "give `SMTPServer` the name in the certificate, put the authority where Mattermost reads it, or, for a server of your own, set `SkipServerCertificateVerification`",
    source: "mattermost/mattermost#5493; Go's library, read",
};
