//! OpenID Connect: discovery, the key, the claims about a user, and ID tokens.
//!
//! Not here: signing itself ([`Signer`](super::Signer)); without a signer there is no key and no ID token.
//!
//! # Source
//! `config/initializers/doorkeeper_openid_connect.rb` of GitLab and doorkeeper-openid_connect 1.7.5, read. Since when GitLab
//! tells `preferred_username` is not known; here from 16.0 on. Groups are not part of this provider, so everybody is in none.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::Provider;
use super::access_token::AccessToken;
use super::answer;
use super::bearer;
use super::error::{OAuthError, TokenProblem};
use super::parameters::Parameters;
use super::scope;
use super::signer::Signer;
use super::user::User;
use crate::hexadecimal;
use crate::http::{Request, Response};
use crate::time::UnixTime;

/// How long an ID token is good for, in seconds: the default of doorkeeper-openid_connect.
const LIFETIME: u64 = 120;

/// Claims that only some servers make of a user's groups; never told, because nobody is in one.
const OF_GROUPS: [&str; 3] = ["owner", "maintainer", "developer"];

impl Provider {
    /// `GET /.well-known/openid-configuration`.
    pub(super) fn openid_configuration(&self, request: &Request) -> Response {
        let url = self.base_url(request);
        let at = |path: &str| format!("{url}{path}");
        let implicit = self.rules.has_implicit_flow;
        let response_types: &[&str] = if implicit { &["code", "token"] } else { &["code"] };
        let flows = ["authorization_code", "implicit", "password", "client_credentials", "refresh_token"];
        let flows: Vec<&str> = flows.into_iter().filter(|flow| implicit || *flow != "implicit").collect();
        let mut claims = vec!["iss", "sub", "aud", "exp", "iat", "sub_legacy", "name", "nickname"];
        if self.rules.tells_preferred_username {
            claims.push("preferred_username");
        }
        claims.extend(["email", "email_verified", "website", "profile", "picture", "groups", "groups_direct"]);
        let of_groups = OF_GROUPS.map(|role| format!("https://gitlab.org/claims/groups/{role}"));
        claims.extend(of_groups.iter().map(String::as_str));
        let scopes = scope::known();
        answer::json(
            200,
            &json!({
                "issuer": url,
                "authorization_endpoint": at("/oauth/authorize"),
                "token_endpoint": at("/oauth/token"),
                "revocation_endpoint": at("/oauth/revoke"),
                "introspection_endpoint": at("/oauth/introspect"),
                "userinfo_endpoint": at("/oauth/userinfo"),
                "jwks_uri": at("/oauth/discovery/keys"),
                "scopes_supported": scopes.names().collect::<Vec<_>>(),
                "response_types_supported": response_types,
                "response_modes_supported": ["query", "fragment"],
                "grant_types_supported": flows,
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "claim_types_supported": ["normal"],
                "claims_supported": claims,
            }),
        )
    }

    /// `GET /.well-known/webfinger`.
    pub(super) fn webfinger(&self, request: &Request, parameters: &Parameters) -> Response {
        let Some(resource) = parameters.text("resource").filter(|it| !it.trim().is_empty()) else {
            return answer::bad_request();
        };
        let rel = "http://openid.net/specs/connect/1.0/issuer";
        let href = format!("{}/", self.base_url(request));
        answer::json(200, &json!({"subject": resource, "links": [{"rel": rel, "href": href}]}))
    }

    /// `GET /oauth/discovery/keys`.
    pub(super) fn openid_keys(&self) -> Response {
        let key = |signer: &dyn Signer| {
            let (modulus, exponent) = encoded_key(signer);
            json!({"kty": "RSA", "kid": key_id(signer), "e": exponent, "n": modulus, "use": "sig", "alg": "RS256"})
        };
        let keys: Vec<Value> = self.signer.as_deref().map(key).into_iter().collect();
        answer::json(200, &json!({ "keys": keys }))
    }

