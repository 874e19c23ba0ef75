//! Servers with every kind of certificate, and what a client of Go 1.19 said of each; run with certificates of the same shape.

use std::collections::BTreeMap;
use std::time::Duration;

use gitlab_mattermost_core::http::Request;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::super::Outgoing;
use gitlab_mattermost_authority::Authority;
use gitlab_mattermost_authority::serving::serve;

/// What becomes of a call by a server with these variables.
async fn call(host: &str, port: u16, variables: &[(&str, &str)]) -> Result<u16, String> {
    let environment = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let outgoing = Outgoing::new(&environment, Duration::from_secs(10), false).unwrap();
    ask(&outgoing, host, port).await
}

async fn ask(outgoing: &Outgoing, host: &str, port: u16) -> Result<u16, String> {
    let request = Request {
        method: "GET".to_owned(),
        scheme: "https".to_owned(),
        host: format!("{host}:{port}"),
        path: "/".to_owned(),
        ..Request::default()
    };
    outgoing.call(&request).await.map(|answer| answer.status).map_err(|failed| failed.to_string())
}

/// A folder with the root of `authority`, and its path.
fn folder_with_root(authority: &Authority) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("root.crt"), authority.root()).unwrap();
    let path = folder.path().to_str().unwrap().to_owned();
    (folder, path)
}

#[tokio::test]
async fn every_refusal_is_told_in_gos_words() {
    let authority = Authority::new().unwrap();
    let (_folder, trusted) = folder_with_root(&authority);
    let good = authority.issue(&["localhost", "gitlab.example.com"]).unwrap();
    let other = authority.issue(&["gitlab.example.com", "git.example.com"]).unwrap();
    let nameless = authority.issue_without_names("localhost").unwrap();
    let other_nameless = authority.issue_without_names("gitlab.example.com").unwrap();
    let old = authority.issue_expired("localhost").unwrap();
    let unknown = "x509: certificate signed by unknown authority";
    let names = "x509: certificate is valid for gitlab.example.com, git.example.com, not localhost";
    for (case, host, chain, certificate, trust, expected) in [
        ("unknown authority", "localhost", &good.chain, &good, "/nowhere", unknown),
        ("missing intermediate", "localhost", &good.certificate, &good, &trusted, unknown),
        ("wrong name", "localhost", &other.chain, &other, &trusted, names),
        ("wrong name of an unknown authority", "localhost", &other.chain, &other, "/nowhere", names),
        (
            "common name alone",
            "localhost",
            &nameless.chain,
            &nameless,
            &trusted,
            "x509: certificate relies on legacy Common Name field, use SANs instead",
        ),
        (
            "another common name alone",
            "localhost",
            &other_nameless.chain,
            &other_nameless,
            &trusted,
            "x509: certificate is not valid for any names, but wanted to match localhost",
        ),
        (
            "asked for by its address",
            "127.0.0.1",
            &good.chain,
            &good,
            &trusted,
            "x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs",
        ),
    ] {
        let port = serve(chain, certificate).await;
        let variables = [("SSL_CERT_FILE", "/nowhere"), ("SSL_CERT_DIR", trust)];
        assert_eq!(call(host, port, &variables).await, Err(expected.to_owned()), "{case}");
    }
    let port = serve(&old.chain, &old).await;
    let refusal = call("localhost", port, &[("SSL_CERT_DIR", &trusted)]).await.unwrap_err();
    let (before, after) = refusal.split_once(" is after ").unwrap();
    assert!(before.starts_with("x509: certificate has expired or is not yet valid: current time 20"), "{refusal}");
    assert_eq!(after, "2022-01-22T00:00:00Z");
}

#[tokio::test]
async fn authorities_are_found_as_go_finds_them() {
    let authority = Authority::new().unwrap();
    let (folder, trusted) = folder_with_root(&authority);
    let file = folder.path().join("root.crt").to_str().unwrap().to_owned();
    let beside = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(&file, beside.path().join("0a1b2c3d.0")).unwrap();
    std::fs::write(beside.path().join("README"), "no certificate").unwrap();
    let linked = beside.path().to_str().unwrap();
    let certificate = authority.issue(&["localhost"]).unwrap();
    let port = serve(&certificate.chain, &certificate).await;
    for (variables, trusts) in [
        (vec![("SSL_CERT_FILE", file.as_str())], true),
        (vec![("SSL_CERT_FILE", &file), ("SSL_CERT_DIR", "/nowhere")], true),
        (vec![("SSL_CERT_DIR", &trusted)], true),
        (vec![("SSL_CERT_DIR", &format!("/nowhere:{linked}"))], true),
        (vec![("SSL_CERT_DIR", "/nowhere")], false),
        (vec![], false),
    ] {
        assert_eq!(call("localhost", port, &variables).await.is_ok(), trusts, "{variables:?}");
    }
}

#[tokio::test]
async fn a_servers_own_certificate_can_be_trusted_itself() {
    let authority = Authority::new().unwrap();
    let certificate = authority.issue(&["localhost"]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("server.pem"), &certificate.certificate).unwrap();
    let port = serve(&certificate.certificate, &certificate).await;
    let variables = [("SSL_CERT_DIR", folder.path().to_str().unwrap())];
    assert_eq!(call("localhost", port, &variables).await, Ok(200));
}

#[tokio::test]
async fn what_is_added_later_counts_from_the_next_start_on() {
    let authority = Authority::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let variables = [("SSL_CERT_DIR", folder.path().to_str().unwrap())];
    let environment: BTreeMap<_, _> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let certificate = authority.issue(&["localhost"]).unwrap();
    let port = serve(&certificate.chain, &certificate).await;
    let running = Outgoing::new(&environment, Duration::from_secs(10), false).unwrap();
    assert!(ask(&running, "localhost", port).await.is_err());
    std::fs::write(folder.path().join("root.crt"), authority.root()).unwrap();
    assert!(ask(&running, "localhost", port).await.is_err());
    assert_eq!(call("localhost", port, &variables).await, Ok(200));
}

#[tokio::test]
async fn plain_http_in_place_of_https_is_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
        }
    });
    let expected = "http: server gave HTTP response to HTTPS client";
    assert_eq!(call("localhost", port, &[]).await, Err(expected.to_owned()));
}
