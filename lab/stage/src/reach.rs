//! Whether a server that the lab did not start answers at all, whatever it says.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

use gitlab_mattermost_ground::error_chain::innermost;

/// How long a server may take to accept a connection, and then to say its first byte.
const LIMIT: Duration = Duration::from_secs(10);

/// Asks the server at `url` for anything. On an encrypted connection it has answered once it accepts.
///
/// # Errors
/// Why it does not answer.
pub async fn reach(url: &Url) -> Result<(), String> {
    let silent = |_| format!("no answer within {LIMIT:?}");
    timeout(LIMIT, ask(url)).await.map_err(silent)?.map_err(|error| innermost(&error))
}

async fn ask(url: &Url) -> std::io::Result<()> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let mut stream = TcpStream::connect((host, url.port_or_known_default().unwrap_or(80))).await?;
    if url.scheme() != "http" {
        return Ok(());
    }
    let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    match stream.read(&mut [0]).await? {
        0 => Err(std::io::Error::other("it closes the connection without a word")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn server(says: &'static [u8]) -> Url {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 512]).await;
            let _ = stream.write_all(says).await;
        });
        url
    }

    #[tokio::test]
    async fn any_word_is_an_answer_and_none_is_not() {
        assert_eq!(reach(&server(b"HTTP/1.1 500 Oh\r\n\r\n").await).await, Ok(()));
        assert!(reach(&server(b"").await).await.unwrap_err().contains("without a word"));
        let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert!(reach(&format!("http://{gone}").parse().unwrap()).await.unwrap_err().contains("refused"));
    }
}