    /// `GET` and `POST /oauth/userinfo`: what an access token with the scope `openid` may know of its user.
    pub(super) fn userinfo(&self, request: &Request, parameters: &Parameters, now: UnixTime) -> Response {
        let token = bearer::token(request, parameters).and_then(|value| self.access_tokens.find(value));
        let problem = match token {
            None => Some(TokenProblem::Unknown),
            Some(token) if token.is_revoked() => Some(TokenProblem::Revoked),
            Some(token) if token.is_expired(now) => Some(TokenProblem::Expired),
            Some(_) => None,
        };
        let refused = |status: u16, name: &str, description: &str| {
            let challenge =
                format!("Bearer realm=\"Doorkeeper\", error=\"{name}\", error_description=\"{description}\"");
            let mut response = answer::empty(status);
            answer::forbid_storing(&mut response);
            response.headers.push("WWW-Authenticate", challenge);
            response
        };
        let Some(token) = token.filter(|_| problem.is_none()) else {
            let error = OAuthError::InvalidToken(problem.unwrap_or(TokenProblem::Unknown));
            return refused(401, error.name(), &error.description());
        };
        if !token.scopes.any_of(&["openid"]) {
            return refused(403, "invalid_scope", "Access to this resource requires scope \\\"openid\\\".");
        }
        let Some(user) = token.user.and_then(|id| self.users.get(id)).filter(|user| !user.seed.blocked) else {
            return answer::failed();
        };
        let mut told = Map::new();
        told.insert("sub".to_owned(), user.seed.id.to_string().into());
        told.insert("sub_legacy".to_owned(), self.legacy_subject(user).into());
        told.insert("name".to_owned(), user.seed.name.clone().into());
        told.insert("nickname".to_owned(), user.seed.username.clone().into());
        if self.rules.tells_preferred_username {
            told.insert("preferred_username".to_owned(), user.seed.username.clone().into());
        }
        told.extend(email_claims(token, user));
        told.insert("profile".to_owned(), format!("{}/{}", self.base_url(request), user.seed.username).into());
        told.insert("picture".to_owned(), user.avatar_url().into());
        told.insert("groups".to_owned(), json!([]));
        answer::json(200, &Value::Object(told))
    }

    /// The ID token that comes with an access token of the scope `openid`.
    pub(super) fn id_token(
        &self,
        token: &AccessToken,
        nonce: Option<&str>,
        issuer: &str,
        now: UnixTime,
    ) -> Option<String> {
        let signer = self.signer.as_deref().filter(|_| token.scopes.any_of(&["openid"]))?;
        let user = self.users.get(token.user?)?;
        let application = token.application.and_then(|id| self.applications.get(id));
        let mut claims = Map::new();
        claims.insert("iss".to_owned(), issuer.into());
        claims.insert("sub".to_owned(), user.seed.id.to_string().into());
        if let Some(application) = application {
            claims.insert("aud".to_owned(), application.client_id.clone().into());
        }
        claims.insert("exp".to_owned(), (now.seconds() + LIFETIME).into());
        claims.insert("iat".to_owned(), now.seconds().into());
        if let Some(nonce) = nonce.filter(|nonce| !nonce.is_empty()) {
            claims.insert("nonce".to_owned(), nonce.into());
        }
        claims.insert("auth_time".to_owned(), user.signed_in_at().seconds().into());
        claims.insert("sub_legacy".to_owned(), self.legacy_subject(user).into());
        claims.extend(email_claims(token, user));
        claims.insert("groups_direct".to_owned(), json!([]));
        let head = json!({"typ": "JWT", "kid": key_id(signer), "alg": "RS256"});
        let encode = |json: String| URL_SAFE_NO_PAD.encode(json);
        let signed = format!("{}.{}", encode(head.to_string()), encode(Value::Object(claims).to_string()));
        let signature = URL_SAFE_NO_PAD.encode(signer.sign(signed.as_bytes()));
        Some(format!("{signed}.{signature}"))
    }

    /// What `sub` was before it became the user's number: a hash with something that only this server has.
    fn legacy_subject(&self, user: &User) -> String {
        let own = self.signer.as_deref().map(key_id).unwrap_or_default();
        hexadecimal::digits(&Sha256::digest(format!("{}-{own}", user.seed.id)))
    }
}

/// The address goes only to who may know it; the public one is never set here.
fn email_claims(token: &AccessToken, user: &User) -> Vec<(String, Value)> {
    if !token.scopes.any_of(&["email"]) {
        return Vec::new();
    }
    vec![
        ("email".to_owned(), user.seed.email.clone().into()),
        ("email_verified".to_owned(), user.seed.confirmed.into()),
    ]
}

fn encoded_key(signer: &dyn Signer) -> (String, String) {
    let (modulus, exponent) = signer.public_key();
    (URL_SAFE_NO_PAD.encode(modulus), URL_SAFE_NO_PAD.encode(exponent))
}

/// The key's thumbprint (RFC 7638).
fn key_id(signer: &dyn Signer) -> String {
    let (n, e) = encoded_key(signer);
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#)))
}
