//! `mattermost-lab trace` from outside, between a scripted Mattermost and the mock GitLab or a scripted one.

use std::io::Write as _;
use std::sync::Arc;

use crate::program::program;
use crate::screen::{shown, too_long};
use gitlab_double::{GitLab, Options};
use gitlab_mattermost_authority::{Authority, ServerCertificate};
use gitlab_mattermost_ground::wrap::columns;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const PASSWORD: &str = "correct horse";

/// How a scripted Mattermost behaves.
struct Script {
    /// Host of its redirect URI, if not its own.
    redirect_host: Option<&'static str>,
    client_id: &'static str,
    /// The path of the page that it sends the browser to.
    authorize: &'static str,
    version: &'static str,
    /// The words of its error page; without, it signs the user in.
    refusal: Option<&'static str>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            redirect_host: None,
            client_id: "the-client",
            authorize: "/oauth/authorize",
            version: "5.36.1",
            refusal: None,
        }
    }
}

async fn mattermost(gitlab: &str, script: Script) -> MockServer {
    let server = MockServer::start().await;
    let site = script.redirect_host.map_or_else(|| server.uri(), |host| format!("http://{host}"));
    let redirect_uri = format!("{site}/signup/gitlab/complete");
    let query = [
        ("response_type", "code"),
        ("client_id", script.client_id),
        ("redirect_uri", &redirect_uri),
        ("state", "a-very-secret-state"),
    ];
    let authorize = url::Url::parse_with_params(&format!("{gitlab}{}", script.authorize), query).unwrap();
    let entry = ResponseTemplate::new(302)
        .insert_header("Location", authorize.as_str())
        .insert_header("Set-Cookie", "MMOAUTH=a-very-secret-cookie; Path=/; HttpOnly");
    let client = json!({"Version": script.version, "EnableSignUpWithGitLab": "true"});
    let ending = match script.refusal {
        None => ResponseTemplate::new(307)
            .insert_header("Location", server.uri())
            .insert_header("Set-Cookie", "MMAUTHTOKEN=a-very-secret-session; Path=/"),
        Some(text) => ResponseTemplate::new(400).set_body_raw(
            format!("<body onload=\"window.location = '/error?message={}'\">", text.replace(' ', "+")),
            "text/html",
        ),
    };
    for (place, answer) in [
        ("/oauth/gitlab/login", entry),
        ("/api/v4/config/client", ResponseTemplate::new(200).set_body_json(client)),
        ("/signup/gitlab/complete", ending),
    ] {
        Mock::given(method("GET")).and(path(place)).respond_with(answer).mount(&server).await;
    }
    server
}

/// The mock GitLab, knowing the redirect URI of any local port.
async fn gitlab() -> GitLab {
    gitlab_at(None).await
}

/// The mock GitLab, which calls itself `external_url` if that is given.
async fn gitlab_at(external_url: Option<String>) -> GitLab {
    let application = json!({"name": "GitLab Mattermost", "client_id": "the-client", "client_secret": "s",
        "redirect_uris": ["http://127.0.0.1/signup/gitlab/complete"]});
    let seed = serde_json::from_value(json!({"applications": [application]})).unwrap();
    GitLab::start_with(Options { seed, external_url, ..Options::default() }).await.unwrap()
}

/// The mock GitLab behind HTTPS: at `https://localhost`, with `certificate`, of which `sent` is what it sends. Its URL.
async fn gitlab_by_https(sent: &str, certificate: &ServerCertificate) -> (GitLab, String) {
    gitlab_mattermost_ground::tls::install_provider();
    let chain = CertificateDer::pem_slice_iter(sent.as_bytes()).map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_slice(certificate.key.expose().as_bytes()).unwrap();
    let config = rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let gitlab = gitlab_at(Some(url.clone())).await;
    let behind = gitlab.address();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // Whoever refuses the certificate goes.
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut there = TcpStream::connect(behind).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut stream, &mut there).await;
            });
        }
    });
    (gitlab, url)
}

