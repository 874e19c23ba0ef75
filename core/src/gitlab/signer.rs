//! Who signs ID tokens: outside, as randomness is, because a key has to come from somewhere.

/// An RSA key. What it signs is checked with the numbers that it tells.
///
/// # Shape
/// Two methods. Without a signer the provider has no key and gives no ID token.
///
/// ```
/// use std::sync::Arc;
///
/// use gitlab_mattermost_core::gitlab::{Provider, ProviderSettings, Seed, Signer};
/// use gitlab_mattermost_core::http::{Body, Request};
/// # use gitlab_mattermost_core::random::TokenSource;
/// # use gitlab_mattermost_core::time::UnixTime;
/// # struct Ones;
/// # impl TokenSource for Ones {
/// #     fn fill(&mut self, bytes: &mut [u8]) {
/// #         bytes.fill(1);
/// #     }
/// # }
///
/// #[derive(Debug)]
/// struct Key;
///
/// impl Signer for Key {
///     fn public_key(&self) -> (Vec<u8>, Vec<u8>) {
///         (vec![0xc5], vec![1, 0, 1])
///     }
///
///     fn sign(&self, _message: &[u8]) -> Vec<u8> {
///         vec![0]
///     }
/// }
///
/// # let now = UnixTime { millis: 1_643_616_900_000 };
/// let mut gitlab = Provider::new(ProviderSettings::default(), Seed::default(), now, &mut Ones)?;
/// gitlab.set_signer(Arc::new(Key));
/// let request = Request {
///     method: "GET".to_owned(),
///     scheme: "https".to_owned(),
///     host: "gitlab.example.com".to_owned(),
///     path: "/oauth/discovery/keys".to_owned(),
///     ..Request::default()
/// };
/// let Body::Bytes(keys) = gitlab.handle(&request, now, &mut Ones).body else { panic!("a key") };
/// let keys: serde_json::Value = serde_json::from_slice(&keys)?;
/// assert_eq!((keys["keys"][0]["e"].as_str(), keys["keys"][0]["n"].as_str()), (Some("AQAB"), Some("xQ")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Signer: std::fmt::Debug + Send + Sync {
    /// Modulus and exponent, big-endian without leading zeros.
    fn public_key(&self) -> (Vec<u8>, Vec<u8>);

    /// The RS256 signature of `message`: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, section 3.3).
    fn sign(&self, message: &[u8]) -> Vec<u8>;
}
