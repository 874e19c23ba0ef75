//! HTTP in bytes: what is sent is what the test says, and what comes back is read as far as it comes.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long an answer may take.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// What came back; the status 0 stands for a connection that ended without an answer.
#[derive(Debug, Default)]
pub struct Answer {
    pub status: u16,
    /// Names in small letters.
    pub fields: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// All of it as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// A request in bytes: a head with these lines, then the body with its length.
pub fn request(method: &str, target: &str, fields: &[(&str, &[u8])], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\n").into_bytes();
    for (name, value) in fields {
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value);
        bytes.extend_from_slice(b"\r\n");
    }
    if !body.is_empty() || method != "GET" {
        bytes.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

/// Sends a request and reads the answer to its end.
pub async fn send(address: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let (mut reading, mut writing) = stream.split();
    let mut bytes = Vec::new();
    // A server that refuses what is too long stops reading it.
    let write = async { _ = writing.write_all(request).await };
    let read = async { _ = reading.read_to_end(&mut bytes).await };
    let both = async { tokio::join!(write, read) };
    tokio::time::timeout(PATIENCE, both).await.expect("no answer in time");
    parse(bytes)
}

/// Reads an answer.
pub fn parse(bytes: Vec<u8>) -> Answer {
    let head = bytes.windows(4).position(|it| it == b"\r\n\r\n").unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or_default();
    let field = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    Answer { status, fields: lines.filter_map(field).collect(), bytes }
}
