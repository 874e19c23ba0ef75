//! The answers that end the second half: into Mattermost, into the mobile application, or onto an error page.

use super::super::account::Account;
use super::super::context::Context;
use super::super::cookie::{Cookie, SIGN_IN_COOKIE};
use super::super::failure::Failure;
use super::super::fault::Fault;
use super::super::go::{completed, query_escape, redirect_location};
use super::super::log_line::LogLine;
use super::super::page::{error_page, mobile_complete, mobile_error, response};
use super::super::session::{Session, session_cookies};
use super::super::site::callback_site;
use super::super::step::FlowAction;
use super::super::store::Question;
use super::{Arrival, Stage};
use crate::http::Response;

impl Arrival {
    /// Shows an error where the person will see it: in the mobile application or in the browser.
    pub(in super::super) fn show(&self, failure: Failure, context: &mut Context<'_>) -> Result<FlowAction, Failure> {
        let redirect_to = self.target(context);
        context.log.push(LogLine::about(&failure, &context.request.path));
        let mut response = if self.state.is_mobile() && !redirect_to.is_empty() {
            mobile_error(context.settings, &failure.message, &redirect_to)
        } else {
            error_page(context.settings, failure.status, &failure.message)
        };
        self.drop_cookie(&mut response, context);
        Ok(FlowAction::Respond(response))
    }

    /// Opens a session, for the browser or for the mobile application.
    pub(super) fn open_session(&mut self, account: &Account, context: &mut Context<'_>) -> FlowAction {
        let session = Session::new(context.settings, account, self.state.is_mobile(), context.now, context.random);
        self.stage = Stage::OpeningSession(session.clone());
        FlowAction::Ask(Question::OpenSession(session))
    }

    /// Hands the session over and sends the browser on.
    pub(super) fn welcome(&self, session: &Session, context: &Context<'_>) -> FlowAction {
        let redirect_to = self.target(context);
        let mut response = match (self.state.is_mobile(), redirect_to.as_str()) {
            (true, "") => response(200, "application/json", String::new()),
            (true, target) => {
                let (token, csrf) = (session.token.expose(), session.csrf.expose());
                mobile_complete(&with_parameters(target, &[("MMAUTHTOKEN", token), ("MMCSRF", csrf)]))
            }
            (false, "") => self.redirect(&callback_site(context), context),
            (false, target) => self.redirect(target, context),
        };
        self.drop_cookie(&mut response, context);
        if !self.state.is_mobile() || redirect_to.is_empty() {
            for cookie in session_cookies(context.settings, session, &context.request.headers, context.now) {
                response.headers.push("Set-Cookie", cookie.to_string());
            }
        }
        response.headers.push("Token", session.token.expose());
        FlowAction::Respond(response)
    }

    /// Sends the browser to the sign-in page, where the new way to sign in is told.
    pub(super) fn tell_switched(&self, context: &Context<'_>) -> FlowAction {
        let mut response = self.redirect(&format!("{}/login?extra=signin_change", callback_site(context)), context);
        self.drop_cookie(&mut response, context);
        FlowAction::Respond(response)
    }

    /// Where the sign-in is to come out; empty if nobody has said so.
    fn target(&self, context: &Context<'_>) -> String {
        match self.state.get("redirect_to") {
            path if !path.is_empty() && context.settings.release.completes_redirect() => {
                completed(&callback_site(context), path)
            }
            other => other.to_owned(),
        }
    }

    fn redirect(&self, target: &str, context: &Context<'_>) -> Response {
        let mut response = response(307, "text/html; charset=utf-8", String::new());
        response.headers.push("Location", redirect_location(target, &context.request.path));
        response
    }

    fn drop_cookie(&self, response: &mut Response, context: &Context<'_>) {
        if self.spent && !context.settings.has(Fault::CookieKept) {
            let cookie = Cookie::deleted(SIGN_IN_COOKIE, &context.settings.subpath());
            response.headers.push("Set-Cookie", cookie.to_string());
        }
    }
}

/// `url` with more parameters, all of them in the order of their names.
fn with_parameters(url: &str, more: &[(&str, &str)]) -> String {
    let (url, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let own = query.split('&').filter(|pair| !pair.is_empty()).map(str::to_owned);
    let added = more.iter().map(|(name, value)| format!("{name}={}", query_escape(value)));
    let mut pairs: Vec<String> = own.chain(added).collect();
    pairs.sort_by(|a, b| a.split('=').next().cmp(&b.split('=').next()));
    format!("{base}?{}{fragment}", pairs.join("&"))
}
