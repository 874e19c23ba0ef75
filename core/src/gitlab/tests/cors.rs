use super::{Stage, application};
use crate::http::{Request, Response};
use crate::version::Version;

const SITE: &str = "https://app.example.com";

fn stage(version: &str) -> Stage {
    Stage::of_version(version.parse::<Version>().unwrap(), application())
}

fn preflight(stage: &mut Stage, path: &str, method: &str, fields: &str) -> Response {
    let mut request = stage.request("OPTIONS", path);
    request.headers.push("Origin", SITE);
    request.headers.push("Access-Control-Request-Method", method);
    if !fields.is_empty() {
        request.headers.push("Access-Control-Request-Headers", fields);
    }
    stage.send(request)
}

fn allowed(response: &Response) -> Option<(&str, &str)> {
    let field = |name| response.headers.get(name);
    Some((field("access-control-allow-origin")?, field("access-control-allow-methods")?))
}

#[test]
fn a_preflight_is_answered_with_what_is_allowed_and_no_more() {
    for (version, path, method, fields, expected) in [
        ("15.1.0", "/oauth/token", "POST", "", Some(("*", "POST"))),
        ("15.1.0", "/oauth/token", "POST", "Authorization, Content-Type", Some(("*", "POST"))),
        ("15.1.0", "/oauth/revoke", "post", "", Some(("*", "POST"))),
        ("15.1.0", "/oauth/token", "GET", "", None),
        ("15.1.0", "/oauth/token", "POST", "X-Other", None),
        ("15.1.0", "/oauth/userinfo", "GET", "authorization", Some(("*", "GET, HEAD, POST"))),
        ("15.1.0", "/oauth/discovery/keys", "GET", "", Some(("*", "GET, HEAD"))),
        ("15.1.0", "/oauth/discovery/keys", "GET", "authorization", None),
        ("15.1.0", "/.well-known/openid-configuration", "HEAD", "", Some(("*", "GET, HEAD"))),
        (
            "14.7.0",
            "/api/v4/user",
            "GET",
            "anything, private-token",
            Some(("*", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")),
        ),
    ] {
        let mut stage = stage(version);
        let response = preflight(&mut stage, path, method, fields);
        assert_eq!((response.status, allowed(&response)), (200, expected), "{version} {path} {method} {fields}");
        let named = response.headers.get("access-control-allow-headers");
        assert_eq!(named.is_some(), expected.is_some() && !fields.is_empty(), "{path} {fields}");
        assert_eq!(response.headers.get("access-control-allow-credentials"), None);
        assert_eq!(response.headers.get("set-cookie"), None);
    }
}

#[test]
fn answers_to_other_sites_may_be_read_where_the_path_is_listed_and_never_with_cookies() {
    let ask = |stage: &mut Stage, method: &str, path: &str, origin: &str| {
        let mut request: Request = stage.request(method, path);
        request.headers.push("Origin", origin);
        stage.send(request)
    };
    let mut stage = stage("15.1.0");
    let token = ask(&mut stage, "POST", "/oauth/token", SITE);
    assert_eq!((token.status, allowed(&token)), (400, Some(("*", "POST"))));
    assert!(token.headers.get("vary").is_some_and(|vary| vary.ends_with("Origin")));
    let user = ask(&mut stage, "GET", "/api/v4/user", SITE);
    assert!(user.headers.get("access-control-expose-headers").is_some_and(|it| it.contains("X-Total-Pages")));
    assert_eq!(user.headers.get("access-control-allow-credentials"), None);
    let own = "http://gitlab.example.com".to_owned();
    let user = ask(&mut stage, "GET", "/api/v4/user", &own);
    assert_eq!(user.headers.get("access-control-allow-origin"), Some(own.as_str()));
    assert_eq!(user.headers.get("access-control-allow-credentials"), Some("true"));
    assert_eq!(allowed(&ask(&mut stage, "GET", "/users/sign_in", SITE)), None);
}

#[test]
fn a_preflight_for_a_path_that_is_not_listed_reaches_the_application() {
    for (version, path) in [("15.1.0", "/oauth/authorize"), ("15.1.0", "/oauth/introspect"), ("15.0.5", "/oauth/token")]
    {
        let response = preflight(&mut stage(version), path, "POST", "");
        assert_eq!((response.status, allowed(&response)), (422, None), "{version} {path}");
    }
}

#[test]
fn without_an_origin_options_is_refused_as_ever() {
    let mut stage = stage("15.1.0");
    let request = stage.request("OPTIONS", "/oauth/authorize");
    assert_eq!(stage.send(request).status, 422);
}
