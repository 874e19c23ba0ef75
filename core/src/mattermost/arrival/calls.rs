//! The two calls to GitLab: code for token, token for user.

use super::super::answers::{self, CallFailed};
use super::super::context::Context;
use super::super::failure::{self, Failure};
use super::super::fault::Fault;
use super::super::go::{query_escape, query_value, scheme};
use super::super::log_line::{Level, LogLine};
use super::super::site::callback_site;
use super::super::step::FlowAction;
use super::{Arrival, Stage};
use crate::http::{Request, Response};
use crate::secret::Secret;

impl Arrival {
    /// Asks for the token, with the credentials in the body and the fields in the order of their names.
    pub(super) fn ask_for_token(&mut self, context: &Context<'_>) -> Result<FlowAction, Failure> {
        let gitlab = &context.settings.gitlab;
        let code = query_value(&context.request.query, "code").unwrap_or_default();
        let fields = [
            ("client_id", gitlab.id.as_str()),
            ("client_secret", gitlab.secret.expose()),
            ("code", &code),
            ("grant_type", "authorization_code"),
            ("redirect_uri", &self.redirect_uri(context)),
        ];
        let form = fields.map(|(name, value)| format!("{name}={}", query_escape(value))).join("&");
        let mut request = outgoing("POST", &gitlab.token_endpoint, context).map_err(|reason| {
            let details = format!("Post \"{}\": {reason}", gitlab.token_endpoint);
            failure::token_request_failed().with_details(details)
        })?;
        if context.settings.has(Fault::SecretInQuery) {
            request.query = format!("client_secret={}", query_escape(gitlab.secret.expose()));
        }
        request.body = form.into_bytes();
        self.stage = Stage::AwaitingToken(request.clone());
        Ok(FlowAction::Call(request))
    }

    fn redirect_uri(&self, context: &Context<'_>) -> String {
        let entry = if context.settings.has(Fault::OtherRedirectUri) { "login" } else { "signup" };
        format!("{}/{entry}/{}/complete", callback_site(context), context.service)
    }

    pub(super) fn ask_for_user(
        &mut self,
        asked: &Request,
        answer: Result<Response, CallFailed>,
        context: &Context<'_>,
    ) -> Result<FlowAction, Failure> {
        let answer =
            answer.map_err(|error| failure::token_request_failed().with_details(told("Post", asked, &error)))?;
        let token: Secret = answers::access_token(context.settings, &answer)?;
        let endpoint = &context.settings.gitlab.user_api_endpoint;
        let mut request = outgoing("GET", endpoint, context).map_err(|reason| {
            failure::user_request_failed(context.service).with_details(format!("Get \"{endpoint}\": {reason}"))
        })?;
        // A line end in the token would end the field; no real server sends such a token anywhere.
        if token.expose().contains(|c: char| c.is_control()) {
            let details = format!("Get \"{endpoint}\": net/http: invalid header field value for \"Authorization\"");
            return Err(failure::user_request_failed(context.service).with_details(details));
        }
        request.headers.push("Authorization", format!("Bearer {}", token.expose()));
        if context.settings.has(Fault::SecretToUserApi) {
            request.body = format!("secret={}", query_escape(context.settings.gitlab.secret.expose())).into_bytes();
        }
        self.stage = Stage::AwaitingUser(request.clone());
        Ok(FlowAction::Call(request))
    }
}

/// The user object out of GitLab's answer.
pub(super) fn user_object(
    asked: &Request,
    answer: Result<Response, CallFailed>,
    context: &mut Context<'_>,
) -> Result<String, Failure> {
    let answer = answer
        .map_err(|error| failure::user_request_failed(context.service).with_details(told("Get", asked, &error)))?;
    let body = answers::text(&answer);
    if answer.status == 200
        || context.settings.has(Fault::AnyUserStatus)
        || !context.settings.release.checks_answer_status()
    {
        return Ok(body);
    }
    let shown = answers::mask(&body);
    let line = LogLine::new(Level::Error, "Error getting OAuth user");
    context.log.push(line.with("response", answer.status).with("body_string", shown.as_str()));
    if answer.status == 403 && body.contains("Terms of Service") {
        return Err(failure::terms_of_service());
    }
    Err(failure::user_response().with_details(format!("response_body={shown}")))
}

/// A request to `endpoint` as the server makes it, as yet without body and authorization.
///
/// # Errors
/// The endpoint is no address of a web server; in the words of the log.
fn outgoing(method: &str, endpoint: &str, context: &Context<'_>) -> Result<Request, String> {
    let scheme = scheme(endpoint).unwrap_or_default().to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err(format!("unsupported protocol scheme \"{scheme}\""));
    }
    let rest = endpoint[scheme.len()..].strip_prefix("://").unwrap_or_default();
    let rest = rest.split('#').next().unwrap_or_default();
    let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    if host.is_empty() {
        return Err("http: no Host in request URL".to_owned());
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Request {
        method: method.to_owned(),
        scheme,
        host: host.to_owned(),
        path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
        query: query.to_owned(),
        ..Request::default()
    };
    request.headers.push("User-Agent", context.settings.release.user_agent());
    request.headers.push("Accept", "application/json");
    request.headers.push("Content-Type", "application/x-www-form-urlencoded");
    Ok(request)
}

/// A failed call as the log tells it.
fn told(verb: &str, asked: &Request, error: &CallFailed) -> String {
    format!("{verb} \"{}://{}{}\": {error}", asked.scheme, asked.host, asked.path)
}
