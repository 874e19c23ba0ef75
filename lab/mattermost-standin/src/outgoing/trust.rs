//! Checks certificates as Go's library does: the rules and the words are `core`'s, the signatures are checked here.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use gitlab_mattermost_core::mattermost::calls::{CertificateNames, Places, Refused, judge};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};
use webpki::EndEntityCert;

/// The object identifier of a common name, as it stands in a certificate.
const COMMON_NAME: [u8; 5] = [0x06, 0x03, 0x55, 0x04, 0x03];

/// TLS connections that trust those whom a server with this environment trusts.
pub(super) fn tls(environment: &BTreeMap<String, String>) -> ClientConfig {
    gitlab_mattermost_ground::tls::install_provider();
    let verifier = Arc::new(Verifier::new(environment));
    ClientConfig::builder().dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
}

fn told(refused: Refused) -> Error {
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(refused))))
}

/// Go's words for an error of the connection, if they are known.
pub(super) fn words(error: &Error) -> Option<String> {
    match error {
        Error::InvalidCertificate(CertificateError::Other(OtherError(refused))) => Some(refused.to_string()),
        Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType) => {
            Some("http: server gave HTTP response to HTTPS client".to_owned())
        }
        _ => None,
    }
}

/// The authorities, and every certificate as it is: one that is listed is trusted for itself, too.
#[derive(Debug)]
struct Roots {
    authorities: RootCertStore,
    listed: HashSet<CertificateDer<'static>>,
}

#[derive(Debug)]
struct Verifier {
    places: Places,
    /// Read when first needed, and then never again.
    roots: OnceLock<Roots>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    fn new(environment: &BTreeMap<String, String>) -> Self {
        let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
        Self { places: Places::of(environment), roots: OnceLock::new(), algorithms }
    }

    /// What can be read counts: files that are missing or hold something else are passed over.
    fn read(&self) -> Roots {
        let mut roots = Roots { authorities: RootCertStore::empty(), listed: HashSet::new() };
        if let Some(text) = self.places.files.iter().find_map(|file| std::fs::read(file).ok()) {
            roots.add(&text);
        }
        for entry in self.places.folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten()
        {
            // A link to a file of the same folder is that file once more.
            let is_within = std::fs::read_link(entry.path()).is_ok_and(|to| to.parent() == Some(Path::new("")));
            if let Some(text) = std::fs::read(entry.path()).ok().filter(|_| !is_within) {
                roots.add(&text);
            }
        }
        roots
    }

    fn judge(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), Error> {
        let roots = self.roots.get_or_init(|| self.read());
        let parsed = ParsedCertificate::try_from(end_entity)?;
        let (known, all) = (&roots.authorities, self.algorithms.all);
        let signed = match verify_server_cert_signed_by_trust_anchor(&parsed, known, intermediates, now, all) {
            Err(_) if roots.listed.contains(end_entity) => Ok(()),
            signed => signed.map_err(refused),
        };
        let certificate = EndEntityCert::try_from(end_entity)
            .map_err(|_| Error::InvalidCertificate(CertificateError::BadEncoding))?;
        judge(signed, has_name(&certificate, name)).map_err(told)
    }
}

/// Why nobody who is trusted vouches for the certificate.
fn refused(error: Error) -> Refused {
    match error {
        Error::InvalidCertificate(CertificateError::ExpiredContext { time, not_after }) => {
            Refused::Expired { now: date(time), limit: date(not_after) }
        }
        Error::InvalidCertificate(CertificateError::NotValidYetContext { time, not_before }) => {
            Refused::NotYetValid { now: date(time), limit: date(not_before) }
        }
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => Refused::UnknownAuthority,
        other => Refused::Other(other.to_string()),
    }
}

fn date(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds).map_or_else(|_| format!("{seconds}"), |time| time.to_string())
}

/// Whether the certificate is for `name`.
fn has_name(certificate: &EndEntityCert<'_>, name: &ServerName<'_>) -> Result<(), Refused> {
    let Err(error) = certificate.verify_is_valid_for_subject_name(name) else { return Ok(()) };
    let has_addresses = matches!(
        error,
        webpki::Error::CertNotValidForName(context) if context.presented.iter().any(|it| it.starts_with("IpAddress"))
    );
    let names = CertificateNames {
        names: certificate.valid_dns_names().collect(),
        has_addresses,
        common_name: common_name(certificate.subject()),
    };
    Err(names.refuse(&name.to_str(), matches!(name, ServerName::IpAddress(_))))
}

/// The common name of a subject, whose length Go and everybody else has in one byte.
fn common_name(subject: &[u8]) -> Option<&[u8]> {
    let at = subject.windows(COMMON_NAME.len()).position(|window| window == COMMON_NAME)?;
    let (_tag, value) = subject.get(at + COMMON_NAME.len()..)?.split_first()?;
    let (length, value) = value.split_first()?;
    value.get(..usize::from(*length))
}

impl Roots {
    fn add(&mut self, text: &[u8]) {
        for certificate in CertificateDer::pem_slice_iter(text).flatten() {
            // What is no authority's certificate may still be a server's.
            let _ = self.authorities.add(certificate.clone());
            self.listed.insert(certificate);
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.judge(end_entity, intermediates, server_name, now).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests;
