//! Whose account a sign-in is: found, made, brought up to date or refused.

use super::super::account::{Account, is_accepted_domain};
use super::super::context::Context;
use super::super::failure::{self, Failure};
use super::super::fault::Fault;
use super::super::profile::Profile;
use super::super::step::FlowAction;
use super::super::store::{Answer, Clash, JoinRefused, Known, Question};
use super::{Arrival, Stage};
use crate::secret::Secret;

impl Arrival {
    /// Finds the account in what the store knows.
    pub(super) fn decide(
        &mut self,
        body: &str,
        profile: Profile,
        answer: Answer,
        context: &mut Context<'_>,
    ) -> Result<FlowAction, Failure> {
        let mut known = match answer {
            Answer::Known(known) => *known,
            Answer::Failed(reason) => return Err(failure::account_not_read().with_details(reason)),
            _ => return Err(failure::out_of_step()),
        };
        if context.settings.has(Fault::AccountByEmail) {
            known.by_auth = known.by_auth.or_else(|| known.by_email.clone());
        }
        match self.state.get("action") {
            "signup" => self.sign_up(&profile, known, context),
            "email_to_sso" => self.switch(profile, known, context),
            _ => {
                // A log-in reads the user object a second time; a username that had to be invented is another one then.
                let profile = self.profile(body, context)?;
                match known.by_auth {
                    Some(_) => self.log_in(&profile, known, context),
                    None => self.sign_up(&profile, known, context),
                }
            }
        }
    }

    /// Brings a known account up to date.
    ///
    /// A username or email that another account has stays as it was, silently.
    fn log_in(&mut self, profile: &Profile, known: Known, context: &mut Context<'_>) -> Result<FlowAction, Failure> {
        let mut account = known.by_auth.ok_or_else(failure::out_of_step)?;
        let username_free = !known.taken.contains(&profile.username);
        let email_free = known.by_email.is_none();
        if !account.take_over(profile, username_free, email_free) {
            return self.join(account, context);
        }
        account.times.update_at = context.now.millis;
        account.check()?;
        self.stage = Stage::Updating(account.clone());
        Ok(FlowAction::Ask(Question::UpdateAccount(Box::new(account))))
    }

    /// Makes an account, unless the person has one or the email belongs to somebody.
    ///
    /// DIFFERENCE: an email that belongs to another GitLab user is refused as one of "a sign in method other than gitlab".
    fn sign_up(&mut self, profile: &Profile, known: Known, context: &mut Context<'_>) -> Result<FlowAction, Failure> {
        if !context.settings.makes_accounts() {
            return Err(failure::creation_disabled());
        }
        if let Some(account) = known.by_auth {
            return Ok(self.open_session(&account, context));
        }
        if let Some(other) = known.by_email {
            let method = if other.auth_service.is_empty() { "email" } else { &other.auth_service };
            return Err(failure::already_attached(context.service, method)
                .with_details(format!("email={} authData={}", profile.email, profile.auth_data)));
        }
        if !is_accepted_domain(&profile.email, &context.settings.restrict_creation_to_domains) {
            return Err(failure::domain_not_accepted());
        }
        let free = profile.usernames().into_iter().find(|name| !known.taken.contains(name));
        let mut account = Account {
            username: free.unwrap_or_default(),
            email: profile.email.clone(),
            email_verified: true,
            first_name: profile.first_name.clone(),
            last_name: profile.last_name.clone(),
            auth_service: context.service.to_owned(),
            auth_data: Some(profile.auth_data.clone()),
            locale: context.settings.default_client_locale.clone(),
            ..Account::new(context.now, context.random)
        };
        if !known.any {
            account.roles = "system_admin system_user".to_owned();
        }
        if account.email.is_empty() {
            // Before 5.29 an account without email got as far as the check of its (empty) password.
            let text = "Your password must contain at least 5 characters.";
            return Err(Failure::new("User.IsPasswordValid", 400, "model.user.is_valid.pwd.app_error", text));
        }
        account.check()?;
        self.stage = Stage::Creating(account.clone());
        Ok(FlowAction::Ask(Question::CreateAccount(Box::new(account))))
    }

