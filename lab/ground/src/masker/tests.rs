use super::Masker;

const CODE: &str = "7f3c0f6e8d1b4a5c9e2f7f3c0f6e8d1b4a5c9e2f7f3c0f6e8d1b4a5c9e2f0000";

#[test]
fn a_code_has_the_same_placeholder_in_every_place_it_is_seen_in() {
    let masker = Masker::default();
    let redirect = format!("http://mattermost.example.com/signup/gitlab/complete?code={CODE}&state=abc%3D");
    assert_eq!(
        masker.header("Location", &redirect),
        "http://mattermost.example.com/signup/gitlab/complete?code={code-1}&state={state-1}"
    );
    let form = format!("client_id=1&client_secret=s3cret&code={CODE}");
    assert_eq!(
        masker.body("application/x-www-form-urlencoded", &form),
        "client_id=1&client_secret={client-secret-1}&code={code-1}"
    );
    assert_eq!(masker.text(&format!("code {CODE} was used")), "code {code-1} was used");
}

#[test]
fn different_secrets_have_different_placeholders() {
    let masker = Masker::default();
    assert_eq!(masker.url("http://a/?state=one&code=two"), "http://a/?state={state-1}&code={code-1}");
    assert_eq!(masker.url("http://a/?state=three"), "http://a/?state={state-2}");
}

#[test]
fn tokens_in_json_are_hidden_and_the_rest_stays_readable() {
    let masker = Masker::default();
    let body = r#"{"access_token": "0123456789abcdef", "token_type":"Bearer","refresh_token":"fedcba9876543210"}"#;
    assert_eq!(
        masker.body("application/json; charset=utf-8", body),
        r#"{"access_token": "{access-token-1}", "token_type":"Bearer","refresh_token":"{refresh-token-1}"}"#
    );
    assert_eq!(masker.header("Authorization", "Bearer 0123456789abcdef"), "Bearer {access-token-1}");
}

#[test]
fn cookies_keep_their_names_and_attributes_and_lose_their_values() {
    let masker = Masker::default();
    assert_eq!(
        masker.header("Set-Cookie", "MMAUTHTOKEN=abcdefghijkl; Path=/; HttpOnly"),
        "MMAUTHTOKEN={mmauthtoken-1}; Path=/; HttpOnly"
    );
    assert_eq!(masker.header("Cookie", "a=1; MMAUTHTOKEN=abcdefghijkl"), "a={a-1}; MMAUTHTOKEN={mmauthtoken-1}");
    assert_eq!(masker.header("Set-Cookie", "MMOAUTH=; Path=/; Max-Age=0"), "MMOAUTH=; Path=/; Max-Age=0");
}

#[test]
fn hidden_form_fields_of_a_page_are_hidden_from_the_record_too() {
    let masker = Masker::default();
    let page =
        r#"<input type="hidden" name="authenticity_token" value="csrf-value-1"><input name="scope" value="api">"#;
    assert_eq!(
        masker.body("text/html", page),
        r#"<input type="hidden" name="authenticity_token" value="{csrf-1}"><input name="scope" value="api">"#
    );
}
