//! `/oauth/authorize`: the consent page, consent and refusal.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: authorization.

use super::Provider;
use super::access_token::{AccessToken, Order};
use super::answer;
use super::application::{Application, ApplicationId};
use super::authorization_request::AuthorizationRequest;
use super::error::OAuthError;
use super::fault::Fault;
use super::grant::Grant;
use super::redirect_uri::OUT_OF_BAND;
use super::scope::Scopes;
use super::uri::{self, Uri};
use super::user::UserId;
use super::visit::Visit;
use crate::http::Response;
use crate::http::page::{Block, Form, Page};

/// Where a browser asks for an authorization.
pub(super) const AUTHORIZE_PATH: &str = "/oauth/authorize";

/// Name and value of what an answer tells the client.
type Message = Vec<(&'static str, String)>;

impl Provider {
    /// `GET /oauth/authorize`: the consent page, the redirect page, or what is wrong; always with status 200.
    pub(super) fn show_authorization(&mut self, visit: &mut Visit<'_>, user: UserId) -> Response {
        let request = AuthorizationRequest::of(&visit.parameters);
        let application = match request.check(&self.applications, self.rules) {
            Ok(application) => application.clone(),
            Err(error) => return self.authorization_error_page(visit, error),
        };
        let scopes = Scopes::parse(&request.effective_scope(&application));
        let asked_before = application.details.confidential
            && self.access_tokens.newest_of((Some(application.id), Some(user)), &scopes).is_some()
            && !self.rules.faults.has(Fault::AsksAgain);
        if application.details.trusted || asked_before || self.rules.faults.has(Fault::NoConsent) {
            let message = self.authorize(visit, &request, &application, user);
            return self.redirect_page(visit, &self.addressed(request, &application), &message);
        }
        let blocks = self.consent_blocks(visit, &request, &application, &scopes);
        self.settings_page(visit, blocks)
    }

    /// `POST /oauth/authorize`: consent. The code goes to the client; so do errors, unless the client is in doubt.
    pub(super) fn consent(&mut self, visit: &mut Visit<'_>, user: UserId) -> Response {
        let request = AuthorizationRequest::of(&visit.parameters);
        match request.check(&self.applications, self.rules) {
            Ok(application) => {
                let application = application.clone();
                let message = self.authorize(visit, &request, &application, user);
                let in_fragment = request.response_type.as_deref() == Some("token");
                self.send_to_client(visit, &self.addressed(request, &application), &message, in_fragment)
            }
            Err(error @ OAuthError::ImplicitFlowOfConfidentialApplication) => {
                self.authorization_error_page(visit, error)
            }
            Err(error) if error.is_redirectable() && !is_out_of_band(&request) => {
                self.send_error_to_client(visit, &request, error)
            }
            Err(error) => answer::json(error.status(), &error.body(request.state.as_deref())),
        }
    }

    /// `DELETE /oauth/authorize`: refusal. The redirect URI is not checked again, as in every Doorkeeper so far; and a
    /// response type that nobody knows makes it fail.
    pub(super) fn deny(&mut self, visit: &mut Visit<'_>) -> Response {
        let request = AuthorizationRequest::of(&visit.parameters);
        let checked = request.check(&self.applications, self.rules).err();
        if let Some(error @ OAuthError::ImplicitFlowOfConfidentialApplication) = checked {
            return self.authorization_error_page(visit, error);
        }
        if !request.has_known_response_type(self.rules) {
            return answer::failed();
        }
        if is_out_of_band(&request) {
            return answer::json(400, &OAuthError::AccessDenied.body(request.state.as_deref()));
        }
        self.send_error_to_client(visit, &request, OAuthError::AccessDenied)
    }

    /// `GET /oauth/authorize/native`: shows the code to copy, for the out-of-band redirect URI.
    pub(super) fn show_native_code(&mut self, visit: &mut Visit<'_>) -> Response {
        let code = visit.parameters.text("code").unwrap_or_default().to_owned();
        let code = Block::Value { id: "authorization_code", label: String::new(), value: code };
        self.settings_page(visit, vec![Block::Heading("Authorization code:".to_owned()), code])
    }

    /// The page that says why there is no consent page.
    pub(super) fn authorization_error_page(&mut self, visit: &Visit<'_>, error: OAuthError) -> Response {
        let heading = Block::Heading("An error has occurred".to_owned());
        self.settings_page(visit, vec![heading, Block::Preformatted(error.description())])
    }

    fn consent_blocks(
        &self,
        visit: &Visit<'_>,
        request: &AuthorizationRequest,
        application: &Application,
        scopes: &Scopes,
    ) -> Vec<Block> {
        let name = &application.details.name;
        let effective_scope = request.effective_scope(application);
        // Recorded empty without the scope, where nothing comes of it.
        let for_openid = scopes.any_of(&["openid"]);
        let with_request = |form: Form| {
            let value = |value: &Option<String>| value.clone().unwrap_or_default();
            form.hidden("client_id", value(&request.client_id))
                .hidden("redirect_uri", value(&request.redirect_uri))
                .hidden("state", value(&request.state))
                .hidden("response_type", value(&request.response_type))
                .hidden("scope", effective_scope.clone())
                .hidden("nonce", if for_openid { value(&request.nonce) } else { String::new() })
                .hidden("code_challenge", value(&request.code_challenge))
                .hidden("code_challenge_method", value(&request.code_challenge_method))
        };
        let deny = |label: &str| Block::Form(with_request(self.delete_form(visit, AUTHORIZE_PATH, label)));
        let authorize = |label: &str| Block::Form(with_request(self.form(visit, AUTHORIZE_PATH, label)));
        let mut blocks = vec![
            Block::Heading(format!("Authorize {name} to use your account?")),
            Block::Text(format!("An application called {name} is requesting access to your GitLab account.")),
            Block::Text("This application will be able to:".to_owned()),
            Block::Items(scopes.descriptions()),
        ];
        if self.rules.offers_cancel {
            blocks.extend([authorize(&format!("Authorize {name}")), deny("Cancel")]);
        } else {
            blocks.extend([deny("Deny"), authorize("Authorize")]);
        }
        blocks
    }

    /// Issues what the client asked for, and says what to tell it.
    fn authorize(
        &mut self,
        visit: &mut Visit<'_>,
        request: &AuthorizationRequest,
        application: &Application,
        user: UserId,
    ) -> Message {
        let scopes = Scopes::parse(&request.effective_scope(application));
        let state = self.state_of(request);
        if request.response_type.as_deref() == Some("token") {
            let order = Order {
                owner: (Some(application.id), Some(user)),
                scopes,
                lifetime: self.rules.token_lifetime(application.details.expire_access_tokens),
                with_refresh_token: false,
            };
            let now = visit.now;
            let token = self.find_or_issue(order, visit.now, visit.random);
            let expires_in = token.expires_in(now).map(|seconds| seconds.to_string()).unwrap_or_default();
            return vec![
                ("access_token", token.value.expose().to_owned()),
                ("token_type", "Bearer".to_owned()),
                ("expires_in", expires_in),
                ("state", state),
            ];
        }
        vec![("code", self.issue_code(visit, request, application.id, user, scopes)), ("state", state)]
    }

    /// The state to give back: the one that came, unless a fault says otherwise.
    fn state_of(&self, request: &AuthorizationRequest) -> String {
        let state = request.state.clone().unwrap_or_default();
        let faults = self.rules.faults;
        match () {
            () if faults.has(Fault::StateDropped) => String::new(),
            () if faults.has(Fault::StateAltered) => format!("x{state}"),
            () if faults.has(Fault::StateLowerCased) => state.to_lowercase(),
            () => state,
        }
    }

    /// The request with the redirect URI that the answer goes to: the one that came, unless a fault says otherwise.
    fn addressed(&self, mut request: AuthorizationRequest, application: &Application) -> AuthorizationRequest {
        if self.rules.faults.has(Fault::FirstRedirectUri) {
            request.redirect_uri = application.details.redirect_uris.split_ascii_whitespace().next().map(str::to_owned);
        }
        request
    }

    fn issue_code(
        &mut self,
        visit: &mut Visit<'_>,
        request: &AuthorizationRequest,
        application: ApplicationId,
        user: UserId,
        scopes: Scopes,
    ) -> String {
        let redirect_uri = request.redirect_uri.as_deref().unwrap_or_default();
        let mut grant = Grant::new(application, user, redirect_uri, scopes, visit.now);
        grant.nonce.clone_from(&request.nonce);
        let method = request.code_challenge_method.clone().unwrap_or_default();
        grant.challenge = request
            .code_challenge
            .clone()
            .filter(|challenge| !challenge.trim().is_empty())
            .map(|challenge| (challenge, method));
        self.grants.issue(grant, visit.random)
    }

    /// A live token of the same owner and scopes where GitLab reuses them, else a new one.
    pub(super) fn find_or_issue(
        &mut self,
        order: Order,
        now: crate::time::UnixTime,
        random: &mut dyn crate::random::TokenSource,
    ) -> AccessToken {
        let live = self.access_tokens.newest_of(order.owner, &order.scopes).filter(|token| token.is_usable(now));
        match live {
            Some(token) if self.rules.reuses_access_tokens => token.clone(),
            _ => self.access_tokens.issue(order, now, random).clone(),
        }
    }

    fn send_error_to_client(&self, visit: &Visit<'_>, request: &AuthorizationRequest, error: OAuthError) -> Response {
        let message = vec![
            ("error", error.name().to_owned()),
            ("error_description", error.description()),
            ("state", request.state.clone().unwrap_or_default()),
        ];
        self.send_to_client(visit, request, &message, request.error_goes_to_fragment())
    }

    /// Sends the browser to the client with `message`.
    fn send_to_client(
        &self,
        visit: &Visit<'_>,
        request: &AuthorizationRequest,
        message: &Message,
        in_fragment: bool,
    ) -> Response {
        let Some(target) = client_url(visit, request, message, in_fragment) else { return answer::failed() };
        if !request.wants_form_post() {
            return answer::redirect(&target);
        }
        let action = request.redirect_uri.clone().unwrap_or_default();
        let form = message.iter().filter(|(_, value)| !value.is_empty());
        let form = form.fold(Form::new(action, "Submit"), |form, (name, value)| form.hidden(*name, value.clone()));
        let page = Page {
            title: "Submit this form".to_owned(),
            csrf_token: self.csrf_token(visit),
            blocks: vec![Block::Heading("Submit this form".to_owned()), Block::Form(form)],
            ..Page::default()
        };
        answer::page(200, page)
    }

    /// The page with which GitLab sends a browser on that it asks nothing: status 200, a link and a script, no redirect.
    fn redirect_page(&self, visit: &Visit<'_>, request: &AuthorizationRequest, message: &Message) -> Response {
        let in_fragment = request.response_type.as_deref() == Some("token");
        let Some(target) = client_url(visit, request, message, in_fragment) else { return answer::failed() };
        let blocks = vec![
            Block::Heading("Redirecting".to_owned()),
            Block::Link { text: "Click here to redirect to the application".to_owned(), target: target.clone() },
        ];
        answer::page(200, Page { redirect_to: Some(target), blocks, ..Page::default() })
    }
}

fn is_out_of_band(request: &AuthorizationRequest) -> bool {
    request.redirect_uri.as_deref() == Some(OUT_OF_BAND)
}

/// The client's redirect URI with `message` in its query or fragment; `None` if it is no URI.
fn client_url(
    visit: &Visit<'_>,
    request: &AuthorizationRequest,
    message: &Message,
    in_fragment: bool,
) -> Option<String> {
    let pairs: Vec<(&str, &str)> = message.iter().map(|(name, value)| (*name, value.as_str())).collect();
    if is_out_of_band(request) {
        let code = pairs.iter().copied().filter(|(name, _)| matches!(*name, "code" | "access_token"));
        return Some(visit.url(&format!("{AUTHORIZE_PATH}/native?{}", uri::form_encode(code))));
    }
    let uri = Uri::parse(request.redirect_uri.as_deref().filter(|uri| !uri.is_empty())?)?;
    Some(if in_fragment { uri.with_fragment(&pairs) } else { uri.with_query(&pairs) }.to_string())
}
