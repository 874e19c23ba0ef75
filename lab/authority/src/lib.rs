//! The certificate authority of a run, as an organisation has one that signs its servers' certificates itself.
//!
//! Its keys are held in memory and written nowhere. Nobody outside of the run trusts it.
#![forbid(unsafe_code)]

pub mod serving;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};

use gitlab_mattermost_core::secret::Secret;

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
#[error("no certificate could be made")]
pub struct NoCertificate(#[from] rcgen::Error);

/// An authority with a root, which people and servers are told to trust, and an intermediate, which signs.
pub struct Authority {
    root: CertifiedIssuer<'static, KeyPair>,
    intermediate: CertifiedIssuer<'static, KeyPair>,
}

/// The keys stay hidden.
impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

/// A server's certificate, as PEM.
#[derive(Debug)]
pub struct ServerCertificate {
    /// The certificate alone.
    pub certificate: String,
    /// The certificate and after it the intermediate's: what a server has to send.
    pub chain: String,
    /// The private key.
    pub key: Secret,
}

impl Authority {
    /// A new one.
    ///
    /// # Errors
    /// [`NoCertificate`], where the system has no randomness.
    pub fn new() -> Result<Self, NoCertificate> {
        let root = CertifiedIssuer::self_signed(authority("Lab Root"), KeyPair::generate()?)?;
        let intermediate = CertifiedIssuer::signed_by(authority("Lab Intermediate"), KeyPair::generate()?, &root)?;
        Ok(Self { root, intermediate })
    }

    /// The root's certificate, as PEM.
    pub fn root(&self) -> String {
        self.root.pem()
    }

    /// The intermediate's certificate, as PEM.
    pub fn intermediate(&self) -> String {
        self.intermediate.pem()
    }

    /// A certificate for a server of these names or IP addresses. The first is its common name, too.
    ///
    /// # Errors
    /// [`NoCertificate`], if one cannot be a name.
    pub fn issue(&self, names: &[&str]) -> Result<ServerCertificate, NoCertificate> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let mut params = CertificateParams::new(names.clone())?;
        params.distinguished_name.push(DnType::CommonName, names.first().map_or("", String::as_str));
        self.sign(params)
    }

    /// A certificate as they were before names of their own came up: `name` is its common name alone.
    ///
    /// # Errors
    /// [`NoCertificate`], if it cannot be a name.
    pub fn issue_without_names(&self, name: &str) -> Result<ServerCertificate, NoCertificate> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        self.sign(params)
    }

    /// A certificate for `name` whose time was over long ago.
    ///
    /// # Errors
    /// [`NoCertificate`], if it cannot be a name.
    pub fn issue_expired(&self, name: &str) -> Result<ServerCertificate, NoCertificate> {
        let mut params = CertificateParams::new([name.to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_after = rcgen::date_time_ymd(2022, 1, 22);
        self.sign(params)
    }

    fn sign(&self, mut params: CertificateParams) -> Result<ServerCertificate, NoCertificate> {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.intermediate)?.pem();
        let chain = format!("{certificate}{}", self.intermediate());
        Ok(ServerCertificate { certificate, chain, key: Secret::new(key.serialize_pem()) })
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}
