//! TLS before a plain server, with a certificate of an authority that nobody knows.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;

use gitlab_mattermost_authority::Authority;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Where the front is, and who vouches for it.
pub struct Front {
    pub url: String,
    /// The authority, as PEM.
    pub authority: String,
}

/// Takes TLS off what comes and hands it to the server at `behind`.
pub async fn front(behind: SocketAddr) -> Result<Front, Box<dyn Error + Send + Sync>> {
    gitlab_mattermost_ground::tls::install_provider();
    let authority = Authority::new()?;
    let certificate = authority.issue(&["localhost"])?;
    let chain = CertificateDer::pem_slice_iter(certificate.chain.as_bytes()).collect::<Result<_, _>>()?;
    let key = PrivateKeyDer::from_pem_slice(certificate.key.expose().as_bytes())?;
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    // Where `localhost` is also an address of the newer protocol, that one may be asked first.
    let listener = TcpListener::bind("localhost:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // Whoever refuses the certificate, or goes, is gone.
                let Ok(mut there) = TcpStream::connect(behind).await else { return };
                if let Ok(mut here) = acceptor.accept(stream).await {
                    let _ = tokio::io::copy_bidirectional(&mut here, &mut there).await;
                }
            });
        }
    });
    Ok(Front { url: format!("https://localhost:{port}"), authority: authority.root() })
}
