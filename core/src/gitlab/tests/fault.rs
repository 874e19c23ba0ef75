use super::{CALLBACK, Counter, Stage, application, error, json, location, page};
use crate::gitlab::{Fault, Faults, SeedApplication};
use crate::secret::Secret;

const SECOND_CALLBACK: &str = "http://mattermost.example.com/login/gitlab/complete";

/// What a strict observer sees of each rule that a fault breaks: one line per rule.
fn observe(fault: Option<Fault>) -> Vec<String> {
    let mut stage = Stage::new(application()).signed_in("alice");
    let (id, secret) = (Some("other".to_owned()), Some(Secret::new("other secret")));
    let other = SeedApplication { client_id: id, client_secret: secret, ..application() };
    stage.provider.add_application(other, &mut Counter(1 << 40)).unwrap();
    stage.provider.set_faults(fault.into_iter().collect::<Faults>());
    let mut seen = Vec::new();
    for uri in ["http://evil.example.com", &format!("{CALLBACK}/more")] {
        let path = stage.authorize_path(&[("redirect_uri", uri)]);
        let accepted =
            page(&stage.get(&path)).is_some_and(|page| page.forms().next().is_some() || page.redirect_to.is_some());
        seen.push(format!("{uri} {accepted}"));
    }
    let path = stage.authorize_path(&[]);
    seen.push(format!("asks {}", page(&stage.get(&path)).is_some_and(|page| page.redirect_to.is_none())));
    let denied = stage.submit(
        "DELETE",
        "/oauth/authorize",
        &[("redirect_uri", CALLBACK), ("response_type", "code"), ("client_id", "id")],
    );
    seen.push(format!("denied {}", location(&denied).contains("access_denied")));
    let forged = stage.form("POST", "/oauth/applications", &[]);
    seen.push(format!("forged {}", forged.status));
    let sent_to = stage.consent(&[("state", "St4te"), ("redirect_uri", SECOND_CALLBACK)]);
    seen.push(format!("sent to {}", sent_to.split('?').next().unwrap_or_default()));
    seen.push(format!("state {:?}", sent_to.split_once("&state=").map(|(_, state)| state)));
    let late = stage.code(&[]);
    stage.wait(601);
    seen.push(format!("late {}", stage.exchange(&late).status == 200));
    seen.push(format!("secret {}", redeem(&mut stage, "unknown", ("id", "wrong"))));
    let code = stage.code(&[]);
    seen.push(format!("foreign client {}", redeem(&mut stage, &code, ("other", "other secret"))));
    let code = stage.code(&[]);
    let answer = stage.exchange(&code);
    let tokens = json(&answer);
    let known = [&tokens["token_type"], &tokens["expires_in"], &tokens["scope"]];
    seen.push(format!("{} {known:?} {}", answer.status, tokens["access_token"].is_string()));
    seen.push(format!("again {}", stage.exchange(&code).status == 200));
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap_or_default());
    let user = json(&stage.get_with("/api/v4/user", "Authorization", &bearer));
    seen.push(format!("user {} {}", user["id"], user["email"]));
    seen.extend(observe_the_end(&mut stage));
    seen
}

/// What a strict observer sees of the rules that take rights away.
fn observe_the_end(stage: &mut Stage) -> Vec<String> {
    let mut seen = Vec::new();
    let path = stage.authorize_path(&[]);
    seen.push(format!("asks twice {}", page(&stage.get(&path)).is_some_and(|page| page.redirect_to.is_none())));
    stage.submit("DELETE", "/oauth/authorized_applications/1", &[]);
    seen.push(format!("asks again {}", page(&stage.get(&path)).is_some_and(|page| page.redirect_to.is_none())));
    let unknown = stage.authorize_path(&[("client_id", "nobody")]);
    seen.push(format!("unknown client {}", error(&stage.get(&unknown)).is_empty()));
    stage.provider.delete_application("other");
    let deleted = stage.authorize_path(&[("client_id", "other")]);
    seen.push(format!("deleted client {}", error(&stage.get(&deleted)).contains("unknown client")));
    stage.provider.set_blocked("alice", true);
    seen.push(format!("blocked {}", stage.get(&path).status));
    seen
}

/// The status of an exchange with these credentials.
fn redeem(stage: &mut Stage, code: &str, (client_id, secret): (&str, &str)) -> u16 {
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("client_id", client_id),
        ("client_secret", secret),
    ];
    stage.form("POST", "/oauth/token", &pairs).status
}

#[test]
fn every_fault_shows_and_without_one_nothing_does() {
    let right = observe(None);
    for fault in Fault::ALL {
        let wrong = observe(Some(fault));
        let broken = right.iter().zip(&wrong).filter(|(right, wrong)| right != wrong).count();
        assert!(broken >= 1, "{fault:?} does not show");
        assert!(broken <= 2, "{fault:?} breaks more than its rule: {wrong:?}");
    }
}
