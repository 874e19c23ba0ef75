use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

/// Says all lines at once and returns all replies.
async fn talk(server: &MailServer, lines: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).await.expect("a connection");
    stream.write_all(lines.replace('\n', "\r\n").as_bytes()).await.expect("a client that is heard");
    stream.shutdown().await.expect("an end");
    let mut replies = String::new();
    stream.read_to_string(&mut replies).await.expect("replies");
    replies
}

#[tokio::test]
async fn a_mail_is_kept_as_it_was_handed_over() {
    let server = MailServer::start().await.expect("a server");
    let subject = "=?utf-8?b?R3LDvMOfZQ==?=";
    let replies = talk(
        &server,
        &format!(
            "EHLO client\nMAIL FROM:<a@example.com> BODY=8BITMIME\nRCPT TO:<b@example.com>\nRCPT TO:<c@example.com>\n\
             DATA\nSubject: {subject}\n\nfirst\n..dot\n.\nQUIT\n"
        ),
    )
    .await;
    assert!(replies.ends_with("250 mail taken\r\n221 good-bye\r\n"), "{replies}");
    let [mail] = server.mails().try_into().expect("one mail");
    assert_eq!((mail.from.as_str(), mail.to.join(" ").as_str()), ("a@example.com", "b@example.com c@example.com"));
    assert_eq!(mail.subject(), "Grüße");
    assert_eq!(mail.text().trim_end(), "first\r\n.dot");
}

#[tokio::test]
async fn what_comes_out_of_order_or_is_broken_off_leaves_no_mail() {
    let server = MailServer::start().await.expect("a server");
    let replies =
        talk(&server, "HELO c\nDATA\nRCPT TO:<b@example.com>\nMAIL TO:<b@example.com>\nSTARTTLS\nQUIT\n").await;
    let codes: Vec<&str> = replies.lines().filter_map(|line| line.get(..3)).collect();
    assert_eq!(codes, ["220", "250", "503", "503", "501", "502", "221"]);
    talk(&server, "HELO c\nMAIL FROM:<a@example.com>\nRCPT TO:<b@example.com>\nDATA\nhalf a mail\n").await;
    assert_eq!(server.wait_for(1, Duration::from_millis(50)).await, []);
}

#[tokio::test]
async fn credentials_are_counted_in_both_forms() {
    let server = MailServer::start().await.expect("a server");
    talk(&server, "EHLO c\nAUTH PLAIN AGEAYg==\nAUTH PLAIN\nAGEAYg==\nAUTH LOGIN\nQUIT\n").await;
    assert_eq!(server.sign_ins(), 2);
}
