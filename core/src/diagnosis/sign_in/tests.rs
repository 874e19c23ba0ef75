use super::{Address, Answer, Client, Departure, Evidence, Unreachable, diagnose};
use crate::diagnosis::Severity;

fn address(text: &str) -> Address {
    let (scheme, rest) = text.split_once("://").expect("a scheme");
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let own = if scheme == "https" { 443 } else { 80 };
    let (host, port) = authority.split_once(':').map_or((authority, own), |(h, p)| (h, p.parse().expect("a port")));
    let path = if path.is_empty() { "/" } else { path };
    Address { scheme: scheme.to_owned(), host: host.to_owned(), port, path: path.to_owned() }
}

fn answer(endpoint: &str, status: u16, is_json: bool) -> Option<Answer> {
    Some(Answer { address: address(&format!("http://gitlab.example.com{endpoint}")), status, location: None, is_json })
}

/// A sign-in in which nothing is wrong.
fn healthy() -> Evidence {
    Evidence {
        client: Some(Client { version: Some("5.36.1".to_owned()), gitlab_sign_up: Some("true".to_owned()) }),
        departure: Some(Departure {
            authorize: address("http://gitlab.example.com/oauth/authorize"),
            redirect_uri: Some(address("http://mattermost.example.com/signup/gitlab/complete")),
            has_client_id: true,
            scope: String::new(),
            cookie_is_secure: Some(false),
        }),
        token_endpoint: answer("/oauth/token", 401, true),
        user_endpoint: answer("/api/v4/user", 401, true),
        ..Evidence::at(address("http://mattermost.example.com"))
    }
}

/// The findings after `change` to a healthy sign-in: `P01 error`.
fn found(change: impl FnOnce(&mut Evidence)) -> Vec<String> {
    let mut evidence = healthy();
    change(&mut evidence);
    diagnose(&evidence).iter().map(|finding| format!("{} {}", finding.rule, finding.severity)).collect()
}

fn gitlab_says(text: &str) -> Vec<String> {
    found(|evidence| evidence.gitlab_refusal = Some(text.to_owned()))
}

fn mattermost_says(text: &str) -> Vec<String> {
    found(|evidence| evidence.mattermost_refusal = Some(text.to_owned()))
}

/// The findings for a site opened at `opened` whose callback is `back`.
fn addresses(opened: &str, back: &str, secure: bool) -> Vec<String> {
    found(|evidence| {
        evidence.mattermost = address(opened);
        let departure = evidence.departure.as_mut().expect("a departure");
        departure.redirect_uri = Some(address(back));
        departure.cookie_is_secure = Some(secure);
    })
}

#[test]
fn nothing_is_found_in_a_healthy_sign_in_nor_where_nothing_was_seen() {
    assert_eq!(found(|_| {}), [""; 0]);
    assert_eq!(diagnose(&Evidence::at(address("https://mattermost.example.com"))), []);
}

#[test]
fn p01_is_gitlabs_refusal_of_the_redirect_uri_in_either_wording() {
    assert_eq!(gitlab_says("The redirect URI included is not valid."), ["P01 error"]);
    let stock = "The requested redirect uri is malformed or doesn't match client redirect URI.";
    assert_eq!(gitlab_says(stock), ["P01 error"]);
    assert_eq!(gitlab_says("Missing required parameter: redirect_uri."), [""; 0]);
}

#[test]
fn p01_names_the_first_part_that_differs() {
    let evidence = |opened: &str| {
        let mut evidence = Evidence { mattermost: address(opened), ..healthy() };
        evidence.gitlab_refusal = Some("The redirect URI included is not valid.".to_owned());
        diagnose(&evidence)[0].evidence.clone()
    };
    let sent = "GitLab answers \"The redirect URI included is not valid.\" to \
                `http://mattermost.example.com/signup/gitlab/complete`";
    assert_eq!(evidence("http://mattermost.example.com/"), sent);
    for (opened, difference) in [
        ("https://mattermost.example.com", "its scheme is `http`, but Mattermost was opened with `https`"),
        (
            "http://chat.example.com",
            "its host is `mattermost.example.com`, but Mattermost was opened with `chat.example.com`",
        ),
        ("http://mattermost.example.com:8065", "its port is `80`, but Mattermost was opened with `8065`"),
        (
            "http://mattermost.example.com/chat",
            "its path is `/signup/gitlab/complete`, but Mattermost was opened below `/chat/`",
        ),
    ] {
        assert_eq!(evidence(opened), format!("{sent}; {difference}"));
    }
}

