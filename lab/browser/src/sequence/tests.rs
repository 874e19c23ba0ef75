use super::sequence;
use gitlab_mattermost_ground::exchange::{Exchange, Party};

fn exchange(from: Party, to: Party, request: &str, answer: Result<u16, &str>, kind: &str, body: &str) -> Exchange {
    let (method, path) = request.split_once(' ').expect("method and path");
    let host = if to == Party::GitLab { "gitlab.example.com" } else { "mattermost.example.com" };
    Exchange {
        from,
        to,
        method: method.to_owned(),
        url: format!("http://{host}{path}"),
        request_headers: Vec::new(),
        request_body: String::new(),
        answer: answer.map_err(str::to_owned),
        response_headers: vec![("content-type".to_owned(), kind.to_owned())],
        response_body: body.to_owned(),
    }
}

fn redirect(to: Party, request: &str, location: &str) -> Exchange {
    let mut exchange = exchange(Party::Browser, to, request, Ok(302), "text/html", "");
    exchange.response_headers.push(("Location".to_owned(), location.to_owned()));
    exchange
}

/// `from>to text` a message, with what is wrong behind an exclamation mark.
fn told(exchanges: &[Exchange]) -> Vec<String> {
    let messages = sequence(exchanges).messages.into_iter();
    let wrong = |why: Option<String>| why.map(|why| format!(" ! {why}")).unwrap_or_default();
    messages.map(|m| format!("{}>{} {}{}", m.from, m.to, m.text, wrong(m.wrong))).collect()
}

#[test]
fn what_mattermost_asks_stands_between_the_callback_and_its_answer() {
    use Party::{Browser, GitLab, Mattermost};
    let mut callback =
        redirect(Mattermost, "GET /signup/gitlab/complete?code={code-1}", "http://mattermost.example.com/");
    callback.answer = Ok(307);
    let exchanges = [
        redirect(Mattermost, "GET /oauth/gitlab/login", "http://gitlab.example.com/oauth/authorize?state={state-1}"),
        redirect(GitLab, "POST /oauth/authorize", "http://mattermost.example.com/signup/gitlab/complete?code={code-1}"),
        callback,
        exchange(Mattermost, GitLab, "POST /oauth/token", Ok(200), "application/json", "{}"),
        exchange(Mattermost, GitLab, "GET /api/v4/user", Ok(200), "application/json", "{}"),
        exchange(Browser, Mattermost, "GET /", Ok(200), "text/html", "<p>Welcome</p>"),
    ];
    let expected = [
        "0>1 GET /oauth/gitlab/login",
        "1>0 302 to GitLab /oauth/authorize",
        "0>2 POST /oauth/authorize",
        "2>0 302 to Mattermost /signup/gitlab/complete",
        "0>1 GET /signup/gitlab/complete",
        "1>2 POST /oauth/token",
        "2>1 200",
        "1>2 GET /api/v4/user",
        "2>1 200",
        "1>0 307 to /",
        "0>1 GET /",
        "1>0 200",
    ];
    assert_eq!(told(&exchanges), expected);
}

#[test]
fn whatever_goes_wrong_is_marked_with_its_reason() {
    use Party::{Browser, GitLab, Mattermost};
    let jump = "<body onload=\"window.location = '/error?message\\u003dInvalid+state&s\\u003dx'\"></body>";
    let refused = "<h3>An error has occurred</h3><pre>The redirect URI included is not valid.</pre>";
    let oauth = r#"{"error":"invalid_client","error_description":"Client authentication failed"}"#;
    let denied = "http://mattermost.example.com/signup/gitlab/complete?error=access_denied&error_description=No.";
    let exchanges = [
        exchange(Browser, GitLab, "GET /oauth/authorize", Ok(200), "text/html", refused),
        redirect(GitLab, "POST /oauth/authorize", denied),
        exchange(Browser, Mattermost, "GET /signup/gitlab/complete", Ok(400), "text/html", jump),
        exchange(Mattermost, GitLab, "POST /oauth/token", Ok(401), "application/json", oauth),
        exchange(Mattermost, GitLab, "GET /api/v4/user", Err("connection refused"), "", ""),
        exchange(Browser, Mattermost, "GET /api/v4/users/me", Ok(401), "application/json", r#"{"message":"Expired."}"#),
        exchange(Browser, Mattermost, "GET /plugins", Ok(502), "text/plain", "bad gateway"),
    ];
    let told = told(&exchanges);
    let answers: Vec<_> = told.iter().filter(|line| line.contains(" ! ")).map(String::as_str).collect();
    let expected = [
        "2>0 200 ! The redirect URI included is not valid.",
        "2>0 302 to Mattermost /signup/gitlab/complete ! access_denied: No.",
        "2>1 401 ! invalid_client: Client authentication failed",
        "2>1 no answer ! connection refused",
        "1>0 400 to /error ! Invalid state",
        "1>0 401 ! Expired.",
        "1>0 502 ! status 502",
    ];
    assert_eq!(answers, expected);
}

#[test]
fn nothing_is_marked_in_what_went_well() {
    let consent = "<h3>Authorize</h3><p>An application asks.</p>";
    let page = exchange(Party::Browser, Party::GitLab, "GET /oauth/authorize", Ok(200), "text/html", consent);
    let elsewhere = redirect(Party::GitLab, "GET /users/sign_in", "https://login.example.org/start");
    let none = exchange(Party::Browser, Party::Mattermost, "GET /errors?error=x", Ok(204), "", "");
    let told = told(&[page, elsewhere, none]);
    assert_eq!(told[3], "2>0 302 to login.example.org/start");
    assert!(told.iter().all(|line| !line.contains(" ! ")), "{told:?}");
}
