//! Slow clients: those that never finish a head, a body, or reading their answer.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::servers::{Target, gitlab, mattermost};
use super::wire::{request, send};

/// How many slow clients there are at a time: more than half of what the servers take.
const MANY: usize = 150;

/// When a server must have given up a client that does not finish the head of its request.
const GIVEN_UP: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread")]
async fn slow_clients_of_the_mock_gitlab_keep_nobody_waiting() {
    slow_clients_keep_nobody_waiting(&gitlab(), "/users/sign_in").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_clients_of_the_stand_in_mattermost_keep_nobody_waiting() {
    slow_clients_keep_nobody_waiting(&mattermost().await, "/api/v4/system/ping").await;
}

/// Clients who never read, and as many requests of each that their answers fill what the operating system takes.
const UNREAD: (usize, usize) = (20, 3000);

/// When clients who never read must be given up, with time for the machine to be busy.
const UNREAD_GIVEN_UP: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn clients_who_never_read_do_not_hold_the_mock_gitlab() {
    let target = gitlab();
    target.calm().await;
    let descriptors = target.descriptors();
    let (clients, requests) = UNREAD;
    let asked = b"GET /users/sign_in HTTP/1.1\r\nHost: a.example.com\r\n\r\n".repeat(requests);
    let mut unread = Vec::new();
    for _ in 0..clients {
        // Else the operating system would make more and more room on this side, up to 32 MB.
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(64 << 10).unwrap();
        let mut stream = socket.connect(target.address).await.unwrap();
        // The server stops reading while its answers find no room.
        let _ = tokio::time::timeout(Duration::from_millis(200), stream.write_all(&asked)).await;
        unread.push(stream);
    }
    let begin = Instant::now();
    while target.descriptors() > descriptors {
        assert!(begin.elapsed() < UNREAD_GIVEN_UP, "{} descriptors are held", target.descriptors() - descriptors);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    target.calm().await;
    for mut stream in unread {
        let mut answers = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answers)).await;
        let answered = answers.windows(15).filter(|it| it == b"HTTP/1.1 200 OK").count();
        assert!(answered < requests, "a client who did not read was answered to the end");
    }
}

async fn slow_clients_keep_nobody_waiting(target: &Target, path: &str) {
    target.calm().await;
    let (descriptors, before) = (target.descriptors(), target.resident());
    let honest = request("GET", path, &[("Host", b"a.example.com")], b"");
    let mut slow = Vec::new();
    for number in 0..MANY {
        let mut stream = TcpStream::connect(target.address).await.unwrap();
        let beginning: &[u8] = match number % 3 {
            // A head without an end, no head at all, and a body that does not come.
            0 => b"GET / HTTP/1.1\r\nHost: a.example.com\r\nX-Slow: ",
            1 => b"",
            _ => b"POST /api/v4/users HTTP/1.1\r\nHost: a.example.com\r\nContent-Length: 1000000\r\n\r\n{\"a\":\"",
        };
        stream.write_all(beginning).await.unwrap();
        slow.push(stream);
    }
    let begin = Instant::now();
    for _ in 0..20 {
        assert_eq!(send(target.address, &honest).await.status, 200);
    }
    assert!(begin.elapsed() < Duration::from_secs(5), "honest clients waited {:?}", begin.elapsed());
    // Those who never finish their heads are given up, and what they held is free again.
    for (number, stream) in slow.iter_mut().enumerate().filter(|(number, _)| number % 3 != 2) {
        let mut rest = Vec::new();
        let left = GIVEN_UP.saturating_sub(begin.elapsed());
        let ended = tokio::time::timeout(left, stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "slow client {number} was still served after {:?}", begin.elapsed());
    }
    drop(slow);
    let begin = Instant::now();
    while target.descriptors() > descriptors + 8 {
        assert!(begin.elapsed() < Duration::from_secs(10), "{} descriptors are left open", target.descriptors());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(target.resident() < before + (32 << 20), "memory grew from {before} to {}", target.resident());
    target.calm().await;
}
