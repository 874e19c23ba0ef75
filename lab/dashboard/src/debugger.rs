//! An authorization request tried out: sent as a person, its code redeemed, the token used.

use std::fmt::Write as _;

use axum::extract::State;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::form::{Form, form};
use crate::lab::Lab;
use crate::page;
use crate::shared::Shared;
use crate::trial::Trial;

/// Tries the request of the form and shows what came of it.
pub(crate) async fn authorize(State(shared): State<Shared>, body: String) -> Response {
    let trial = attempt(&shared.lab, &form(&body)).await;
    page::answer(&shared, Some(&trial))
}

async fn attempt(lab: &Lab, form: &Form) -> Trial {
    let mut trial = Trial::default();
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let with_pkce = field("pkce") == "yes";
    // Long enough for PKCE, and used once.
    let verifier = format!("{:032x}{:032x}", rand::random::<u128>(), rand::random::<u128>());
    let Ok(mut url) = Url::parse(&format!("{}/oauth/authorize", lab.gitlab_url())) else { return trial };
    let fields = ["client_id", "redirect_uri", "response_type", "scope", "state"];
    for name in fields.into_iter().filter(|name| !field(name).is_empty()) {
        url.query_pairs_mut().append_pair(name, field(name));
    }
    if with_pkce {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        url.query_pairs_mut().append_pair("code_challenge", &challenge).append_pair("code_challenge_method", "S256");
    }
    trial.request = url.to_string();
    let Some(answer) = lab.gitlab().authorize_as(field("login"), url.as_str()) else {
        trial.steps.push(("refused", format!("GitLab has no user `{}`", field("login"))));
        return trial;
    };
    let location = match answer {
        Ok(location) => location,
        Err(refused) => {
            trial.steps.push(("refused", refused.to_string()));
            return trial;
        }
    };
    trial.steps.push(("the browser is sent to", without_values(&location)));
    let Some(code) = parameter(&location, "code") else { return trial };
    let secret = lab.gitlab().state().applications.into_iter();
    let secret = secret.filter(|application| application.client_id.as_deref() == Some(field("client_id")));
    let secret = secret.filter_map(|application| application.client_secret).next();
    let mut request = vec![
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", field("redirect_uri")),
        ("client_id", field("client_id")),
    ];
    if let Some(secret) = &secret {
        request.push(("client_secret", secret.expose()));
    }
    if with_pkce {
        request.push(("code_verifier", &verifier));
    }
    let token = redeem(lab, &request).await;
    trial.steps.push(("the code is redeemed", told(&token)));
    let token = token.ok().and_then(|(_, body)| Some(body.get("access_token")?.as_str()?.to_owned()));
    if let Some(token) = token {
        let user = call(lab, |client, url| client.get(format!("{url}/api/v4/user")).bearer_auth(&token)).await;
        trial.steps.push(("the token is for", told(&user)));
    }
    trial
}

type Answer = Result<(u16, serde_json::Value), String>;

async fn redeem(lab: &Lab, request: &[(&str, &str)]) -> Answer {
    call(lab, |client, url| client.post(format!("{url}/oauth/token")).form(request)).await
}

/// Calls GitLab where Mattermost calls it, so that the call is seen among the messages.
async fn call(lab: &Lab, request: impl FnOnce(&reqwest::Client, &str) -> reqwest::RequestBuilder) -> Answer {
    gitlab_mattermost_ground::tls::install_provider();
    let mut builder = reqwest::Client::builder().no_proxy();
    if let Some(proxy) = lab.proxy() {
        let proxy = reqwest::Proxy::http(format!("http://{proxy}")).map_err(|error| error.to_string())?;
        builder = reqwest::Client::builder().proxy(proxy);
    }
    let client = builder.tls_certs_only([]).build().map_err(|error| error.to_string())?;
    let answer = request(&client, lab.gitlab_url()).send().await.map_err(|error| error.to_string())?;
    let status = answer.status().as_u16();
    let text = answer.text().await.map_err(|error| error.to_string())?;
    Ok((status, serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text))))
}

/// Status and body, the values of tokens left out.
fn told(answer: &Answer) -> String {
    match answer {
        Ok((status, body)) => {
            let mut body = body.clone();
            if let Some(fields) = body.as_object_mut() {
                for (name, value) in fields.iter_mut().filter(|(name, _)| name.ends_with("token")) {
                    *value = format!("({name})").into();
                }
            }
            let body = serde_json::to_string_pretty(&body).unwrap_or_default();
            format!("{status} {body}")
        }
        Err(reason) => reason.clone(),
    }
}

fn parameter(location: &str, name: &str) -> Option<String> {
    let url = Url::parse(location).ok()?;
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// A location with the code and tokens in it left out.
fn without_values(location: &str) -> String {
    let Ok(mut url) = Url::parse(location) else { return location.to_owned() };
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    let mut query = String::new();
    for (name, value) in pairs {
        let value = if name == "code" { "(code)".to_owned() } else { value };
        // Writing to a string cannot fail.
        let _ = write!(query, "{}{name}={value}", if query.is_empty() { "" } else { "&" });
    }
    url.set_query(None);
    let fragment = url.fragment().map(|_| "#(token)".to_owned()).unwrap_or_default();
    url.set_fragment(None);
    format!("{url}{}{query}{fragment}", if query.is_empty() { "" } else { "?" })
}

#[cfg(test)]
mod tests {
    use super::without_values;

    #[test]
    fn no_code_or_token_is_shown() {
        assert_eq!(without_values("http://a/cb?code=abc&state=s"), "http://a/cb?code=(code)&state=s");
        assert_eq!(without_values("http://a/cb#access_token=abc"), "http://a/cb#(token)");
        assert_eq!(without_values("http://a/cb?error=access_denied"), "http://a/cb?error=access_denied");
    }
}
