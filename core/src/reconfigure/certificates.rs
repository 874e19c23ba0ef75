//! Authorities of an administrator's own, which the programs of the package shall trust.
//!
//! Files of `/etc/gitlab/trusted-certs` become links, under their hashes, in the directory that the package's programs read.
//! DIFFERENCE: the package has its own note of when it did so last; here it is due while a certificate is not there.
//!
//! # Source
//! The package's `CertificateHelper` and its recipe `add_trusted_certs`. That recipe restarts GitLab's web service alone:
//! a Mattermost that runs goes on with what it read when it first needed it.

use super::machine::Machine;
use super::paths::{GIVEN_CERTIFICATES, READ_CERTIFICATES};
use crate::plan::{Step, StepList};

/// What begins a certificate in a file.
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";

/// Links what is new.
pub(super) fn plan(machine: &Machine, plan: &mut StepList) {
    let texts = |folder: &'static str| {
        let inside = move |path: &String| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        machine.files.iter().filter(move |(path, _)| inside(path)).map(|(path, file)| (path, &file.text))
    };
    // What else lies there is passed over when it is hashed.
    let is_taken = |path: &str, text: &str| {
        [".pem", ".crt", ".cer"].iter().any(|ending| path.ends_with(ending)) && text.matches(BEGIN).count() == 1
    };
    let is_read = |text: &str| texts(READ_CERTIFICATES).any(|(_, known)| known.as_deref() == Some(text));
    let is_new = |(path, text): (&String, &Option<String>)| {
        text.as_deref().is_some_and(|text| is_taken(path, text) && !is_read(text))
    };
    if texts(GIVEN_CERTIFICATES).any(is_new) {
        let link = format!(
            "find {GIVEN_CERTIFICATES} -name '*.[0-9]' -type l -exec sh -c 'ln -sf \"$(realpath \"$1\")\" {READ_CERTIFICATES}/\"${{1##*/}}\"' sh {{}} \\;"
        );
        let step = Step::new("trusted-certificates", format!("trust the certificates in {GIVEN_CERTIFICATES}"));
        plan.push(step.command(format!("openssl rehash {GIVEN_CERTIFICATES}")).command(link));
    }
}
