//! `/users/sign_in` and `/users/sign_out`.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: the sign-in page.

use super::Provider;
use super::answer;
use super::authorize::AUTHORIZE_PATH;
use super::fault::Fault;
use super::user::User;
use super::visit::Visit;
use crate::http::Response;
use crate::http::page::{Block, FieldInput, Flash, Form, Page};

/// Where people sign in.
pub(super) const SIGN_IN_PATH: &str = "/users/sign_in";

const WRONG_PASSWORD: &str = "Invalid Login or password.";
const ALREADY_SIGNED_IN: &str = "You are already signed in.";
const BLOCKED: &str =
    "Your account has been blocked. Please contact your GitLab administrator if you think this is an error.";

impl Provider {
    /// `GET /users/sign_in`.
    pub(super) fn show_sign_in(&mut self, visit: &mut Visit<'_>) -> Response {
        if self.current_user(visit).is_some() {
            return self.refuse_second_sign_in(visit);
        }
        let flash = self.take_flash(visit);
        self.sign_in_page(visit, flash)
    }

    /// `POST /users/sign_in`: the remembered path or the start page, the form again, or (blocked) the way back to it.
    pub(super) fn sign_in(&mut self, visit: &mut Visit<'_>) -> Response {
        if self.current_user(visit).is_some() {
            return self.refuse_second_sign_in(visit);
        }
        let login = visit.parameters.member("user", "login").unwrap_or_default();
        let password = visit.parameters.member("user", "password").unwrap_or_default();
        let id = self.users.find_by_login(login).map(|user| user.seed.id);
        let user = id.and_then(|id| self.users.get_mut(id));
        let Some(user) = user.filter(|_| !password.is_empty()) else {
            return self.sign_in_page(visit, Some(Flash::Alert(WRONG_PASSWORD.to_owned())));
        };
        if !user.accepts_password(password, visit.now) {
            return self.sign_in_page(visit, Some(Flash::Alert(WRONG_PASSWORD.to_owned())));
        }
        if user.seed.blocked && !self.rules.faults.has(Fault::BlockedUsersWelcome) {
            return self.refuse_blocked(visit);
        }
        user.note_sign_in(visit.now);
        let id = user.seed.id;
        let path = self.sessions.get_mut(&visit.session).and_then(|session| session.take_path());
        self.sessions.end(&visit.session);
        visit.session = self.sessions.start(Some(id), visit.now, visit.random);
        answer::redirect(&visit.url(path.as_deref().unwrap_or("/")))
    }

    /// `POST /users/sign_out`.
    pub(super) fn sign_out(&mut self, visit: &mut Visit<'_>) -> Response {
        self.sessions.end(&visit.session);
        visit.session = self.sessions.start(None, visit.now, visit.random);
        if visit.accepts_html() { answer::redirect(&visit.url(SIGN_IN_PATH)) } else { answer::empty(204) }
    }

    /// Whether `user` is blocked, and GitLab minds.
    pub(super) fn keeps_out(&self, user: &User) -> bool {
        user.seed.blocked && !self.rules.faults.has(Fault::BlockedUsersWelcome)
    }

    /// Sends a browser whose user is blocked to the sign-in page, which says so.
    pub(super) fn refuse_blocked(&mut self, visit: &mut Visit<'_>) -> Response {
        self.leave_flash(visit, Flash::Alert(BLOCKED.to_owned()));
        answer::redirect(&visit.url(SIGN_IN_PATH))
    }

    /// Sends a browser that somebody is signed in with on to where the sign-in would have led.
    fn refuse_second_sign_in(&mut self, visit: &mut Visit<'_>) -> Response {
        self.leave_flash(visit, Flash::Alert(ALREADY_SIGNED_IN.to_owned()));
        let path = self.sessions.get_mut(&visit.session).and_then(|session| session.take_path());
        answer::redirect(&visit.url(path.as_deref().unwrap_or("/")))
    }

    /// Leaves a message for the next page.
    pub(super) fn leave_flash(&mut self, visit: &Visit<'_>, flash: Flash) {
        if let Some(session) = self.sessions.get_mut(&visit.session) {
            session.flash = Some(flash);
        }
    }

    /// Remembers where to come back to after signing in: any page, and the authorization whatever the method was.
    pub(super) fn remember_path(&mut self, visit: &Visit<'_>) {
        let returns = visit.method == "GET" || visit.path == AUTHORIZE_PATH;
        let path = visit.full_path();
        if let Some(session) = self.sessions.get_mut(&visit.session).filter(|_| returns) {
            session.remember_path(path);
        }
    }

    fn sign_in_page(&self, visit: &Visit<'_>, flash: Option<Flash>) -> Response {
        let form = self
            .form(visit, SIGN_IN_PATH, "Sign in")
            .with("user[login]", FieldInput::Text { label: "Username or email".to_owned(), value: String::new() })
            .with("user[password]", FieldInput::Password { label: "Password".to_owned() })
            .hidden("user[remember_me]", "0")
            .with(
                "user[remember_me]",
                FieldInput::Checkbox { label: "Remember me".to_owned(), value: "1".to_owned(), checked: false },
            );
        let page = Page {
            title: "Sign in \u{b7} GitLab".to_owned(),
            flash,
            csrf_token: self.csrf_token(visit),
            blocks: vec![Block::Form(form)],
            ..Page::default()
        };
        answer::page(200, page)
    }

    /// The anti-forgery token of the visit's session.
    pub(super) fn csrf_token(&self, visit: &Visit<'_>) -> Option<String> {
        self.sessions.get(&visit.session).map(|session| session.csrf_token().to_owned())
    }

    /// The message left for the next page, which is now.
    pub(super) fn take_flash(&mut self, visit: &Visit<'_>) -> Option<Flash> {
        self.sessions.get_mut(&visit.session).and_then(|session| session.flash.take())
    }

    /// A form that carries the session's anti-forgery token.
    pub(super) fn form(&self, visit: &Visit<'_>, action: &str, submit: &str) -> Form {
        Form::new(action, submit).hidden("authenticity_token", self.csrf_token(visit).unwrap_or_default())
    }

    /// [`Self::form`], sent as DELETE.
    pub(super) fn delete_form(&self, visit: &Visit<'_>, action: &str, submit: &str) -> Form {
        let token = self.csrf_token(visit).unwrap_or_default();
        Form::new(action, submit).hidden("_method", "delete").hidden("authenticity_token", token)
    }

    /// A page for somebody who is signed in.
    pub(super) fn settings_page(&mut self, visit: &Visit<'_>, blocks: Vec<Block>) -> Response {
        let page = Page {
            title: "User Settings \u{b7} GitLab".to_owned(),
            flash: self.take_flash(visit),
            csrf_token: self.csrf_token(visit),
            redirect_to: None,
            blocks,
        };
        answer::page(200, page)
    }
}
