//! A front that speaks HTTP/1.0 with the server behind it, which then answers so.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Where what comes is handed to the server at `behind` as HTTP/1.0.
pub async fn by_http_1_0(behind: SocketAddr) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((here, _)) = listener.accept().await {
            // Who goes in the middle of it is gone.
            tokio::spawn(async move { hand_over(here, behind).await.unwrap_or_default() });
        }
    });
    Ok(address)
}

async fn hand_over(mut here: TcpStream, behind: SocketAddr) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let byte = here.read_u8().await?;
        head.push(byte);
    }
    let head = String::from_utf8_lossy(&head).replacen(" HTTP/1.1\r\n", " HTTP/1.0\r\n", 1);
    let mut there = TcpStream::connect(behind).await?;
    there.write_all(head.as_bytes()).await?;
    tokio::io::copy_bidirectional(&mut here, &mut there).await?;
    Ok(())
}
