//! Why a key or a signature is refused.

use std::io;
use std::path::PathBuf;

use minisign::PError;

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It is no key of the right kind.
    #[error("it is no {0} key as `minisign -G` makes them")]
    Form(&'static str),
    /// It is encrypted, and its password cannot be had.
    #[error(
        "it is encrypted and its password is not known; give that at a terminal or with `--sign-key-password-file FILE`"
    )]
    Locked(#[source] io::Error),
    /// None was given, and there is one.
    #[error("no password was given, and it does not open without one")]
    NoPassword,
    /// The password is another one.
    #[error("the password does not open it")]
    Password,
}

/// Why a backup is not signed as it has to be.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    /// It has none.
    #[error("there is no `{path}`; the backup was made without `--sign-key`, or its signature was taken away", path = path.display())]
    Missing {
        /// Where it would be.
        path: PathBuf,
    },
    /// It is none.
    #[error("`{path}` is no signature", path = path.display())]
    Form {
        /// Where it lies.
        path: PathBuf,
        /// Why not.
        source: PError,
    },
    /// Somebody else signed.
    #[error("it is signed with the key {found}, not with {expected}")]
    OtherKey {
        /// The key that signed.
        found: String,
        /// The key that was to.
        expected: String,
    },
    /// The manifest is not what was signed.
    #[error("the manifest or its signature was changed since it was signed with the key {expected}")]
    Changed {
        /// The key.
        expected: String,
    },
}
