//! A mail server of a scenario's own: it takes every mail, delivers none, and keeps what it was given.
//!
//! # Shape
//! SMTP as far as a client needs it to hand over a mail (RFC 5321: HELO, EHLO, MAIL, RCPT, DATA, RSET, NOOP, QUIT) and to
//! sign in (RFC 4954: AUTH PLAIN, with any credentials, which are not kept). No TLS.

mod received;
mod session;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use self::received::Mail;
use self::received::{Received, lock};

/// How often is looked whether a mail has come.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A mail server that runs until it is dropped.
#[derive(Debug)]
pub struct MailServer {
    address: SocketAddr,
    received: Arc<Mutex<Received>>,
    accepting: JoinHandle<()>,
}

impl MailServer {
    /// Listens on a free port of this machine alone.
    ///
    /// # Errors
    /// The operating system's.
    pub async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let received = Arc::<Mutex<Received>>::default();
        let accepting = tokio::spawn(accept(listener, Arc::clone(&received)));
        Ok(Self { address, received, accepting })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The mails so far, in their order.
    pub fn mails(&self) -> Vec<Mail> {
        lock(&self.received).mails.clone()
    }

    /// How often a client has handed over credentials.
    pub fn sign_ins(&self) -> usize {
        lock(&self.received).sign_ins
    }

    /// The mails so far, once there are at least `count`, or whatever is there after `limit`.
    pub async fn wait_for(&self, count: usize, limit: Duration) -> Vec<Mail> {
        let begun = Instant::now();
        while lock(&self.received).mails.len() < count && begun.elapsed() < limit {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        self.mails()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, received: Arc<Mutex<Received>>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(LOOK_EVERY).await;
            continue;
        };
        let received = Arc::clone(&received);
        // A client that goes away in the middle has handed over nothing.
        tokio::spawn(async move { session::serve(stream, &received).await });
    }
}

#[cfg(test)]
mod tests;