    pub(super) fn created(
        &mut self,
        account: Account,
        answer: Answer,
        context: &mut Context<'_>,
    ) -> Result<FlowAction, Failure> {
        match answer {
            Answer::Saved(Ok(())) => self.join(account, context),
            Answer::Saved(Err(Clash::Username)) => Err(failure::username_exists()),
            Answer::Saved(Err(Clash::Email | Clash::AuthData)) => Err(failure::email_exists()),
            Answer::Failed(reason) => Err(failure::account_not_saved().with_details(reason)),
            _ => Err(failure::out_of_step()),
        }
    }

    pub(super) fn updated(
        &mut self,
        account: Account,
        answer: Answer,
        context: &mut Context<'_>,
    ) -> Result<FlowAction, Failure> {
        match answer {
            Answer::Saved(Ok(())) => self.join(account, context),
            Answer::Saved(Err(_)) => Err(failure::account_not_found_to_update()),
            Answer::Failed(reason) => Err(failure::account_not_updated().with_details(reason)),
            _ => Err(failure::out_of_step()),
        }
    }

    /// Joins the team of the invitation, if there was one.
    fn join(&mut self, account: Account, context: &mut Context<'_>) -> Result<FlowAction, Failure> {
        let team_id = self.state.get("team_id").to_owned();
        if team_id.is_empty() {
            return Ok(self.open_session(&account, context));
        }
        self.stage = Stage::Joining(account.clone());
        Ok(FlowAction::Ask(Question::JoinTeam { team_id, account: Box::new(account) }))
    }

    /// A team that cannot be joined ends the sign-in with an error, although the account exists by now.
    pub(super) fn joined(
        &mut self,
        account: &Account,
        answer: Answer,
        context: &mut Context<'_>,
    ) -> Result<FlowAction, Failure> {
        match answer {
            Answer::Joined(Ok(())) => Ok(self.open_session(account, context)),
            Answer::Joined(Err(JoinRefused::NoSuchTeam)) => Err(failure::no_such_team()),
            Answer::Joined(Err(JoinRefused::Full)) => Err(failure::team_full()),
            Answer::Joined(Err(JoinRefused::Domain)) => Err(failure::team_domain()),
            Answer::Failed(reason) => Err(failure::team_not_joined().with_details(reason)),
            _ => Err(failure::out_of_step()),
        }
    }

    /// Gives a password account to the GitLab user; its sessions end first.
    fn switch(&mut self, profile: Profile, known: Known, context: &Context<'_>) -> Result<FlowAction, Failure> {
        let mut account = known.by_email.ok_or_else(failure::no_such_account)?;
        account.auth_service = context.service.to_owned();
        account.auth_data = Some(profile.auth_data);
        account.email = profile.email;
        account.password = Secret::default();
        account.failed_attempts = 0;
        account.times.update_at = context.now.millis;
        account.times.password_at = context.now.millis;
        let user_id = account.id.clone();
        self.stage = Stage::ClosingSessions(account);
        Ok(FlowAction::Ask(Question::CloseSessions { user_id }))
    }

    pub(super) fn save_switch(&mut self, account: Account, answer: Answer) -> Result<FlowAction, Failure> {
        if let Answer::Failed(reason) = answer {
            return Err(failure::sessions_not_closed().with_details(reason));
        }
        self.stage = Stage::Switching;
        Ok(FlowAction::Ask(Question::UpdateAccount(Box::new(account))))
    }

    pub(super) fn switched(&self, answer: Answer, context: &Context<'_>) -> Result<FlowAction, Failure> {
        match answer {
            Answer::Saved(Ok(())) => Ok(self.tell_switched(context)),
            Answer::Saved(Err(_)) => Err(failure::switch_clash()),
            Answer::Failed(reason) => Err(failure::switch_not_saved().with_details(reason)),
            _ => Err(failure::out_of_step()),
        }
    }
}
