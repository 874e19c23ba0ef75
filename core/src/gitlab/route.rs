//! The endpoints by path, and what every page asks first: well-formed parameters, the anti-forgery token, a session.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: endpoints.

use super::Provider;
use super::answer;
use super::cors;
use super::error::OAuthError;
use super::fault::Fault;
use super::malformed::{self, Malformed};
use super::parameters::Parameters;
use super::session::SESSION_COOKIE;
use super::sign_in::SIGN_IN_PATH;
use super::user::UserId;
use super::visit::Visit;
use crate::http::page::{Block, Page};
use crate::http::{Body, Request, Response};
use crate::random::TokenSource;
use crate::time::UnixTime;

/// Who is behind a browser's session.
enum Visitor {
    Nobody,
    Blocked,
    User(UserId),
}

impl Provider {
    /// Answers a request.
    pub fn handle(&mut self, request: &Request, now: UnixTime, random: &mut dyn TokenSource) -> Response {
        let (is_head, version, base_url) = (request.method == "HEAD", self.settings.version, self.base_url(request));
        if let Some(answer) = cors::preflight(request, version, &base_url) {
            return answer;
        }
        let mut response = match self.route(request, now, random) {
            Ok(mut response) => {
                answer::finish(&mut response);
                response
            }
            Err(refusal) => refusal,
        };
        cors::finish(&mut response, request, version, &base_url);
        if is_head {
            response.body = Body::Empty;
        }
        response
    }

    /// The answer of an endpoint; or the refusal of a layer before it, which is sent as it is.
    fn route(&mut self, request: &Request, now: UnixTime, random: &mut dyn TokenSource) -> Result<Response, Response> {
        let well_formed = malformed::check(request).and_then(|()| Parameters::of_request(request));
        let parameters = well_formed.map_err(|malformed| match malformed {
            Malformed::Text => answer::bad_request(),
            Malformed::Json => answer::bad_json(request.headers.get("accept")),
        })?;
        if request.path.starts_with("/api/") {
            return Ok(self.answer_api(request, parameters, now, random));
        }
        let path = match request.path.trim_end_matches('/') {
            "" => "/",
            path => path,
        };
        Ok(match (request.method.as_str(), path) {
            ("POST", "/oauth/token") => self.issue_tokens(request, &parameters, now, random),
            ("POST", "/oauth/revoke") => self.revoke(request, &parameters, now),
            ("POST", "/oauth/introspect") => self.introspect(request, &parameters, now),
            ("GET" | "HEAD", "/oauth/token/info") => self.show_token_info(request, &parameters, now),
            ("GET" | "HEAD" | "POST", "/oauth/userinfo") => self.userinfo(request, &parameters, now),
            ("GET" | "HEAD", "/oauth/discovery/keys") => self.openid_keys(),
            ("GET" | "HEAD", "/.well-known/openid-configuration") => self.openid_configuration(request),
            ("GET" | "HEAD", "/.well-known/webfinger") => self.webfinger(request, &parameters),
            _ => return self.visit(request, path, parameters, now, random),
        })
    }

    /// Answers a browser.
    fn visit(
        &mut self,
        request: &Request,
        path: &str,
        parameters: Parameters,
        now: UnixTime,
        random: &mut dyn TokenSource,
    ) -> Result<Response, Response> {
        let session = self.sessions.open(request.headers.cookie(SESSION_COOKIE), now, random);
        let method = effective_method(request, &parameters);
        let base_url = self.base_url(request);
        let mut visit = Visit { request, method, path, parameters, base_url, now, random, session };
        if !matches!(visit.method.as_str(), "GET" | "HEAD") && !self.has_csrf_token(&visit) {
            return Err(answer::rejected());
        }
        let mut response = self.dispatch(&mut visit);
        if response.status == 500 {
            return Err(response);
        }
        let secure = visit.base_url.starts_with("https:");
        response.headers.push("Set-Cookie", self.sessions.set_cookie(&visit.session, secure));
        Ok(response)
    }

