//! The first half of a sign-in: the browser is sent to GitLab with a state and a cookie that belong together.

use super::context::Context;
use super::cookie::{Cookie, SIGN_IN_COOKIE};
use super::failure::{self, Failure};
use super::fault::Fault;
use super::go::{html_escape, json_escape, query_escape, query_escape_blank, query_value, redirect_location, scheme};
use super::id::{new_id, random_string};
use super::log_line::{Level, LogLine};
use super::page::{error_page, mobile_error, response};
use super::route::Route;
use super::service::check_service;
use super::settings::Settings;
use super::site::{is_https, requested_site};
use super::state::{MAX_AGE_OF_TOKENS, OAUTH, State, StateToken};
use super::step::{FlowAction, FlowInput};
use super::store::{Answer, Question};
use crate::http::{Request, Response};
use crate::time::UnixTime;

const COOKIE_SECONDS: u64 = 1800;

/// A browser on its way to GitLab.
#[derive(Debug)]
pub(super) struct Departure {
    purpose: Purpose,
    stage: Stage,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Purpose {
    Signup,
    Login { redirect_to: String, hint: String },
    Mobile { redirect_to: String },
    Switch { email: String },
}

#[derive(Debug)]
enum Stage {
    New,
    Invited { invite_id: String },
    InvitedByMail,
    Saving(Response),
}

impl Departure {
    pub(super) fn signup() -> Self {
        Self::new(Purpose::Signup)
    }

    pub(super) fn login(request: &Request) -> Self {
        let value = |name| query_value(&request.query, name).unwrap_or_default();
        Self::new(Purpose::Login { redirect_to: value("redirect_to"), hint: value("login_hint") })
    }

    pub(super) fn mobile_login(request: &Request) -> Self {
        let redirect_to = html_escape(&query_value(&request.query, "redirect_to").unwrap_or_default());
        Self::new(Purpose::Mobile { redirect_to })
    }

    pub(super) fn switch(email: &str) -> Self {
        Self::new(Purpose::Switch { email: email.to_owned() })
    }

    const fn new(purpose: Purpose) -> Self {
        Self { purpose, stage: Stage::New }
    }

    pub(super) const fn is_switch(&self) -> bool {
        matches!(self.purpose, Purpose::Switch { .. })
    }

    pub(super) fn step(
        &mut self,
        input: FlowInput,
        context: &mut Context<'_>,
        route: &Route,
    ) -> Result<FlowAction, Failure> {
        match (std::mem::replace(&mut self.stage, Stage::New), input) {
            (Stage::New, FlowInput::Start) => self.begin(context, route),
            (Stage::Invited { .. }, FlowInput::Store(Answer::Team(Some(team)))) => {
                self.leave(Some(&team), context, route)
            }
            (Stage::Invited { invite_id }, FlowInput::Store(Answer::Team(None) | Answer::Failed(_))) => {
                // A wrong invitation does not stop the sign-in; the person just joins no team.
                let error = format!("resource: Team id: inviteId={invite_id}");
                let line = LogLine::new(Level::Warn, "Error getting team by inviteId.");
                context.log.push(line.with("invite_id", invite_id).with("error", error));
                self.leave(None, context, route)
            }
            (Stage::InvitedByMail, FlowInput::Store(Answer::Token(Some(row)))) => {
                let team = team_of_invitation(&row, context.now)?;
                self.leave(Some(&team), context, route)
            }
            (Stage::InvitedByMail, FlowInput::Store(_)) => Err(failure::invitation_invalid()),
            (Stage::Saving(response), FlowInput::Store(Answer::Done)) => Ok(FlowAction::Respond(response)),
            (Stage::Saving(_), FlowInput::Store(Answer::Failed(reason))) => {
                Err(failure::token_not_saved().with_details(reason))
            }
            _ => Err(failure::out_of_step()),
        }
    }

    fn begin(&mut self, context: &mut Context<'_>, route: &Route) -> Result<FlowAction, Failure> {
        let settings = context.settings;
        match &self.purpose {
            Purpose::Signup if !settings.makes_accounts() => {
                let failure = failure::signup_disabled();
                return Ok(FlowAction::Respond(error_page(settings, failure.status, &failure.message)));
            }
            Purpose::Login { redirect_to, .. } if !is_own_site(settings, redirect_to) => {
                return Err(failure::foreign_redirect());
            }
            Purpose::Mobile { redirect_to } if !is_own_application(settings, redirect_to) => {
                let failure = failure::foreign_scheme();
                return Ok(FlowAction::Respond(mobile_error(settings, &failure.message, redirect_to)));
            }
            Purpose::Switch { .. } => return self.leave(None, context, route),
            _ => {}
        }
        let value = |name| query_value(&context.request.query, name).filter(|value| !value.is_empty());
        match (value("t"), value("id")) {
            (Some(token), _) => {
                self.stage = Stage::InvitedByMail;
                Ok(FlowAction::Ask(Question::Token(token)))
            }
            (None, Some(invite_id)) => {
                self.stage = Stage::Invited { invite_id: invite_id.clone() };
                Ok(FlowAction::Ask(Question::InvitedTeam { invite_id }))
            }
            (None, None) => self.leave(None, context, route),
        }
    }

