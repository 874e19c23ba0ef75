//! One client's conversation with the mail server.

use std::io;
use std::sync::Mutex;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::received::{Mail, Received, lock};

/// Most bytes that a client may send in all.
const MOST_BYTES: u64 = 4 << 20;
/// Longest wait for a client's next line.
const LINE_WITHIN: Duration = Duration::from_secs(30);
/// The name it gives itself.
const NAME: &str = "mail.example.com";

/// The mail that is being handed over.
#[derive(Debug, Default)]
struct Envelope {
    from: Option<String>,
    to: Vec<String>,
}

/// Both directions of a connection.
struct Wire {
    read: BufReader<tokio::io::Take<OwnedReadHalf>>,
    write: OwnedWriteHalf,
}

/// Talks with a client until it leaves.
///
/// # Errors
/// The connection broke, the client was silent too long or sent too much.
pub(super) async fn serve(stream: TcpStream, received: &Mutex<Received>) -> io::Result<()> {
    let (read, write) = stream.into_split();
    let mut wire = Wire { read: BufReader::new(read.take(MOST_BYTES)), write };
    wire.say(&format!("220 {NAME} ESMTP")).await?;
    let mut envelope = Envelope::default();
    while let Some(line) = wire.line().await? {
        let line = String::from_utf8_lossy(&line).into_owned();
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let reply = match verb.to_ascii_uppercase().as_str() {
            "EHLO" => {
                envelope = Envelope::default();
                format!("250-{NAME}\r\n250-8BITMIME\r\n250 AUTH PLAIN")
            }
            "HELO" => {
                envelope = Envelope::default();
                format!("250 {NAME}")
            }
            "AUTH" => wire.sign_in(rest, received).await?,
            "MAIL" => match address(rest, "FROM:") {
                Some(from) => {
                    envelope = Envelope { from: Some(from), to: Vec::new() };
                    "250 sender taken".to_owned()
                }
                None => "501 MAIL FROM:<address>".to_owned(),
            },
            "RCPT" if envelope.from.is_none() => "503 MAIL comes first".to_owned(),
            "RCPT" => match address(rest, "TO:") {
                Some(to) => {
                    envelope.to.push(to);
                    "250 recipient taken".to_owned()
                }
                None => "501 RCPT TO:<address>".to_owned(),
            },
            "DATA" if envelope.to.is_empty() => "503 RCPT comes first".to_owned(),
            "DATA" => {
                wire.say("354 go on, and end with a dot").await?;
                let Some(content) = wire.content().await? else { return Ok(()) };
                let Envelope { from, to } = std::mem::take(&mut envelope);
                lock(received).mails.push(Mail { from: from.unwrap_or_default(), to, content });
                "250 mail taken".to_owned()
            }
            "RSET" => {
                envelope = Envelope::default();
                "250 forgotten".to_owned()
            }
            "NOOP" => "250 still here".to_owned(),
            "QUIT" => return wire.say("221 good-bye").await,
            _ => "502 no such command here".to_owned(),
        };
        wire.say(&reply).await?;
    }
    Ok(())
}

impl Wire {
    async fn say(&mut self, reply: &str) -> io::Result<()> {
        self.write.write_all(format!("{reply}\r\n").as_bytes()).await
    }

    /// The next line without its end; nothing once the client has gone.
    async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        tokio::time::timeout(LINE_WITHIN, self.read.read_until(b'\n', &mut line)).await??;
        if !line.ends_with(b"\n") {
            return Ok(None);
        }
        let end = line.len() - if line.ends_with(b"\r\n") { 2 } else { 1 };
        line.truncate(end);
        Ok(Some(line))
    }

    /// The lines up to the one with a dot alone; nothing if the client went before it.
    async fn content(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut content = Vec::new();
        while let Some(line) = self.line().await? {
            match line.as_slice() {
                b"." => return Ok(Some(content)),
                // A dot at a line's beginning was doubled for the way.
                [b'.', rest @ ..] => content.extend_from_slice(rest),
                line => content.extend_from_slice(line),
            }
            content.extend_from_slice(b"\r\n");
        }
        Ok(None)
    }

    /// Takes credentials, whatever they are, and counts them.
    async fn sign_in(&mut self, told: &str, received: &Mutex<Received>) -> io::Result<String> {
        let (mechanism, initial) = told.split_once(' ').unwrap_or((told, ""));
        if !mechanism.eq_ignore_ascii_case("PLAIN") {
            return Ok("504 only PLAIN here".to_owned());
        }
        if initial.is_empty() {
            self.say("334 ").await?;
            self.line().await?;
        }
        lock(received).sign_ins += 1;
        Ok("235 welcome".to_owned())
    }
}

/// The address of `FROM:<a@b> …`, without the brackets; an empty one is the sender of notices.
fn address(rest: &str, word: &str) -> Option<String> {
    let (told, rest) = rest.split_at_checked(word.len())?;
    let (address, _) = rest.trim_start().strip_prefix('<')?.split_once('>')?;
    told.eq_ignore_ascii_case(word).then(|| address.to_owned())
}
