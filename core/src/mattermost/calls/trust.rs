//! Whose certificates the server trusts, and in which words it refuses one.
//!
//! # Source
//! Go 1.19, source and run: `root_unix.go` tells where authorities are looked for; the words are those of a client and of
//! servers with every kind of certificate. From Go 1.20 on `tls: failed to verify certificate: ` comes before them.

use std::collections::BTreeMap;

/// Files with authorities.
const FILES: [&str; 6] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Folders with authorities.
const FOLDERS: [&str; 2] = ["/etc/ssl/certs", "/etc/pki/tls/certs"];

/// Where a server looks for authorities.
///
/// # Shape
/// `SSL_CERT_FILE` replaces the files, `SSL_CERT_DIR`, a list with `:`, the folders; an empty variable counts as none.
///
/// ```
/// use gitlab_mattermost_core::mattermost::calls::Places;
///
/// let environment = [("SSL_CERT_FILE".to_owned(), "/etc/our-ca.pem".to_owned())].into();
/// let places = Places::of(&environment);
/// assert_eq!(places.files, ["/etc/our-ca.pem"]);
/// assert_eq!(places.folders, ["/etc/ssl/certs", "/etc/pki/tls/certs"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The first of them that can be read counts, and no other.
    pub files: Vec<String>,
    /// All of them count.
    pub folders: Vec<String>,
}

impl Places {
    /// The places of a server with this environment.
    pub fn of(environment: &BTreeMap<String, String>) -> Self {
        let given = |name: &str| environment.get(name).filter(|value| !value.is_empty());
        let owned = |places: &[&str]| places.iter().map(|place| (*place).to_owned()).collect();
        Self {
            files: given("SSL_CERT_FILE").map_or_else(|| owned(&FILES), |file| vec![file.clone()]),
            folders: given("SSL_CERT_DIR")
                .map_or_else(|| owned(&FOLDERS), |folders| folders.split(':').map(str::to_owned).collect()),
        }
    }
}

/// Why a certificate is refused; it prints as Go does.
///
/// # Shape
/// One variant per reason; displayed, Go's own words, which begin with `x509: `.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Its time is over.
    #[error("x509: {OUT_OF_DATE}: current time {now} is after {limit}")]
    Expired {
        /// The current time, as in RFC 3339.
        now: String,
        /// The end of its time, as in RFC 3339.
        limit: String,
    },
    /// Its time has not come.
    #[error("x509: {OUT_OF_DATE}: current time {now} is before {limit}")]
    NotYetValid {
        /// The current time, as in RFC 3339.
        now: String,
        /// The beginning of its time, as in RFC 3339.
        limit: String,
    },
    /// Nobody who is trusted vouches for it.
    #[error("x509: certificate signed by unknown authority")]
    UnknownAuthority,
    /// It is for somebody else.
    #[error("x509: {0}")]
    OfAnother(String),
    /// Something else, whose words in Go are not known.
    #[error("x509: {0}")]
    Other(String),
}

/// How Go begins to speak of dates.
const OUT_OF_DATE: &str = "certificate has expired or is not yet valid";

/// The verdict on a certificate: Go looks at its dates first, then at the name, then for an authority.
///
/// `signed` is what the search for an authority found, which knows of dates too; `named` what the look at the name did.
///
/// # Errors
/// The refusal that Go would tell.
///
/// ```
/// use gitlab_mattermost_core::mattermost::calls::{Refused, judge};
///
/// let another = Refused::OfAnother("certificate is valid for a, not b".to_owned());
/// let refused = judge(Err(Refused::UnknownAuthority), Err(another.clone()));
/// assert_eq!(refused, Err(another), "the name comes before the authority");
/// assert_eq!(judge(Ok(()), Ok(())), Ok(()));
/// ```
pub fn judge(signed: Result<(), Refused>, named: Result<(), Refused>) -> Result<(), Refused> {
    match signed {
        Err(Refused::Expired { .. } | Refused::NotYetValid { .. }) => signed,
        _ => named.and(signed),
    }
}

/// For whom a certificate is, where that is not the one who was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateNames<'a> {
    /// The DNS names that it lists.
    pub names: Vec<&'a str>,
    /// Whether it lists addresses.
    pub has_addresses: bool,
    /// The common name of its subject.
    pub common_name: Option<&'a [u8]>,
}

impl CertificateNames<'_> {
    /// Why the certificate is not for `wanted`, which is a name or, with `is_address`, an address.
    ///
    /// ```
    /// use gitlab_mattermost_core::mattermost::calls::CertificateNames;
    ///
    /// let names = CertificateNames { names: vec!["git.example.com"], has_addresses: false, common_name: None };
    /// let refused = names.refuse("gitlab.example.com", false);
    /// assert_eq!(refused.to_string(), "x509: certificate is valid for git.example.com, not gitlab.example.com");
    /// ```
    pub fn refuse(&self, wanted: &str, is_address: bool) -> Refused {
        let alone = self.names.is_empty() && !self.has_addresses;
        Refused::OfAnother(if alone && self.common_name == Some(wanted.as_bytes()) {
            "certificate relies on legacy Common Name field, use SANs instead".to_owned()
        } else if is_address && !self.has_addresses {
            format!("cannot validate certificate for {wanted} because it doesn't contain any IP SANs")
        } else if self.names.is_empty() {
            format!("certificate is not valid for any names, but wanted to match {wanted}")
        } else {
            format!("certificate is valid for {}, not {wanted}", self.names.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Refused, judge};

    #[test]
    fn dates_are_told_before_names_and_names_before_authorities() {
        let old = || Refused::Expired { now: "b".to_owned(), limit: "a".to_owned() };
        let other = || Refused::OfAnother("certificate is valid for a, not b".to_owned());
        assert_eq!(judge(Err(old()), Err(other())), Err(old()));
        assert_eq!(judge(Err(Refused::UnknownAuthority), Err(other())), Err(other()));
        assert_eq!(judge(Err(Refused::UnknownAuthority), Ok(())), Err(Refused::UnknownAuthority));
        assert_eq!(judge(Ok(()), Err(other())), Err(other()));
        assert_eq!(judge(Ok(()), Ok(())), Ok(()));
    }
}