#[test]
fn p02_is_a_cookie_that_does_not_know_of_https() {
    let (site, back) = ("https://mattermost.example.com", "https://mattermost.example.com/signup/gitlab/complete");
    assert_eq!(addresses(site, back, false), ["P02 warning"]);
    assert_eq!(addresses(site, back, true), [""; 0]);
    let plain = "http://mattermost.example.com";
    assert_eq!(addresses(plain, "http://mattermost.example.com/signup/gitlab/complete", false), [""; 0]);
}

#[test]
fn p03_is_a_token_endpoint_that_answers_otherwise_than_the_protocol_says() {
    for (status, is_json) in [(200, false), (404, false), (404, true), (401, false), (302, false)] {
        let found = found(|evidence| evidence.token_endpoint = answer("/oauth/token", status, is_json));
        assert_eq!(found, ["P03 warning"], "{status}");
    }
    assert_eq!(found(|evidence| evidence.token_endpoint = answer("/oauth/token", 400, true)), [""; 0]);
    assert_eq!(mattermost_says("Missing access token."), ["P03 error"]);
}

#[test]
fn p03_tells_where_a_redirect_leads() {
    let mut evidence = healthy();
    if let Some(answer) = &mut evidence.token_endpoint {
        (answer.status, answer.location) = (301, Some("https://gitlab.example.com/oauth/token".to_owned()));
    }
    let expected = "assuming that Mattermost asks there, which it does not tell: a POST to `http://gitlab.example.com/oauth/token` is redirected to \
                    `https://gitlab.example.com/oauth/token` with status 301";
    assert_eq!(diagnose(&evidence)[0].evidence, expected);
}

#[test]
fn p04_is_a_certificate_and_p05_anything_else_that_keeps_the_browser_away() {
    let unreachable = |certificate| {
        found(|evidence| {
            let address = address("https://gitlab.example.com/oauth/authorize");
            evidence.unreachable = Some(Unreachable { address, reason: "because".to_owned(), certificate });
        })
    };
    assert_eq!(unreachable(true), ["P04 error"]);
    assert_eq!(unreachable(false), ["P05 error"]);
}

#[test]
fn p05_is_mattermost_not_reaching_the_token_endpoint_but_not_the_user_endpoint() {
    assert_eq!(mattermost_says("Token request failed."), ["P05 error"]);
    assert_eq!(mattermost_says("Token request to gitlab failed."), ["P10 error"]);
}

#[test]
fn p06_is_gitlabs_refusal_of_the_scope_and_not_a_missing_scope_alone() {
    assert_eq!(gitlab_says("The requested scope is invalid, unknown, or malformed."), ["P06 error"]);
    assert_eq!(gitlab_says("invalid_scope"), ["P06 error"]);
    assert_eq!(gitlab_says("The authorization server does not support this response type."), [""; 0]);
}

#[test]
fn p07_is_certain_for_the_id_and_suspected_for_the_secret() {
    let unknown = "Client authentication failed due to unknown client, no client authentication included, or \
                   unsupported authentication method.";
    assert_eq!(gitlab_says(unknown), ["P07 error"]);
    let either = ["P03 warning", "P07 warning"];
    assert_eq!(mattermost_says("Bad response from token request."), either);
    let not_asked = found(|evidence| {
        evidence.mattermost_refusal = Some("Bad response from token request.".to_owned());
        evidence.token_endpoint = None;
    });
    assert_eq!(not_asked, either);
    let with_wrong_endpoint = found(|evidence| {
        evidence.mattermost_refusal = Some("Bad response from token request.".to_owned());
        evidence.token_endpoint = answer("/oauth/token", 200, false);
    });
    assert_eq!(with_wrong_endpoint, ["P03 error"], "the endpoint explains it");
    assert_eq!(gitlab_says("access_denied"), [""; 0]);
}

#[test]
fn p08_is_mattermosts_word_or_a_cookie_that_cannot_come_back() {
    assert_eq!(mattermost_says("Invalid state"), ["P08 error"]);
    assert_eq!(mattermost_says("Invalid state token."), ["P08 error"]);
    assert_eq!(mattermost_says("Invalid email."), [""; 0]);
    let back = "http://mattermost.example.com/signup/gitlab/complete";
    assert_eq!(addresses("http://chat.example.com", back, false), ["P08 error"]);
    assert_eq!(addresses("https://mattermost.example.com", back, true), ["P08 error"]);
    assert_eq!(addresses("http://mattermost.example.com:8065", back, false), [""; 0], "cookies know no ports");
}

#[test]
fn p09_is_an_account_that_signs_in_another_way() {
    let text = "There is already an account associated with that email address using a sign in method other than \
                gitlab. Please sign in using email.";
    assert_eq!(mattermost_says(text), ["P09 error"]);
    assert_eq!(mattermost_says("An account with that username already exists."), [""; 0]);
}

