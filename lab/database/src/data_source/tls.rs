//! Encryption on the way to a database: whom to believe, and what to show.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError as Invalid, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// A file of certificates or keys that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// It cannot be read, or has none in it.
    #[error("`{word}`: cannot read a {what} from `{file}`: {reason}")]
    File {
        /// The word of the data source that names it.
        word: &'static str,
        /// What it should have.
        what: &'static str,
        /// The file.
        file: PathBuf,
        /// Why not.
        reason: String,
    },
    /// Nobody to believe, or certificate and key do not belong together.
    #[error("the certificates for the database are of no use: {reason}")]
    Unusable {
        /// Why a connection cannot be made with them.
        reason: String,
    },
}

/// How much of a server is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verified {
    /// Nothing: the way is encrypted, and that is all.
    Nothing,
    /// That an authority has signed its certificate.
    Authority,
    /// That too, and that the certificate is for the host that was asked for.
    Host,
}

/// What the words of a data source say about encryption.
#[derive(Debug, Clone)]
pub(super) struct Tls {
    verified: Verified,
    root: Option<PathBuf>,
    own: Option<(PathBuf, PathBuf)>,
}

impl Tls {
    /// Reads the words `sslmode`, `sslrootcert`, `sslcert` and `sslkey`; `None` for an unknown mode.
    pub(super) fn of(words: &[(String, String)]) -> Option<(SslMode, Self)> {
        let word = |name: &str| {
            let found = words.iter().rev().find(|(word, _)| word == name).map(|(_, value)| value.as_str());
            found.filter(|value| !value.is_empty())
        };
        // `system` is libpq's word for the authorities that this machine believes.
        let root = word("sslrootcert").filter(|it| *it != "system").map(PathBuf::from);
        let of_required = if root.is_some() { Verified::Authority } else { Verified::Nothing };
        let (mode, verified) = match word("sslmode").unwrap_or("prefer") {
            "disable" => (SslMode::Disable, Verified::Nothing),
            "allow" | "prefer" => (SslMode::Prefer, Verified::Nothing),
            "require" => (SslMode::Require, of_required),
            "verify-ca" => (SslMode::Require, Verified::Authority),
            "verify-full" => (SslMode::Require, Verified::Host),
            _ => return None,
        };
        let own = word("sslcert").map(PathBuf::from).zip(word("sslkey").map(PathBuf::from));
        Some((mode, Self { verified, root, own }))
    }

    /// What makes an encrypted connection of a plain one.
    pub(super) fn connector(&self) -> Result<MakeRustlsConnect, CertificateError> {
        let unusable = |error: &dyn fmt::Display| CertificateError::Unusable { reason: error.to_string() };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier: Arc<dyn ServerCertVerifier> = match self.verified {
            Verified::Nothing => Arc::new(Believing { provider: provider.clone(), chain: None }),
            Verified::Authority | Verified::Host => {
                let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(self.roots()?), provider.clone());
                let chain = builder.build().map_err(|error| unusable(&error))?;
                if self.verified == Verified::Host {
                    chain
                } else {
                    Arc::new(Believing { provider: provider.clone(), chain: Some(chain) })
                }
            }
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(&error))?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let config = match &self.own {
            Some((certificate, key)) => {
                let chain = certificates("sslcert", certificate)?;
                let key = PrivateKeyDer::from_pem_file(key).map_err(|error| file("sslkey", "key", key, &error))?;
                config.with_client_auth_cert(chain, key).map_err(|error| unusable(&error))?
            }
            None => config.with_no_client_auth(),
        };
        Ok(MakeRustlsConnect::new(config))
    }

    /// The authorities to believe: those of the file, or else those that this machine believes.
    fn roots(&self) -> Result<RootCertStore, CertificateError> {
        let mut roots = RootCertStore::empty();
        match &self.root {
            Some(root) => {
                for certificate in certificates("sslrootcert", root)? {
                    roots.add(certificate).map_err(|error| file("sslrootcert", "certificate", root, &error))?;
                }
            }
            None => _ = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs),
        }
        Ok(roots)
    }
}

fn certificates(word: &'static str, path: &Path) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let what = "certificate";
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let found = read.map_err(|error| file(word, what, path, &error))?;
    if found.is_empty() { Err(file(word, what, path, &"there is none in it")) } else { Ok(found) }
}

fn file(word: &'static str, what: &'static str, file: &Path, reason: &dyn fmt::Display) -> CertificateError {
    CertificateError::File { word, what, file: file.to_owned(), reason: reason.to_string() }
}

/// Trusts a server whatever its host is called and, without a chain to check, whatever authority signed for it.
#[derive(Debug)]
struct Believing {
    provider: Arc<CryptoProvider>,
    chain: Option<Arc<WebPkiServerVerifier>>,
}

impl ServerCertVerifier for Believing {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        // The name is looked at last, when the chain has been found to be good.
        match chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Err(rustls::Error::InvalidCertificate(
                Invalid::NotValidForName | Invalid::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            judged => judged,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
