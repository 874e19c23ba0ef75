//! From stage to stage: what the browser brought is held against what was kept, then GitLab is asked, then the store.

use super::super::context::Context;
use super::super::cookie::SIGN_IN_COOKIE;
use super::super::failure::{self, Failure};
use super::super::fault::Fault;
use super::super::go::query_value;
use super::super::page::error_redirect;
use super::super::profile::Profile;
use super::super::route::Route;
use super::super::service::check_service;
use super::super::state::{OAUTH, State};
use super::super::step::{FlowAction, FlowInput};
use super::super::store::{AccountQuery, Answer, Question};
use super::calls::user_object;
use super::{Arrival, Stage};

impl Arrival {
    pub(in super::super) fn step(
        &mut self,
        input: FlowInput,
        context: &mut Context<'_>,
        route: &Route,
    ) -> Result<FlowAction, Failure> {
        match (std::mem::take(&mut self.stage), input) {
            (Stage::New, FlowInput::Start) => self.begin(context, route),
            (Stage::FindingToken, FlowInput::Store(answer)) => self.check_state(answer, context),
            (Stage::DroppingToken, FlowInput::Store(_)) => self.ask_for_token(context),
            (Stage::AwaitingToken(request), FlowInput::GitLab(answer)) => self.ask_for_user(&request, answer, context),
            (Stage::AwaitingUser(request), FlowInput::GitLab(answer)) => {
                let body = user_object(&request, answer, context)?;
                self.look_up(body, context)
            }
            (Stage::Looking { body, profile }, FlowInput::Store(answer)) => {
                self.decide(&body, profile, answer, context)
            }
            (Stage::Creating(account), FlowInput::Store(answer)) => self.created(account, answer, context),
            (Stage::Updating(account), FlowInput::Store(answer)) => self.updated(account, answer, context),
            (Stage::Joining(account), FlowInput::Store(answer)) => self.joined(&account, answer, context),
            (Stage::ClosingSessions(account), FlowInput::Store(answer)) => self.save_switch(account, answer),
            (Stage::Switching, FlowInput::Store(answer)) => self.switched(answer, context),
            (Stage::OpeningSession(session), FlowInput::Store(Answer::Done)) => Ok(self.welcome(&session, context)),
            (Stage::OpeningSession(_), FlowInput::Store(Answer::Failed(reason))) => {
                Err(failure::session_not_saved().with_details(reason))
            }
            _ => Err(failure::out_of_step()),
        }
    }

    fn begin(&mut self, context: &mut Context<'_>, route: &Route) -> Result<FlowAction, Failure> {
        let value = |name| query_value(&context.request.query, name).unwrap_or_default();
        let redirect = |kind| Ok(FlowAction::Respond(error_redirect(context.settings, &route.title(), kind)));
        if value("error") == "access_denied"
            && !context.settings.has(Fault::DenialUntold)
            && context.settings.release.tells_denied()
        {
            return redirect("oauth_access_denied");
        }
        if value("code").is_empty() {
            return redirect("oauth_missing_code");
        }
        check_service(context.settings, route)?;
        let state = State::decode(&value("state"));
        if context.settings.has(Fault::StateIgnored) {
            self.state = state.unwrap_or_default();
            return self.ask_for_token(context);
        }
        self.state = state.map_err(|reason| failure::invalid_state().with_details(reason))?;
        self.stage = Stage::FindingToken;
        Ok(FlowAction::Ask(Question::Token(self.state.get("token").to_owned())))
    }

    /// Holds the state against its row and the browser's cookie. A failed check does not use the state up.
    fn check_state(&mut self, answer: Answer, context: &Context<'_>) -> Result<FlowAction, Failure> {
        let row = match answer {
            Answer::Token(Some(row)) if row.kind == OAUTH => row,
            Answer::Failed(reason) => return Err(failure::invalid_state_token().with_details(reason)),
            _ => return Err(failure::invalid_state_token()),
        };
        let cookie = match context.request.headers.cookie(SIGN_IN_COOKIE) {
            _ if context.settings.has(Fault::CookieIgnored) => row.extra.rsplit(':').next().unwrap_or_default(),
            cookie => cookie.ok_or_else(failure::invalid_state)?,
        };
        let nameless_switch = self.state.get("action") == "email_to_sso" && self.state.get("email").is_empty();
        if nameless_switch || row.extra != self.state.extra(cookie) {
            return Err(failure::invalid_state());
        }
        self.spent = true;
        if context.settings.has(Fault::ReusableStates) {
            return self.ask_for_token(context);
        }
        self.stage = Stage::DroppingToken;
        Ok(FlowAction::Ask(Question::DropToken(row.token)))
    }

    /// Reads the person out of GitLab's answer and asks what is known of them.
    fn look_up(&mut self, body: String, context: &mut Context<'_>) -> Result<FlowAction, Failure> {
        if self.state.get("action") == "signup" && !context.settings.makes_accounts() {
            return Err(failure::creation_disabled());
        }
        let profile = self.profile(&body, context)?;
        let is_switch = self.is_switch();
        let query = AccountQuery {
            auth_data: profile.auth_data.clone(),
            email: if is_switch { self.state.get("email").to_lowercase() } else { profile.email.clone() },
            usernames: if is_switch { Vec::new() } else { profile.usernames() },
        };
        self.stage = Stage::Looking { body, profile };
        Ok(FlowAction::Ask(Question::Accounts(query)))
    }

    fn is_switch(&self) -> bool {
        self.state.get("action") == "email_to_sso"
    }

    /// Reads the user object; how a useless one is refused depends on what it was wanted for.
    pub(super) fn profile(&self, body: &str, context: &mut Context<'_>) -> Result<Profile, Failure> {
        let read = Profile::read(context.settings, body, context.random, context.log);
        read.map_err(|reason| {
            let failure = match self.state.get("action") {
                "signup" => failure::no_user_created(context.service),
                "email_to_sso" => failure::no_user_switched(context.service),
                _ => failure::no_user_read(context.service),
            };
            failure.with_details(reason)
        })
    }
}
