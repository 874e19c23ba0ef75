//! The one cryptography provider of this program.

use std::sync::Once;

static INSTALLED: Once = Once::new();

/// Makes ring the provider for every TLS client and server of this process; later calls do nothing.
pub fn install_provider() {
    INSTALLED.call_once(|| {
        // An error means that another provider was installed before, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}
