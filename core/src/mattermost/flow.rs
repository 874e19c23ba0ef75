//! One browser request of the sign-in, from its arrival to its answer.

use std::sync::Arc;

use super::answers::CallFailed;
use super::arrival::Arrival;
use super::departure::Departure;
use super::failure::{self, Failure};
use super::page::error_page;
use super::route::{Route, RouteStep};
use super::settings::Settings;
use super::store::{Answer, Question};
use crate::http::{Request, Response};
use crate::random::TokenSource;
use crate::time::UnixTime;

/// What happened since the last step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The request came in.
    Start,
    /// The store answered.
    Store(Answer),
    /// GitLab answered, or could not be reached.
    GitLab(Result<Response, CallFailed>),
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Ask the store and come back with [`Input::Store`].
    Ask(Question),
    /// Send this to GitLab, follow redirects, and come back with [`Input::GitLab`].
    Call(Request),
    /// Answer the browser; the flow is over.
    Respond(Response),
    /// Answer an API call with this error; only a flow begun by [`Flow::switch`] ends like this.
    Refuse(Failure),
}

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Refusals that are the browser's fault.
    Debug,
    /// What the server does not offer.
    Info,
    /// Put right without being asked.
    Warn,
    /// A failure of the server or of GitLab.
    Error,
}

/// A line for the server's log, without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How much it matters.
    pub level: Level,
    /// What happened.
    pub message: String,
    /// More, by name.
    pub fields: Vec<(&'static str, serde_json::Value)>,
}

impl LogLine {
    pub(super) fn new(level: Level, message: impl Into<String>) -> Self {
        Self { level, message: message.into(), fields: Vec::new() }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<serde_json::Value>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// The line a server writes about an error it answers with.
    pub fn about(failure: &Failure, path: &str) -> Self {
        let level = match failure.status {
            400..=499 => Level::Debug,
            501 => Level::Info,
            _ => Level::Error,
        };
        Self::new(level, failure.message.as_str())
            .with("path", path)
            .with("err_where", failure.place)
            .with("http_code", failure.status)
            .with("err_details", failure.details.as_str())
    }
}

/// What every step works with.
pub(super) struct Context<'a> {
    pub(super) settings: &'a Settings,
    pub(super) request: &'a Request,
    pub(super) service: &'a str,
    pub(super) now: UnixTime,
    pub(super) random: &'a mut dyn TokenSource,
    pub(super) log: &'a mut Vec<LogLine>,
}

/// A browser request on its way through the sign-in.
#[derive(Debug)]
pub struct Flow {
    settings: Arc<Settings>,
    request: Request,
    route: Route,
    leg: Leg,
    log: Vec<LogLine>,
}

#[derive(Debug)]
enum Leg {
    Departure(Departure),
    Arrival(Box<Arrival>),
    Over,
}

impl Flow {
    /// The flow of a `GET` request to `route`.
    pub fn begin(settings: Arc<Settings>, request: Request, route: Route) -> Self {
        let leg = match route.step {
            RouteStep::Login => Leg::Departure(Departure::login(&request)),
            RouteStep::MobileLogin => Leg::Departure(Departure::mobile_login(&request)),
            RouteStep::Signup => Leg::Departure(Departure::signup()),
            RouteStep::Complete => Leg::Arrival(Box::default()),
        };
        Self { settings, request, route, leg, log: Vec::new() }
    }

    /// The flow that takes the password account with this email over to `service`.
    ///
    /// The caller has checked the account's password. The flow ends with JSON, `{"follow_link":…}`, or with
    /// [`Action::Refuse`].
    pub fn switch(settings: Arc<Settings>, request: Request, service: &str, email: &str) -> Self {
        let route = Route { service: service.to_owned(), step: RouteStep::Login };
        let leg = Leg::Departure(Departure::switch(email));
        Self { settings, request, route, leg, log: Vec::new() }
    }

    /// Goes on after `input`. Once it has responded or refused, a flow does nothing more but refuse.
    pub fn step(&mut self, input: Input, now: UnixTime, random: &mut dyn TokenSource) -> Action {
        let mut context = Context {
            settings: &self.settings,
            request: &self.request,
            service: &self.route.service,
            now,
            random,
            log: &mut self.log,
        };
        let (result, is_switch) = match &mut self.leg {
            Leg::Departure(departure) => (departure.step(input, &mut context, &self.route), departure.is_switch()),
            Leg::Arrival(arrival) => {
                let result = arrival.step(input, &mut context, &self.route);
                (result.or_else(|failure| arrival.show(failure, &mut context)), false)
            }
            Leg::Over => (Err(failure::out_of_step()), true),
        };
        let action = match result {
            Ok(action) => action,
            Err(failure) if is_switch => Action::Refuse(failure),
            Err(failure) => {
                self.log.push(LogLine::about(&failure, &self.request.path));
                Action::Respond(error_page(&self.settings, failure.status, &failure.message))
            }
        };
        if matches!(action, Action::Respond(_) | Action::Refuse(_)) {
            self.leg = Leg::Over;
        }
        action
    }

    /// The log lines since the last call.
    pub fn take_log(&mut self) -> Vec<LogLine> {
        std::mem::take(&mut self.log)
    }
}

/// The provider check that every step begins with.
///
/// # Errors
/// The service is not GitLab or GitLab is off; the scope asks for OpenID, which needs another edition.
pub(super) fn check_service(settings: &Settings, route: &Route) -> Result<(), Failure> {
    if route.service != "gitlab" || !settings.gitlab.enable {
        return Err(failure::unsupported().with_details(format!("service={}", route.service)));
    }
    if settings.gitlab.scope.contains("openid") {
        return Err(failure::not_available(&route.title()));
    }
    Ok(())
}