/// A provider that asks for the password, and answers at `place` as told.
async fn scripted_gitlab(place: &str, answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(path(place)).respond_with(answer).mount(&server).await;
    let page = "<form method='post'><input name='user[password]' type='password'><button>Sign in</button></form>";
    let page = ResponseTemplate::new(200).set_body_raw(page, "text/html");
    Mock::given(path("/oauth/authorize")).respond_with(page).mount(&server).await;
    for (place, error) in [("/oauth/token", "invalid_request"), ("/api/v4/user", "401 Unauthorized")] {
        let answer = ResponseTemplate::new(401).set_body_json(json!({ "error": error }));
        Mock::given(path(place)).respond_with(answer).mount(&server).await;
    }
    server
}

/// Runs the program for JSON, checks it against the schema, and gives the place and the rules.
fn traced(mattermost: &str, gitlab: &str, more: &[&str], status: i32) -> (Value, Vec<String>, Value) {
    let arguments = [&["trace", "--format", "json", "--mattermost", mattermost, "--gitlab", gitlab], more].concat();
    let output = program(&arguments).status(status).output();
    let trace: Value = serde_json::from_str(&output).unwrap();
    let schema: Value = serde_json::from_str(include_str!("../../schemas/trace.schema.json")).unwrap();
    jsonschema::validate(&schema, &trace).unwrap_or_else(|error| panic!("{error}: {trace}"));
    for secret in ["a-very-secret", PASSWORD, "correct+horse"] {
        assert!(!output.contains(secret), "{secret} in {output}");
    }
    let rules = trace["findings"].as_array().unwrap().iter();
    let rules = rules.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect();
    (trace["reached"].clone(), rules, trace)
}

/// What `trace` says when it may sign in as alice.
fn traced_to_the_end(mattermost: &str, gitlab: &str, more: &[&str], status: i32) -> (Value, Vec<String>, Value) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "{PASSWORD}").unwrap();
    let flags = ["--login", "alice", "--password-file", file.path().to_str().unwrap()];
    traced(mattermost, gitlab, &[&flags[..], more].concat(), status)
}

