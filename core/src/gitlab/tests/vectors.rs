//! The provider against the vectors of redirect URIs and of the token endpoint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Stage, application, buttons, error, json};
use crate::gitlab::SeedApplication;
use crate::gitlab::uri::form_encode;
use crate::vectors::{self, Vector};

fn family(name: &str) -> Vec<Vector> {
    vectors::family(name).unwrap().vectors
}

#[test]
fn every_redirect_uri_is_accepted_or_refused_as_the_real_provider_did() {
    for vector in family("redirect-uris") {
        let registered = vector.input["registered"].as_array().unwrap();
        let redirect_uris = registered.iter().map(|uri| uri.as_str().unwrap().to_owned()).collect();
        let mut stage = Stage::new(SeedApplication { redirect_uris, ..application() }).signed_in("alice");
        let requested = vector.input["requested"].as_str().unwrap();
        let response = stage.get(&stage.authorize_path(&[("redirect_uri", requested)]));
        let accepted = buttons(&response).iter().any(|button| button == "Authorize");
        assert_eq!(accepted, vector.expected["accepted"] == true, "{}", vector.id);
        assert_eq!(error(&response).is_empty(), accepted, "{}", vector.id);
    }
}

#[test]
fn every_token_request_is_answered_as_the_real_provider_did() {
    for vector in family("token-answers") {
        let mut stage = Stage::new(application()).signed_in("alice");
        let tokens = stage.tokens();
        let code = stage.code(&[]);
        let filled = |text: &str| {
            let refresh = tokens["refresh_token"].as_str().unwrap_or_default();
            let placeholders = [
                ("{{code}}", &*code),
                ("{{refresh_token}}", refresh),
                ("{{client_id}}", "id"),
                ("{{client_secret}}", "secret"),
            ];
            placeholders.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
        };
        let form = vector.input["form"].as_object().unwrap().iter();
        let form: Vec<(&str, String)> =
            form.map(|(name, value)| (name.as_str(), filled(value.as_str().unwrap()))).collect();
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut request = stage.request("POST", "/oauth/token");
        request.headers.push("Content-Type", "application/x-www-form-urlencoded");
        if let Some(credentials) = vector.input.get("authorization") {
            request.headers.push("Authorization", encoded(&filled(credentials.as_str().unwrap())));
        }
        request.body = form_encode(form.iter().copied()).into_bytes();
        let response = stage.send(request);
        let answer = json(&response);
        assert_eq!(vector.expected["status"], response.status, "{}: {answer}", vector.id);
        for field in ["error", "error_description", "token_type"] {
            assert_eq!(vector.expected.get(field), answer.get(field), "{}", vector.id);
        }
    }
}

/// `Basic base64(…)` is written out in the vectors.
fn encoded(header: &str) -> String {
    match header.split_once("base64(").and_then(|(scheme, rest)| Some((scheme, rest.strip_suffix(')')?))) {
        Some((scheme, plain)) => format!("{scheme}{}", STANDARD.encode(plain)),
        None => header.to_owned(),
    }
}