    fn dispatch(&mut self, visit: &mut Visit<'_>) -> Response {
        let visitor = self.visitor(visit);
        let path = visit.path;
        let method = if visit.method == "HEAD" { "GET" } else { visit.method.as_str() };
        match (method, path) {
            ("GET", "/users/sign_in") => return self.show_sign_in(visit),
            ("POST", "/users/sign_in") => return self.sign_in(visit),
            ("POST", "/users/sign_out") => return self.sign_out(visit),
            _ => {}
        }
        let user = match visitor {
            Visitor::User(user) => user,
            Visitor::Blocked => {
                self.remember_path(visit);
                return self.refuse_blocked(visit);
            }
            Visitor::Nobody => {
                self.remember_path(visit);
                return answer::redirect(&visit.url(SIGN_IN_PATH));
            }
        };
        let method = method.to_owned();
        match (method.as_str(), path) {
            ("GET" | "POST" | "DELETE", "/oauth/authorize") if self.is_unconfirmed(user) => {
                self.authorization_error_page(visit, OAuthError::UnconfirmedEmail)
            }
            ("GET", "/oauth/authorize") => self.show_authorization(visit, user),
            ("POST", "/oauth/authorize") => self.consent(visit, user),
            ("DELETE", "/oauth/authorize") if self.rules.faults.has(Fault::DenyConsents) => self.consent(visit, user),
            ("DELETE", "/oauth/authorize") => self.deny(visit),
            ("GET", "/oauth/authorize/native") => self.show_native_code(visit),
            ("GET", "/") => self.show_start_page(visit, user),
            ("GET", "/oauth/applications") => self.show_applications_with_form(visit, user),
            ("POST", "/oauth/applications") => self.create_application(visit, user),
            ("GET", path) if path == self.applications_page_path() => self.show_applications_with_form(visit, user),
            (method, path) => self.dispatch_numbered(visit, user, method, path),
        }
    }

    /// Pages of one application: `/oauth/applications/:id…` and `/oauth/authorized_applications/:id`.
    fn dispatch_numbered(&mut self, visit: &mut Visit<'_>, user: UserId, method: &str, path: &str) -> Response {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let (area, id, rest) = match segments.as_slice() {
            ["oauth", area, id, rest @ ..] => (*area, id.parse().ok(), rest),
            _ => ("", None, &[][..]),
        };
        let Some(id) = id else { return self.not_found_page() };
        match (method, area, rest) {
            ("GET", "applications", []) => self.show_application(visit, user, id),
            ("GET", "applications", ["edit"]) => self.edit_application(visit, user, id),
            ("PATCH" | "PUT", "applications", []) => self.update_application(visit, user, id),
            ("PUT", "applications", ["renew"]) => self.renew_secret(visit, user, id),
            ("DELETE", "applications", []) => self.destroy_application(visit, user, id),
            ("DELETE", "authorized_applications", []) => self.revoke_authorization(visit, user, id),
            _ => self.not_found_page(),
        }
    }

    /// Who is behind the session; a user who was blocked meanwhile is signed out.
    fn visitor(&mut self, visit: &Visit<'_>) -> Visitor {
        let Some(id) = self.current_user(visit) else { return Visitor::Nobody };
        if self.users.get(id).is_some_and(|user| self.keeps_out(user)) {
            if let Some(session) = self.sessions.get_mut(&visit.session) {
                session.user = None;
            }
            return Visitor::Blocked;
        }
        Visitor::User(id)
    }

    /// Who is signed in.
    pub(super) fn current_user(&self, visit: &Visit<'_>) -> Option<UserId> {
        let id = self.sessions.get(&visit.session)?.user?;
        self.users.get(id).map(|user| user.seed.id)
    }

    fn is_unconfirmed(&self, user: UserId) -> bool {
        self.users.get(user).is_some_and(|user| !user.seed.confirmed)
    }

    fn has_csrf_token(&self, visit: &Visit<'_>) -> bool {
        if self.rules.faults.has(Fault::NoForgeryProtection) {
            return true;
        }
        let field = visit.request.headers.get("x-csrf-token");
        let token = visit.parameters.text("authenticity_token").or(field);
        self.sessions.get(&visit.session).zip(token).is_some_and(|(session, token)| session.has_csrf_token(token))
    }

    fn show_start_page(&mut self, visit: &Visit<'_>, user: UserId) -> Response {
        let name = self.users.get(user).map(|user| user.seed.name.clone()).unwrap_or_default();
        let blocks = vec![
            Block::Heading("GitLab".to_owned()),
            Block::Text(format!("You are signed in as {name}.")),
            Block::Link { text: "Applications".to_owned(), target: self.applications_page_path().to_owned() },
            Block::Form(self.form(visit, "/users/sign_out", "Sign out")),
        ];
        self.settings_page(visit, blocks)
    }

    pub(super) fn not_found_page(&self) -> Response {
        let sentence = "The page could not be found or you do not have permission to view it.";
        let page = Page {
            title: "Not Found".to_owned(),
            csrf_token: None,
            blocks: vec![Block::Heading("404".to_owned()), Block::Heading(sentence.to_owned())],
            ..Page::default()
        };
        answer::page(404, page)
    }
}

/// The method of a request: forms can only send POST and name another one in `_method`.
fn effective_method(request: &Request, parameters: &Parameters) -> String {
    let named = parameters.text("_method").or(request.headers.get("x-http-method-override"));
    let named = named.map(str::to_ascii_uppercase).filter(|method| {
        request.method == "POST" && matches!(method.as_str(), "GET" | "HEAD" | "PUT" | "PATCH" | "DELETE" | "OPTIONS")
    });
    named.unwrap_or_else(|| request.method.clone())
}
