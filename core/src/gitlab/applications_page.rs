//! "Applications" in a user's settings: those of the user, one application, and those the user has authorized.
//!
//! Not here: creating and changing one; that is `application_form`.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: the page of applications.

use super::Provider;
use super::answer;
use super::application::{Application, ApplicationId};
use super::fault::Fault;
use super::user::UserId;
use super::visit::Visit;
use crate::http::Response;
use crate::http::page::{Block, Flash, Table};

/// Where applications are made and changed.
pub(super) const APPLICATIONS_PATH: &str = "/oauth/applications";

impl Provider {
    /// The path of the page in this version.
    pub(super) fn applications_page_path(&self) -> &'static str {
        if self.rules.has_user_settings { "/-/user_settings/applications" } else { "/-/profile/applications" }
    }

    /// `GET /-/profile/applications`, and what a refused form leads to.
    pub(super) fn show_applications(&mut self, visit: &Visit<'_>, user: UserId, form: Vec<Block>) -> Response {
        let heading = |text: &str| Block::Heading(text.to_owned());
        let mut blocks = vec![heading("Add new application")];
        blocks.extend(form);
        blocks.push(heading("Your applications"));
        blocks.push(self.own_applications(user));
        blocks.push(heading("Authorized applications"));
        blocks.push(self.authorized_applications(visit, user));
        self.settings_page(visit, blocks)
    }

    /// `GET /oauth/applications/:id`.
    pub(super) fn show_application(&mut self, visit: &Visit<'_>, user: UserId, id: ApplicationId) -> Response {
        let Some(application) = self.own_application(user, id) else { return self.not_found_page() };
        let path = format!("{APPLICATIONS_PATH}/{id}");
        let text = |label: &str, value: &str| Block::Text(format!("{label}: {value}"));
        let value =
            |id, label: &str, value: &str| Block::Value { id, label: label.to_owned(), value: value.to_owned() };
        let details = &application.details;
        let mut blocks = vec![
            Block::Heading(format!("Application: {}", details.name)),
            value("application_id", "Application ID", &application.client_id),
        ];
        let secret = application.secret.clone();
        let is_fresh = self.sessions.get(&visit.session).is_some_and(|session| session.fresh_secret_of == Some(id));
        if is_fresh || !self.rules.hides_secrets {
            blocks.push(value("secret", "Secret", secret.expose()));
        }
        blocks.extend([
            text("Callback URL", &details.redirect_uris),
            text("Confidential", if details.confidential { "Yes" } else { "No" }),
            text("Scopes", &details.scopes.to_string()),
            Block::Link { text: "Edit".to_owned(), target: format!("{path}/edit") },
        ]);
        if self.rules.hides_secrets {
            let renew = self.form(visit, &format!("{path}/renew"), "Renew secret").hidden("_method", "put");
            blocks.push(Block::Form(renew));
        }
        blocks.push(Block::Form(self.delete_form(visit, &path, "Destroy")));
        if let Some(session) = self.sessions.get_mut(&visit.session) {
            session.fresh_secret_of = None;
        }
        self.settings_page(visit, blocks)
    }

    /// `DELETE /oauth/applications/:id`.
    pub(super) fn destroy_application(&mut self, visit: &Visit<'_>, user: UserId, id: ApplicationId) -> Response {
        if self.own_application(user, id).is_none() {
            return self.not_found_page();
        }
        self.remove_application(id);
        self.leave_flash(visit, Flash::Notice("The application was deleted successfully.".to_owned()));
        answer::redirect(&visit.url(APPLICATIONS_PATH))
    }

    /// `PUT /oauth/applications/:id/renew`: a new secret, where secrets are shown only once.
    pub(super) fn renew_secret(&mut self, visit: &mut Visit<'_>, user: UserId, id: ApplicationId) -> Response {
        if self.own_application(user, id).is_none() || !self.rules.hides_secrets {
            return self.not_found_page();
        }
        if let Some(application) = self.applications.get_mut(id) {
            application.secret = crate::secret::Secret::new(visit.random.hex(32));
        }
        if let Some(session) = self.sessions.get_mut(&visit.session) {
            session.fresh_secret_of = Some(id);
        }
        answer::redirect(&visit.url(&format!("{APPLICATIONS_PATH}/{id}")))
    }

    /// `DELETE /oauth/authorized_applications/:id`: this user's tokens and pending codes for it are worth nothing any
    /// more; those of others are.
    pub(super) fn revoke_authorization(&mut self, visit: &Visit<'_>, user: UserId, id: ApplicationId) -> Response {
        if !self.rules.faults.has(Fault::RevocationIgnored) {
            self.access_tokens.revoke_all_of((Some(id), Some(user)));
            self.grants.revoke(id, user);
        }
        self.leave_flash(visit, Flash::Notice("The application was revoked access.".to_owned()));
        answer::redirect(&visit.url(self.applications_page_path()))
    }

    /// The application with this number, if it is the user's.
    pub(super) fn own_application(&self, user: UserId, id: ApplicationId) -> Option<&Application> {
        self.applications.get(id).filter(|application| application.owner == Some(user))
    }

    fn own_applications(&self, user: UserId) -> Block {
        let own = self.applications.iter().filter(|application| application.owner == Some(user));
        let rows = own.map(|application| {
            let target = format!("{APPLICATIONS_PATH}/{}", application.id);
            vec![Block::Link { text: application.details.name.clone(), target }]
        });
        Block::Table(Table { row_class: "application", columns: vec!["Name"], rows: rows.collect() })
    }

    fn authorized_applications(&self, visit: &Visit<'_>, user: UserId) -> Block {
        let authorized = self.applications.iter().filter_map(|application| {
            let token = self.access_tokens.newest_live_of((Some(application.id), Some(user)))?;
            Some((application, token.scopes.to_string()))
        });
        let rows = authorized.map(|(application, scopes)| {
            let path = format!("/oauth/authorized_applications/{}", application.id);
            let revoke = self.delete_form(visit, &path, "Revoke");
            vec![Block::Text(application.details.name.clone()), Block::Text(scopes), Block::Form(revoke)]
        });
        Block::Table(Table { row_class: "authorized", columns: vec!["Name", "Scope", ""], rows: rows.collect() })
    }
}
