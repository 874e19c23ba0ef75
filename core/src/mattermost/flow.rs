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
