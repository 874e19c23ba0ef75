use super::{CALLBACK, Stage, application, json, location, page};
use crate::oauth::gitlab::{Fault, Faults};

/// What a strict observer sees of each rule that a fault breaks: one line a rule.
fn observe(fault: Option<Fault>) -> Vec<String> {
    let mut stage = Stage::new(application()).signed_in("alice");
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
    seen.push(format!("state {}", stage.consent(&[("state", "st4te")]).contains("st4te")));
    let late = stage.code(&[]);
    stage.wait(601);
    seen.push(format!("late {}", stage.exchange(&late).status));
    let code = stage.code(&[]);
    let wrong = [
        ("grant_type", "authorization_code"),
        ("code", "unknown"),
        ("redirect_uri", CALLBACK),
        ("client_id", "id"),
        ("client_secret", "wrong"),
    ];
    seen.push(format!("secret {}", stage.form("POST", "/oauth/token", &wrong).status));
    let tokens = json(&stage.exchange(&code));
    seen.push(format!("type {} expires {}", tokens["token_type"], tokens["expires_in"]));
    seen.push(format!("again {}", stage.exchange(&code).status));
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap_or_default());
    seen.push(format!("email {}", json(&stage.get_with("/api/v4/user", "Authorization", &bearer))["email"]));
    seen
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
