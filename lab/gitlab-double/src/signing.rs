//! The key of the mock's ID tokens: made when it is first needed, one for the whole process. It has 3072 bits, the
//! crate's own choice; GitLab's have 2048.

use std::sync::{Arc, OnceLock};

use gitlab_mattermost_core::gitlab::Signer;
use rsa::pkcs1v15::SigningKey;
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding as _, Signer as _};
use rsa::traits::PublicKeyParts as _;
use rsa::{Generate as _, PrivateKey};

/// The key, as soon as somebody asks for it: making one takes a while.
#[derive(Debug, Default)]
pub(super) struct Key(OnceLock<PrivateKey>);

/// The one key of this process.
pub(super) fn key() -> Arc<Key> {
    static KEY: OnceLock<Arc<Key>> = OnceLock::new();
    Arc::clone(KEY.get_or_init(Arc::default))
}

impl Key {
    fn key(&self) -> &PrivateKey {
        self.0.get_or_init(PrivateKey::generate)
    }
}

impl Signer for Key {
    fn public_key(&self) -> (Vec<u8>, Vec<u8>) {
        let key = self.key();
        (key.n_bytes().into_vec(), key.e_bytes().into_vec())
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        SigningKey::<Sha256>::new(self.key().clone()).sign(message).to_vec()
    }
}
