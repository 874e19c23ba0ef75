//! What happens between the steps of a transcript: out of band, through forms where a person could do it, else through
//! the control listener.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: its recorded exchanges (`before` actions).

use gitlab_mattermost_core::gitlab::SeedApplication;
use serde_json::{Value, json};
use url::Url;

use super::bindings::{Bindings, placeholder};
use super::browser::{Browser, encode};
use super::control::Control;
use super::error::ReplayError;
use super::setup::application_of;

/// The password of every user of the transcripts.
const PASSWORD: &str = "correct horse";

/// What the actions of one case need.
pub(super) struct Stage<'a> {
    pub browser: &'a mut Browser,
    pub bindings: &'a mut Bindings,
    pub control: Option<&'a Control>,
    pub applications: &'a [SeedApplication],
}

impl Stage<'_> {
    /// Does what `action` says.
    pub async fn perform(&mut self, action: &Value) -> Result<(), ReplayError> {
        let text = |name: &str| action[name].as_str();
        let reference = text("ref").unwrap_or("mm").to_owned();
        match text("do").unwrap_or_default() {
            "obtain_code" => self.obtain_code(&reference, text("scope")).await.map(drop),
            "obtain_tokens" => self.obtain_tokens(&reference, text("scope")).await,
            "sign_in" => self.sign_in(text("login").or(text("as")).or(text("user")).unwrap_or("alice")).await,
            "sign_out" => self.sign_out().await,
            "failed_sign_ins" => {
                // It locks the account for ten minutes, which only somebody with the clock in hand can wait for.
                self.control("locking an account")?;
                let login = text("login").unwrap_or_default();
                for _ in 0..action["count"].as_u64().unwrap_or(0) {
                    self.browser.sign_in(login, "not the password").await?;
                }
                Ok(())
            }
            "advance_clock" => {
                let seconds = action["seconds"].as_u64().unwrap_or(0);
                Ok(self.control("advancing the clock")?.advance_clock(seconds).await?)
            }
            "block_user" => {
                let login = text("login").or(text("user")).unwrap_or("alice");
                Ok(self.control("blocking a user")?.block_user(login).await?)
            }
            "delete_application" => {
                let client_id = self.bindings.fill(&format!("{{{{{}}}}}", placeholder("client_id", &reference)));
                Ok(self.control("deleting an application")?.delete_application(&client_id).await?)
            }
            "create_application" => self.create_application(action).await,
            other => Err(ReplayError::Skip { reason: format!("the action `{other}` is not known") }),
        }
    }

    /// Signs the browser in through the form.
    pub async fn sign_in(&mut self, login: &str) -> Result<(), ReplayError> {
        self.browser.forget_session();
        let answer = self.browser.sign_in(login, PASSWORD).await?;
        if answer.status != 302 {
            let reason = format!("signing in as `{login}` is answered with {}", answer.status);
            return Err(ReplayError::Skip { reason });
        }
        self.note_session();
        Ok(())
    }

    /// Tells the bindings which session is current.
    pub fn note_session(&mut self) {
        match &self.browser.session {
            Some(session) => self.bindings.set("session", session.clone()),
            None => self.bindings.forget("session"),
        }
    }

    async fn sign_out(&mut self) -> Result<(), ReplayError> {
        let form = [("authenticity_token".to_owned(), self.browser.csrf().await?)];
        self.browser.visit("POST", "/users/sign_out", Some(&form)).await?;
        self.note_session();
        Ok(())
    }

    async fn obtain_code(&mut self, reference: &str, scope: Option<&str>) -> Result<String, ReplayError> {
        let application = self.application(reference)?;
        let redirect_uri = application.redirect_uris.first().cloned().unwrap_or_default();
        let client_id = application.client_id.clone().unwrap_or_default();
        let mut query = vec![
            ("response_type".to_owned(), "code".to_owned()),
            ("client_id".to_owned(), client_id),
            ("redirect_uri".to_owned(), redirect_uri),
        ];
        query.extend(scope.map(|scope| ("scope".to_owned(), scope.to_owned())));
        let target = self.browser.authorize(&query).await?;
        self.note_session();
        let url = Url::parse(&target).ok();
        let code = url.and_then(|url| url.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into()));
        let code: String = code.ok_or(ReplayError::NoCode)?;
        self.bindings.number("code", &code);
        Ok(code)
    }

    async fn obtain_tokens(&mut self, reference: &str, scope: Option<&str>) -> Result<(), ReplayError> {
        let code = self.obtain_code(reference, scope).await?;
        let application = self.application(reference)?;
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let secret = application.client_secret.as_ref().map_or("", |secret| secret.expose());
        let form = [
            pair("grant_type", "authorization_code"),
            pair("code", &code),
            pair("redirect_uri", application.redirect_uris.first().map_or("", String::as_str)),
            pair("client_id", application.client_id.as_deref().unwrap_or_default()),
            pair("client_secret", secret),
        ];
        let headers = [pair("Content-Type", "application/x-www-form-urlencoded")];
        let body = encode(&form).into_bytes();
        let answer = self.browser.send("POST", "/oauth/token", &headers, Some(body)).await?;
        let json: Value = serde_json::from_str(&answer.body).map_err(|_| ReplayError::NoTokens)?;
        let access_token = json["access_token"].as_str().ok_or(ReplayError::NoTokens)?;
        self.bindings.number("access_token", access_token);
        if let Some(refresh_token) = json["refresh_token"].as_str() {
            self.bindings.number("refresh_token", refresh_token);
        }
        Ok(())
    }

    async fn create_application(&mut self, action: &Value) -> Result<(), ReplayError> {
        let members = action["application"].as_object().or(action.as_object());
        if members.is_some_and(|members| members.keys().all(|name| name == "do" || name == "ref"))
            && let Some(reference) = action["ref"].as_str().or(action["application"]["ref"].as_str())
        {
            // Named, and nothing more: the one that the case is set up with.
            let application = self.application(reference)?.clone();
            return Ok(self.control("creating an application")?.create_application(&application).await?);
        }
        let mut described = json!({"ref": "new", "name": "New application"});
        for (name, value) in members.into_iter().flatten().filter(|(name, _)| *name != "do") {
            described[name] = value.clone();
        }
        let application = application_of(&described, self.bindings)?;
        Ok(self.control("creating an application")?.create_application(&application).await?)
    }

    fn application(&self, reference: &str) -> Result<&SeedApplication, ReplayError> {
        let named = |application: &&SeedApplication| application.reference.as_deref() == Some(reference);
        let found = self.applications.iter().find(named);
        found.ok_or_else(|| ReplayError::Skip { reason: format!("no application is called `{reference}`") })
    }

    fn control(&self, what: &str) -> Result<&Control, ReplayError> {
        let reason = format!("{what} needs a control listener (--control)");
        self.control.ok_or(ReplayError::Skip { reason })
    }
}