#[test]
fn p10_is_a_user_object_of_no_use_or_an_endpoint_that_is_not_gitlabs() {
    for text in [
        "Received invalid response from OAuth service provider.",
        "Could not create user out of gitlab user object.",
        "GitLab's Terms of Service have updated. Please go to gitlab.example.com to accept them.",
    ] {
        assert_eq!(mattermost_says(text), ["P10 error"], "{text}");
    }
    assert_eq!(found(|evidence| evidence.user_endpoint = answer("/api/v4/user", 404, true)), ["P10 warning"]);
    assert_eq!(found(|evidence| evidence.user_endpoint = answer("/api/v4/user", 403, true)), [""; 0]);
}

#[test]
fn p11_is_release_11_without_the_sign_in_and_not_an_older_one_that_has_it_off() {
    let with = |version: &str, key: Option<&str>| {
        found(|evidence| {
            let gitlab_sign_up = key.map(str::to_owned);
            evidence.client = Some(Client { version: Some(version.to_owned()), gitlab_sign_up });
        })
    };
    assert_eq!(with("11.0.0", None), ["P11 error"]);
    assert_eq!(with("11.2.1", Some("false")), ["P11 error"]);
    assert_eq!(with("11.2.1", Some("true")), [""; 0]);
    assert_eq!(with("10.11.3", Some("false")), [""; 0]);
    assert_eq!(with("soon", None), [""; 0]);
}

#[test]
fn nothing_is_found_before_what_went_well() {
    let misleading = |evidence: &mut Evidence| {
        evidence.token_endpoint = answer("/oauth/token", 403, false);
        evidence.user_endpoint = answer("/api/v4/user", 404, false);
        evidence.altered_state = Some((100, 99));
    };
    let signed_in = found(|evidence| {
        misleading(evidence);
        evidence.is_signed_in = true;
    });
    assert_eq!(signed_in, [""; 0]);
    for (said, rule) in [
        ("Received invalid response from OAuth service provider.", "P10 error"),
        ("There is already an account associated with that email address", "P09 error"),
        ("User creation is disabled.", "P32 error"),
        ("The email you provided does not belong to an accepted domain.", "P32 error"),
        ("Invalid user, password and auth data cannot both be set.", "P34 error"),
    ] {
        let found = found(|evidence| {
            misleading(evidence);
            evidence.mattermost_refusal = Some(said.to_owned());
        });
        assert_eq!(found, [rule], "{said}");
    }
}

#[test]
fn p31_is_a_state_that_comes_back_as_another() {
    let found = found(|evidence| {
        evidence.altered_state = Some((100, 99));
        evidence.mattermost_refusal = Some("Invalid state".to_owned());
    });
    assert_eq!(found, ["P31 error"]);
}

#[test]
fn a_sign_in_that_is_not_available_is_the_scope_the_release_or_switched_off() {
    let scope = "Gitlab SSO through OAuth 2.0 not available on this server.";
    assert_eq!(mattermost_says(scope), ["P06 warning"]);
    assert_eq!(mattermost_says("<no value> SSO through OAuth 2.0 not available on this server."), ["P33 error"]);
    let after_11 = found(|evidence| {
        evidence.client = Some(Client { version: Some("11.1.0".to_owned()), gitlab_sign_up: Some("true".to_owned()) });
        evidence.mattermost_refusal = Some(scope.to_owned());
    });
    assert_eq!(after_11, ["P11 error"]);
}

#[test]
fn other_providers_words_and_a_missing_id_are_known() {
    assert_eq!(gitlab_says("Invalid parameter: redirect_uri"), ["P01 error"]);
    assert_eq!(
        gitlab_says("redirect_uri_mismatch: The redirect URI provided is missing or does not match"),
        ["P01 error"]
    );
    assert_eq!(gitlab_says("Client not found."), ["P07 error"]);
    let without_id = found(|evidence| evidence.departure.as_mut().expect("a departure").has_client_id = false);
    assert_eq!(without_id, ["P07 error"]);
}

#[test]
fn findings_say_what_to_do() {
    let mut evidence = healthy();
    evidence.mattermost_refusal = Some("Invalid state".to_owned());
    let finding = diagnose(&evidence).remove(0);
    assert_eq!((finding.title, finding.severity), ("invalid-state", Severity::Error));
    assert_eq!(finding.evidence, "Mattermost answers the callback with \"Invalid state\"");
    assert!(finding.fix.contains("site URL"), "{}", finding.fix);
}