fn url_of(gitlab: &GitLab) -> String {
    format!("http://{}", gitlab.address())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_sign_in_ends_at_the_sign_in_page_at_the_consent_page_or_in_mattermost() {
    let gitlab = gitlab().await;
    let mattermost = mattermost(&url_of(&gitlab), Script::default()).await;
    let (site, provider) = (mattermost.uri(), url_of(&gitlab));
    assert_eq!(traced(&site, &provider, &[], 0).0["place"], "sign-in-page");
    assert_eq!(traced_to_the_end(&site, &provider, &[], 0).0["place"], "consent-page");
    let (reached, rules, trace) = traced_to_the_end(&site, &provider, &["--consent"], 0);
    assert_eq!((&reached["place"], rules.len()), (&json!("signed-in"), 0));
    let last = trace["exchanges"].as_array().unwrap().last().unwrap();
    assert_eq!(last["url"], format!("{site}/signup/gitlab/complete?code={{code-1}}&state={{state-1}}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn p01_a_redirect_uri_that_is_not_registered() {
    let gitlab = gitlab().await;
    let script = Script { redirect_host: Some("mattermost.example.com"), ..Script::default() };
    let mattermost = mattermost(&url_of(&gitlab), script).await;
    let (reached, rules, trace) = traced_to_the_end(&mattermost.uri(), &url_of(&gitlab), &[], 1);
    assert_eq!(reached, json!({"place": "refused", "by": "gitlab", "said": "The redirect URI included is not valid."}));
    assert_eq!(rules, ["P01", "P08"], "and the cookie would not come back");
    let evidence = trace["findings"][0]["evidence"].as_str().unwrap();
    assert!(evidence.contains("its host is `mattermost.example.com`"), "{evidence}");
}

#[tokio::test(flavor = "multi_thread")]
async fn p03_a_token_endpoint_that_is_a_page_or_a_redirect() {
    let page = ResponseTemplate::new(200).set_body_raw("<h1>Welcome</h1>", "text/html");
    let redirect = ResponseTemplate::new(301).insert_header("Location", "https://gitlab.example.com/oauth/token");
    for answer in [page, redirect] {
        let gitlab = scripted_gitlab("/oauth/token", answer).await;
        let mattermost = mattermost(&gitlab.uri(), Script::default()).await;
        let (reached, rules, _) = traced(&mattermost.uri(), &gitlab.uri(), &[], 1);
        assert_eq!((&reached["place"], rules), (&json!("sign-in-page"), vec!["P03".to_owned()]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p04_an_authority_that_only_a_given_file_makes_trusted() {
    let authority = Authority::new().unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(file, "{}", authority.root()).unwrap();
    let trusting = ["--ca-file", file.path().to_str().unwrap()];
    let certificate = authority.issue(&["localhost"]).unwrap();
    let (_gitlab, url) = gitlab_by_https(&certificate.chain, &certificate).await;
    let site = mattermost(&url, Script::default()).await;
    let (reached, rules, _) = traced_to_the_end(&site.uri(), &url, &[&trusting[..], &["--consent"]].concat(), 0);
    assert_eq!((&reached["place"], rules.len()), (&json!("signed-in"), 0));
    let (reached, rules, trace) = traced(&site.uri(), &url, &[], 1);
    assert_eq!((&reached["place"], rules), (&json!("lost"), vec!["P04".to_owned()]));
    let evidence = trace["findings"][0]["evidence"].as_str().unwrap();
    assert!(evidence.contains("/oauth/authorize`: invalid peer certificate: UnknownIssuer"), "{evidence}");
}

#[tokio::test(flavor = "multi_thread")]
async fn p04_a_trusted_authority_does_not_make_up_for_a_certificate_that_is_wrong() {
    let authority = Authority::new().unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(file, "{}", authority.root()).unwrap();
    let trusting = ["--ca-file", file.path().to_str().unwrap()];
    let (right, other) = (authority.issue(&["localhost"]).unwrap(), authority.issue(&["gitlab.example.com"]).unwrap());
    let (old, nameless) =
        (authority.issue_expired("localhost").unwrap(), authority.issue_without_names("localhost").unwrap());
    for (sent, certificate, reason) in [
        (&right.certificate, &right, "UnknownIssuer"),
        (&other.chain, &other, "certificate not valid for name"),
        (&old.chain, &old, "certificate expired"),
        (&nameless.chain, &nameless, "is not valid for any names"),
    ] {
        let (_gitlab, url) = gitlab_by_https(sent, certificate).await;
        let site = mattermost(&url, Script::default()).await;
        let (reached, rules, trace) = traced(&site.uri(), &url, &trusting, 1);
        assert_eq!((&reached["place"], rules), (&json!("lost"), vec!["P04".to_owned()]), "{reason}");
        let evidence = trace["findings"][0]["evidence"].as_str().unwrap();
        assert!(evidence.contains(reason), "{evidence}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p05_a_provider_that_nobody_answers_for_or_that_mattermost_does_not_reach() {
    let gitlab = gitlab().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let misled = mattermost(&format!("http://{closed}"), Script::default()).await;
    let (reached, rules, _) = traced(&misled.uri(), &url_of(&gitlab), &[], 1);
    assert_eq!((&reached["place"], rules), (&json!("lost"), vec!["P05".to_owned()]));
    let script = Script { refusal: Some("Token request failed."), ..Script::default() };
    let cut_off = mattermost(&url_of(&gitlab), script).await;
    assert_eq!(traced_to_the_end(&cut_off.uri(), &url_of(&gitlab), &["--consent"], 1).1, ["P05"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn p07_a_client_that_gitlab_does_not_know_or_gives_no_token() {
    let gitlab = gitlab().await;
    let unknown = mattermost(&url_of(&gitlab), Script { client_id: "another", ..Script::default() }).await;
    let (_, rules, trace) = traced_to_the_end(&unknown.uri(), &url_of(&gitlab), &[], 1);
    assert_eq!((rules, &trace["findings"][0]["severity"]), (vec!["P07".to_owned()], &json!("error")));
    let script = Script { refusal: Some("Bad response from token request."), ..Script::default() };
    let refused = mattermost(&url_of(&gitlab), script).await;
    let (_, rules, trace) = traced_to_the_end(&refused.uri(), &url_of(&gitlab), &["--consent"], 1);
    assert_eq!(
        (rules, &trace["findings"][1]["severity"]),
        (vec!["P03".to_owned(), "P07".to_owned()], &json!("warning"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_a_state_that_mattermost_does_not_take() {
    let gitlab = gitlab().await;
    let script = Script { refusal: Some("Invalid state"), ..Script::default() };
    let mattermost = mattermost(&url_of(&gitlab), script).await;
    let (reached, rules, _) = traced_to_the_end(&mattermost.uri(), &url_of(&gitlab), &["--consent"], 1);
    assert_eq!(reached, json!({"place": "refused", "by": "mattermost", "said": "Invalid state"}));
    assert_eq!(rules, ["P08"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn p31_a_provider_that_gives_another_state_back() {
    let gitlab = MockServer::start().await;
    let script = Script { refusal: Some("Invalid state"), ..Script::default() };
    let mattermost = mattermost(&gitlab.uri(), script).await;
    let back = format!("{}/signup/gitlab/complete?code=a-very-secret-code&state=a-very-secret", mattermost.uri());
    let answer = ResponseTemplate::new(302).insert_header("Location", back.as_str());
    Mock::given(path("/oauth/authorize")).respond_with(answer).mount(&gitlab).await;
    let (_, rules, trace) = traced(&mattermost.uri(), &gitlab.uri(), &[], 1);
    let own = trace["findings"].as_array().unwrap().iter().find(|finding| finding["rule"] == "P31").unwrap();
    assert_eq!(own["evidence"], "Mattermost sent a state of 19 characters, and one of 13 came back");
    assert!(!rules.contains(&"P08".to_owned()), "{rules:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn any_page_with_a_password_is_a_sign_in_page_and_good_so_far() {
    let provider = MockServer::start().await;
    let page = "<form method='post'><input name='username'><input name='password' type='password'></form>";
    let page = ResponseTemplate::new(200).set_body_raw(page, "text/html");
    Mock::given(path("/realms/company/auth"))
        .and(wiremock::matchers::header("Accept-Language", "en"))
        .respond_with(page)
        .mount(&provider)
        .await;
    let script = Script { authorize: "/realms/company/auth", ..Script::default() };
    let mattermost = mattermost(&provider.uri(), script).await;
    let (reached, rules, _) = traced(&mattermost.uri(), &provider.uri(), &[], 0);
    assert_eq!((reached, rules), (json!({"place": "sign-in-page", "at": "127.0.0.1"}), Vec::new()));
    // The password is GitLab's: a page of somebody else does not get it.
    let gitlab = gitlab().await;
    let (reached, _, trace) = traced_to_the_end(&mattermost.uri(), &url_of(&gitlab), &[], 0);
    assert_eq!(reached["place"], "sign-in-page");
    let methods = trace["exchanges"].as_array().unwrap().iter().map(|exchange| &exchange["method"]);
    assert!(methods.into_iter().all(|method| method == "GET"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_good_so_far_and_a_refusal_of_oauth_is_told() {
    let second = "<form method='post'><input name='user[otp_attempt]'><button>Verify code</button></form>";
    for (body, kind, place, rules) in [
        (second, "text/html", "second-factor-page", Vec::new()),
        ("{\"error\": \"redirect_uri_mismatch\"}", "application/json", "refused", vec!["P01"]),
        ("<h1>We are sorry...</h1><p>Client not found.</p>", "text/html", "refused", vec!["P07"]),
    ] {
        let provider = MockServer::start().await;
        let answer = ResponseTemplate::new(200).set_body_raw(body, kind);
        Mock::given(path("/auth")).respond_with(answer).mount(&provider).await;
        let mattermost = mattermost(&provider.uri(), Script { authorize: "/auth", ..Script::default() }).await;
        let status = i32::from(!rules.is_empty());
        let (reached, found, _) = traced(&mattermost.uri(), &provider.uri(), &[], status);
        assert_eq!(
            (reached["place"].as_str(), found),
            (Some(place), rules.iter().map(|it| (*it).to_owned()).collect())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_gitlabs_refusal_and_no_known_problem() {
    let gitlab = gitlab().await;
    let mattermost = mattermost(&url_of(&gitlab), Script::default()).await;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "wrong").unwrap();
    let more = ["--login", "alice", "--password-file", file.path().to_str().unwrap()];
    let (reached, rules, _) = traced(&mattermost.uri(), &url_of(&gitlab), &more, 1);
    assert_eq!((&reached["place"], &reached["by"], rules.len()), (&json!("refused"), &json!("gitlab"), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_diagram_is_drawn_in_every_format() {
    let gitlab = scripted_gitlab("/oauth/token", ResponseTemplate::new(404)).await;
    let mattermost = mattermost(&gitlab.uri(), Script::default()).await;
    let run = |format: &str| {
        let (site, provider) = (mattermost.uri(), gitlab.uri());
        let arguments = ["trace", "--format", format, "--mattermost", &site, "--gitlab", &provider];
        program(&arguments).status(1).any_stderr().output()
    };
    let text = run("text");
    assert!(text.starts_with("browser   ") && text.contains("◀╌ 302 to GitLab /oauth/authorize"), "{text}");
    assert!(
        text.contains("\nreached: a sign-in page (at 127.0.0.1)") && text.contains("\nP03 token-endpoint"),
        "{text}"
    );
    let (site, provider) = (mattermost.uri(), gitlab.uri());
    let command = [env!("CARGO_BIN_EXE_mattermost-lab"), "trace", "--mattermost", &site, "--gitlab", &provider];
    let at_terminal = shown(&command, 80, &[("NO_COLOR", "1")], None);
    assert_eq!(too_long(&at_terminal, 80), Vec::<&str>::new());
    assert!(at_terminal.lines().filter(|line| line.contains('│')).all(|line| columns(line) <= 80), "{at_terminal}");
    assert!(at_terminal.contains("◀╌ 302 to") && at_terminal.contains("\nP03 token-endpoint"), "{at_terminal}");
    assert!(run("mermaid").starts_with("sequenceDiagram\n"));
    assert!(run("svg").starts_with("<svg "));
}

#[test]
fn usage_and_servers_that_do_not_answer_have_exit_codes_of_their_own() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let closed = format!("http://{closed}/");
    let stderr = format!("error: Mattermost does not answer at `{closed}`: Connection refused (os error 111)\n");
    program(&["trace", "--mattermost", &closed, "--gitlab", &closed]).status(3).stderr(&stderr).check();
    let missing = ["--login", "alice", "--password-file", "/nowhere"];
    let arguments = [&["trace", "--mattermost", &closed, "--gitlab", &closed][..], &missing].concat();
    let stderr = "error: the password file `/nowhere` cannot be read: No such file or directory (os error 2)\n";
    program(&arguments).status(2).stderr(stderr).check();
    program(&["trace", "--mattermost", "mattermost", "--gitlab", &closed]).status(2).any_stderr().check();
    program(&["trace", "--mattermost", &closed, "--gitlab", &closed, "--login", "a"]).status(2).any_stderr().check();
    let none = ["trace", "--mattermost", &closed, "--gitlab", &closed, "--ca-file", "Cargo.toml"];
    let stderr = "error: `Cargo.toml` holds no certificate in PEM (`-----BEGIN CERTIFICATE-----`)\n";
    program(&none).status(2).stderr(stderr).check();
}
