use super::{Stage, application, location};
use crate::http::{Body, Request};

const PATHS: [&str; 14] = [
    "/",
    "/users/sign_in",
    "/users/sign_out",
    "/oauth/authorize",
    "/oauth/authorize/native",
    "/oauth/token",
    "/oauth/token/info",
    "/oauth/revoke",
    "/oauth/introspect",
    "/oauth/applications",
    "/oauth/applications/1",
    "/oauth/authorized_applications/1",
    "/api/v4/user",
    "/api/v4/applications",
];

/// Every path, asked with `query` by GET and with `body` by POST.
fn everywhere(query: &str, body: &[u8]) -> Vec<(String, u16)> {
    let mut stage = Stage::new(application()).signed_in("alice");
    let mut statuses = Vec::new();
    for path in PATHS {
        let mut get = stage.request("GET", path);
        get.query = query.to_owned();
        let mut post = stage.request("POST", path);
        post.headers.push("Content-Type", "application/x-www-form-urlencoded");
        post.body = body.to_vec();
        for request in [get, post] {
            statuses.push((format!("{request:?}"), stage.send(request).status));
        }
    }
    statuses
}

#[test]
fn what_is_no_text_is_refused_everywhere() {
    for bad in ["state=%FF", "a=%00", "a=%zz", "%=1", "a=1&a[b]=2", "a[]=1&a=2&a[]=3"] {
        for (request, status) in everywhere(bad, bad.as_bytes()) {
            assert_eq!(status, 400, "{request} {bad}");
        }
    }
}

#[test]
fn repeated_listed_and_nested_parameters_fail_nothing() {
    let shapes = "client_id[]=id&code[a]=b&token[]=x&grant_type[]=password&scope[a][]=b&redirect_uri[]=x&user[login][]=a\
                  &user[password]=b&user=c&authenticity_token[]=a&access_token[a]=b&doorkeeper_application[name][]=a&a=1&a=2";
    for (request, status) in everywhere(&shapes.replace("&user=c", ""), shapes.replace("&user=c", "").as_bytes()) {
        assert!(status < 500, "{request}: {status}");
    }
}

#[test]
fn a_megabyte_fails_nothing() {
    let long = "x".repeat(1 << 20);
    let body = format!("client_id=id&token={long}");
    for (request, status) in everywhere("", body.as_bytes()) {
        assert!(status < 500, "{request}: {status}");
    }
}

#[test]
fn no_value_breaks_out_of_a_header_field() {
    let mut stage = Stage::new(application()).signed_in("alice");
    let target = stage.consent(&[("state", "a\r\nSet-Cookie: b=c\u{1F642}")]);
    assert!(target.ends_with("&state=a%0D%0ASet-Cookie%3A+b%3Dc%F0%9F%99%82"), "{target}");
    let mut stage = Stage::new(application());
    let mut request = stage.request("GET", "/x");
    request.host = "a\r\nX: y".to_owned();
    assert!(!location(&stage.send(request)).contains(['\r', '\n', ' ']));
}

#[test]
fn unknown_methods_and_empty_requests_are_answered() {
    let mut stage = Stage::new(application());
    for method in ["", "BREW", "TRACE", "CONNECT", "PUT", "PATCH", "OPTIONS"] {
        for path in PATHS {
            let request = stage.request(method, path);
            let status = stage.send(request).status;
            assert!((200..500).contains(&status), "{method} {path}: {status}");
        }
    }
    assert_eq!(stage.send(Request::default()).status, 422);
}

#[test]
fn an_answer_to_head_has_no_body() {
    let mut stage = Stage::new(application()).signed_in("alice");
    for path in PATHS {
        let request = stage.request("HEAD", path);
        assert!(stage.send(request).body == Body::Empty, "{path}");
    }
}

#[test]
fn what_is_kept_of_sessions_codes_and_tokens_is_bounded() {
    let mut stage = Stage::new(application());
    for _ in 0..15_000 {
        stage.cookie = None;
        stage.get("/users/sign_in");
    }
    assert!(stage.provider.sessions.len() <= 10_000);
}