    /// Makes state, cookie and the answer that sends the browser to GitLab, and has the state's row saved first.
    fn leave(&mut self, team: Option<&str>, context: &mut Context<'_>, route: &Route) -> Result<FlowAction, Failure> {
        check_service(context.settings, route)?;
        let mut state = self.state(context.settings);
        if let Some(team) = team {
            state.set("team_id", team);
        }
        let path = context.settings.subpath();
        let secret = new_id(context.random);
        let row = StateToken {
            token: random_string(context.random, 64),
            create_at: context.now.millis,
            kind: OAUTH.to_owned(),
            extra: state.extra(&secret),
        };
        state.set("token", row.token.as_str());
        let cookie = Cookie {
            http_only: true,
            secure: is_https(&context.request.headers),
            ..Cookie::lasting(SIGN_IN_COOKIE, secret, &path, context.now, COOKIE_SECONDS)
        };
        let address = self.address(&state, context);
        let mut response = match self.purpose {
            Purpose::Switch { .. } => {
                let link = json_escape(&serde_json::json!({ "follow_link": address }).to_string());
                response(200, "application/json", link)
            }
            _ => {
                let mut response = response(302, "application/json", String::new());
                response.headers.push("Location", redirect_location(&address, &context.request.path));
                response
            }
        };
        response.headers.push("Set-Cookie", cookie.to_string());
        self.stage = Stage::Saving(response);
        Ok(FlowAction::Ask(Question::SaveToken(row)))
    }

    fn state(&self, settings: &Settings) -> State {
        let mut state = State::default();
        let (action, redirect_to, mobile) = match &self.purpose {
            Purpose::Signup => ("signup", "", None),
            Purpose::Login { redirect_to, .. } => ("login", redirect_to.as_str(), Some("false")),
            Purpose::Mobile { redirect_to } => ("mobile", redirect_to.as_str(), Some("true")),
            Purpose::Switch { email } => {
                state.set("email", email.as_str());
                ("email_to_sso", "", None)
            }
        };
        state.set("action", action);
        if !redirect_to.is_empty() {
            state.set("redirect_to", redirect_to);
        }
        if let Some(mobile) = mobile.filter(|_| settings.release.state_tells_mobile()) {
            state.set("isMobile", mobile);
        }
        state
    }

    /// The authorization address. Its parameters stand in the order in which the real server writes them.
    fn address(&self, state: &State, context: &Context<'_>) -> String {
        let gitlab = &context.settings.gitlab;
        let mut address = format!(
            "{}?response_type=code&client_id={}&redirect_uri={}&state={}",
            gitlab.auth_endpoint,
            gitlab.id,
            query_escape(&redirect_uri(context)),
            query_escape(&state.encode()),
        );
        if context.settings.has(Fault::SecretToBrowser) {
            address += &format!("&client_secret={}", query_escape(gitlab.secret.expose()));
        }
        if !gitlab.scope.is_empty() && !context.settings.has(Fault::ScopeOmitted) {
            address += &format!("&scope={}", query_escape_blank(&gitlab.scope));
        }
        if let Purpose::Login { hint, .. } = &self.purpose
            && !hint.is_empty()
        {
            address += &format!("&login_hint={}", query_escape_blank(hint));
        }
        address
    }
}

/// Where GitLab shall send the browser back to.
///
/// DIFFERENCE: the document has two redirect URIs registered; the second, `/login/gitlab/complete`, is never sent.
fn redirect_uri(context: &Context<'_>) -> String {
    let site = &context.settings.site_url;
    let site = if site.trim().is_empty() { requested_site(context.request) } else { site.clone() };
    format!("{site}/signup/{}/complete", context.service)
}

fn is_own_site(settings: &Settings, redirect_to: &str) -> bool {
    let any = settings.has(Fault::ForeignRedirect) || !settings.release.refuses_foreign_redirect();
    let web =
        !any && scheme(redirect_to).is_some_and(|s| s.eq_ignore_ascii_case("http") || s.eq_ignore_ascii_case("https"));
    !web || redirect_to.to_lowercase().starts_with(&settings.site_url.to_lowercase())
}

fn is_own_application(settings: &Settings, redirect_to: &str) -> bool {
    let redirect_to = redirect_to.to_lowercase();
    let known = |own: &String| redirect_to.starts_with(&own.to_lowercase());
    let any = redirect_to.is_empty() || !settings.release.refuses_foreign_redirect();
    any || settings.app_custom_url_schemes.iter().any(known)
}

fn team_of_invitation(row: &StateToken, now: UnixTime) -> Result<String, Failure> {
    if !["team_invitation", "guest_invitation"].contains(&row.kind.as_str()) {
        return Err(failure::invitation_invalid());
    }
    if now.since(UnixTime { millis: row.create_at }) >= MAX_AGE_OF_TOKENS {
        return Err(failure::invitation_expired());
    }
    let fields = serde_json::from_str::<serde_json::Value>(&row.extra).unwrap_or_default();
    Ok(fields["teamId"].as_str().unwrap_or_default().to_owned())
}
