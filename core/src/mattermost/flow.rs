//! One browser request of the sign-in, from its arrival to its answer.

use std::sync::Arc;

use super::arrival::Arrival;
use super::context::Context;
use super::departure::Departure;
use super::failure;
use super::log_line::LogLine;
use super::page::error_page;
use super::route::{Route, RouteStep};
use super::settings::Settings;
use super::step::{FlowAction, FlowInput};
use crate::http::Request;
use crate::random::TokenSource;
use crate::time::UnixTime;

/// A browser request on its way through the sign-in.
///
/// # Shape
/// Opaque: made with [`Flow::begin`] or [`Flow::switch`], driven with [`Flow::step`] until it responds or refuses.
///
/// ```
/// use std::sync::Arc;
///
/// use gitlab_mattermost_core::http::Request;
/// use gitlab_mattermost_core::mattermost::{
///     Flow, FlowAction, FlowInput, GitLabSettings, MemoryStore, Release, Route, Settings,
/// };
/// # use gitlab_mattermost_core::random::TokenSource;
/// # use gitlab_mattermost_core::time::UnixTime;
/// # struct Ones;
/// # impl TokenSource for Ones {
/// #     fn fill(&mut self, bytes: &mut [u8]) {
/// #         bytes.fill(1);
/// #     }
/// # }
///
/// let gitlab = GitLabSettings {
///     enable: true,
///     id: "client".to_owned(),
///     auth_endpoint: "https://gitlab.example.com/oauth/authorize".to_owned(),
///     token_endpoint: "https://gitlab.example.com/oauth/token".to_owned(),
///     user_api_endpoint: "https://gitlab.example.com/api/v4/user".to_owned(),
///     ..GitLabSettings::default()
/// };
/// let settings = Settings {
///     release: Release::RECORDED,
///     site_url: "https://chat.example.com".to_owned(),
///     gitlab,
///     enable_user_creation: true,
///     restrict_creation_to_domains: String::new(),
///     site_name: "Chat".to_owned(),
///     default_client_locale: "en".to_owned(),
///     session_web_days: 30,
///     session_mobile_days: 30,
///     allow_cookies_for_subdomains: false,
///     app_custom_url_schemes: Vec::new(),
///     error_page_key: Default::default(),
///     faults: Default::default(),
/// };
/// let path = "/oauth/gitlab/login";
/// let request = Request { method: "GET".to_owned(), path: path.to_owned(), ..Request::default() };
/// let route = Route::of(path).expect("a path of the sign-in");
/// let (mut flow, mut store) = (Flow::begin(Arc::new(settings), request, route), MemoryStore::default());
/// let mut input = FlowInput::Start;
/// let response = loop {
///     match flow.step(input, UnixTime { millis: 1_643_616_900_000 }, &mut Ones) {
///         FlowAction::Ask(question) => input = FlowInput::Store(store.answer(question)),
///         FlowAction::Respond(response) => break response,
///         other => panic!("the first half calls nobody: {other:?}"),
///     }
/// };
/// assert_eq!((response.status, store.tokens.len()), (302, 1));
/// let location = response.headers.get("location").expect("a way to GitLab");
/// assert!(location.starts_with("https://gitlab.example.com/oauth/authorize?"));
/// ```
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
    /// [`FlowAction::Refuse`].
    pub fn switch(settings: Arc<Settings>, request: Request, service: &str, email: &str) -> Self {
        let route = Route { service: service.to_owned(), step: RouteStep::Login };
        let leg = Leg::Departure(Departure::switch(email));
        Self { settings, request, route, leg, log: Vec::new() }
    }

    /// Goes on after `input`. Once it has responded or refused, a flow does nothing more but refuse.
    pub fn step(&mut self, input: FlowInput, now: UnixTime, random: &mut dyn TokenSource) -> FlowAction {
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
            Err(failure) if is_switch => FlowAction::Refuse(failure),
            Err(failure) => {
                self.log.push(LogLine::about(&failure, &self.request.path));
                FlowAction::Respond(error_page(&self.settings, failure.status, &failure.message))
            }
        };
        if matches!(action, FlowAction::Respond(_) | FlowAction::Refuse(_)) {
            self.leg = Leg::Over;
        }
        action
    }

    /// The log lines since the last call.
    pub fn take_log(&mut self) -> Vec<LogLine> {
        std::mem::take(&mut self.log)
    }
}
