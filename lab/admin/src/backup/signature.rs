//! Signatures of backups, as `minisign` makes and checks them: what is signed is the manifest, which has the sums of
//! everything else.
//!
//! Not here: what a manifest covers (`gitlab_mattermost_core::backup::manifest`), where a password comes from.

use std::fmt;
use std::io::{self, Cursor};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gitlab_mattermost_core::backup::name;
use gitlab_mattermost_core::secret::Secret;
use gitlab_mattermost_ground::named_file::{self, Own};
use minisign::{PublicKey, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};

use super::error::{BackupError, failed};
use super::signature_error::{KeyError, SignatureError};

/// Keys and signatures are two to four lines; more bytes than this are none.
const LARGEST: u64 = 16 << 10;

/// A key that signs. Never printed.
pub struct SigningKey {
    key: SecretKey,
}

/// A key that signatures are checked with.
#[derive(Debug, Clone)]
pub struct VerifyingKey {
    key: PublicKey,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", id(self.key.keynum()))
    }
}

impl SigningKey {
    /// Reads a secret key, which nobody else may be able to read; `password` is asked for if it is encrypted.
    ///
    /// # Errors
    /// It cannot be read or used.
    pub fn read(path: &Path, password: impl FnOnce() -> io::Result<Secret>) -> Result<Self, BackupError> {
        let text = named_file::own_text(path, Own::Secret, LARGEST).map_err(failed("read", path))?;
        let unusable = |source| BackupError::Key { path: path.to_owned(), source };
        let form = || unusable(KeyError::Form("secret"));
        let bytes = text.lines().nth(1).and_then(|line| STANDARD.decode(line.trim()).ok()).ok_or_else(form)?;
        let is_encrypted = SecretKey::from_bytes(&bytes).map_err(|_| form())?.is_encrypted();
        let boxed = SecretKeyBox::from(text);
        let key = if is_encrypted {
            let password = password().map_err(|source| unusable(KeyError::Locked(source)))?;
            let wrong = if password.expose().is_empty() { KeyError::NoPassword } else { KeyError::Password };
            boxed.into_secret_key(Some(password.expose().to_owned())).map_err(|_| unusable(wrong))?
        } else {
            boxed.into_unencrypted_secret_key().map_err(|_| form())?
        };
        Ok(Self { key })
    }

    /// The signature of a manifest; `backup` is what it is of.
    pub(super) fn sign(&self, manifest: &[u8], backup: &str) -> Result<String, BackupError> {
        let comment = format!("signature of {backup}");
        let signature = minisign::sign(None, &self.key, Cursor::new(manifest), Some(backup), Some(&comment));
        signature.map(SignatureBox::into_string).map_err(|_| BackupError::OurBug)
    }
}

impl VerifyingKey {
    /// Reads a public key, which nobody else may be able to change.
    ///
    /// # Errors
    /// It cannot be read or used.
    pub fn read(path: &Path) -> Result<Self, BackupError> {
        let text = named_file::own_text(path, Own::Public, LARGEST).map_err(failed("read", path))?;
        let key = PublicKeyBox::from(text).into_public_key();
        key.map(|key| Self { key })
            .map_err(|_| BackupError::Key { path: path.to_owned(), source: KeyError::Form("public") })
    }

    /// What the key is called: as `minisign` calls it, 16 hexadecimal digits.
    pub fn id(&self) -> String {
        id(self.key.keynum())
    }

    /// The signed manifest in a folder. Nothing else there is looked at, and nothing is taken for the manifest but what was
    /// signed.
    pub(super) fn manifest_in(&self, folder: &Path, most: u64) -> Result<String, BackupError> {
        let (manifest, path) = (folder.join(name::MANIFEST), folder.join(name::SIGNATURE));
        let refused = |source| BackupError::Signature { path: folder.to_owned(), source };
        let signature = match named_file::text(&path, LARGEST) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Err(refused(SignatureError::Missing { path }));
            }
            read => read.map_err(failed("read", &path))?,
        };
        let text = named_file::text(&manifest, most).map_err(failed("read", &manifest))?;
        self.check(&text, &signature, &path).map_err(refused)?;
        Ok(text)
    }

    fn check(&self, manifest: &str, signature: &str, path: &Path) -> Result<(), SignatureError> {
        let form = |source| SignatureError::Form { path: path.to_owned(), source };
        let signature = SignatureBox::from_string(signature).map_err(form)?;
        let (found, expected) = (id(signature.keynum()), self.id());
        if found != expected {
            return Err(SignatureError::OtherKey { found, expected });
        }
        minisign::verify(&self.key, &signature, Cursor::new(manifest), true, false, false)
            .map_err(|_| SignatureError::Changed { expected })
    }
}

/// A key's number as `minisign` writes it.
fn id(number: &[u8]) -> String {
    number.iter().rev().map(|byte| format!("{byte:02X}")).collect()
}
