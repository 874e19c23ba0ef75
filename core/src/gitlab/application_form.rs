//! The form that makes or changes an application.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: the page of applications.

use super::Provider;
use super::answer;
use super::application::{ApplicationId, Details};
use super::applications_page::APPLICATIONS_PATH;
use super::parameters::Parameters;
use super::rules::{Expiry, Rules};
use super::scope::{self, Scopes};
use super::user::UserId;
use super::visit::Visit;
use crate::http::Response;
use crate::http::page::{Block, FieldInput, Flash, Form};

impl Provider {
    /// `GET /-/profile/applications` and its old path: the list with an empty form.
    pub(super) fn show_applications_with_form(&mut self, visit: &Visit<'_>, user: UserId) -> Response {
        let form = vec![Block::Form(self.application_form(visit, &Draft::empty(), APPLICATIONS_PATH))];
        self.show_applications(visit, user, form)
    }

    /// `POST /oauth/applications`.
    pub(super) fn create_application(&mut self, visit: &mut Visit<'_>, user: UserId) -> Response {
        let details = details_of(&visit.parameters, self.rules);
        let errors = sentences(&details);
        if !errors.is_empty() {
            // The redirect URIs are not repeated, as recorded.
            let draft = Draft { redirect_uris: String::new(), ..Draft::of(&details) };
            let form = self.application_form(visit, &draft, APPLICATIONS_PATH);
            return self.show_applications(visit, user, vec![Block::Errors(errors), Block::Form(form)]);
        }
        let added = self.applications.add(details, Some(user), None, None, visit.random);
        let Some(id) = added.map(|application| application.id) else { return answer::failed() };
        if let Some(session) = self.sessions.get_mut(&visit.session) {
            session.fresh_secret_of = Some(id);
        }
        answer::redirect(&visit.url(&format!("{APPLICATIONS_PATH}/{id}")))
    }

    /// `GET /oauth/applications/:id/edit`.
    pub(super) fn edit_application(&mut self, visit: &Visit<'_>, user: UserId, id: ApplicationId) -> Response {
        let Some(application) = self.own_application(user, id) else { return self.not_found_page() };
        let draft = Draft::of(&application.details);
        self.edit_page(visit, id, &draft, Vec::new())
    }

    /// `PATCH /oauth/applications/:id`.
    pub(super) fn update_application(&mut self, visit: &Visit<'_>, user: UserId, id: ApplicationId) -> Response {
        let Some(trusted) = self.own_application(user, id).map(|application| application.details.trusted) else {
            return self.not_found_page();
        };
        let details = Details { trusted, ..details_of(&visit.parameters, self.rules) };
        let errors = sentences(&details);
        if !errors.is_empty() {
            return self.edit_page(visit, id, &Draft::of(&details), vec![Block::Errors(errors)]);
        }
        if let Some(application) = self.applications.get_mut(id) {
            application.details = details;
        }
        self.leave_flash(visit, Flash::Notice("The application was updated successfully.".to_owned()));
        answer::redirect(&visit.url(&format!("{APPLICATIONS_PATH}/{id}")))
    }

    fn edit_page(&mut self, visit: &Visit<'_>, id: ApplicationId, draft: &Draft, errors: Vec<Block>) -> Response {
        let form = self.application_form(visit, draft, &format!("{APPLICATIONS_PATH}/{id}"));
        let mut blocks = vec![Block::Heading("Edit application".to_owned())];
        blocks.extend(errors);
        blocks.push(Block::Form(form.hidden("_method", "patch")));
        self.settings_page(visit, blocks)
    }

    fn application_form(&self, visit: &Visit<'_>, draft: &Draft, action: &str) -> Form {
        let prefix = self.rules.application_form;
        let field = |name: &str| format!("{prefix}[{name}]");
        let tick = |label: &str, value: &str, checked| FieldInput::Checkbox {
            label: label.to_owned(),
            value: value.to_owned(),
            checked,
        };
        let mut form = self
            .form(visit, action, "Save application")
            .with(field("name"), FieldInput::Text { label: "Name".to_owned(), value: draft.name.clone() })
            .with(
                field("redirect_uri"),
                FieldInput::Lines { label: "Redirect URI (one a line)".to_owned(), value: draft.redirect_uris.clone() },
            )
            .hidden(field("confidential"), "0")
            .with(field("confidential"), tick("Confidential", "1", draft.confidential));
        if self.rules.expiry == Expiry::ByApplication {
            form = form
                .hidden(field("expire_access_tokens"), "0")
                .with(field("expire_access_tokens"), tick("Expire access tokens", "1", draft.expire_access_tokens));
        }
        scope::offered().fold(form, |form, (name, description)| {
            let checked = draft.scopes.any_of(&[name]);
            form.with(format!("{prefix}[scopes][]"), tick(&format!("{name}: {description}"), name, checked))
        })
    }
}

/// What the form shows.
struct Draft {
    name: String,
    redirect_uris: String,
    confidential: bool,
    expire_access_tokens: bool,
    scopes: Scopes,
}

impl Draft {
    fn empty() -> Self {
        Self {
            name: String::new(),
            redirect_uris: String::new(),
            confidential: true,
            expire_access_tokens: false,
            scopes: Scopes::default(),
        }
    }

    fn of(details: &Details) -> Self {
        Self {
            name: details.name.clone(),
            redirect_uris: details.redirect_uris.clone(),
            confidential: details.confidential,
            expire_access_tokens: details.expire_access_tokens,
            scopes: details.scopes.clone(),
        }
    }
}

/// What a sent form says.
fn details_of(parameters: &Parameters, rules: Rules) -> Details {
    let form = rules.application_form;
    let text = |name| parameters.member(form, name).unwrap_or_default().to_owned();
    let ticked = |name| parameters.member(form, name).map(|value| !matches!(value, "0" | "false" | ""));
    Details {
        name: text("name"),
        redirect_uris: text("redirect_uri"),
        scopes: Scopes::parse(&parameters.member_list(form, "scopes").join(" ")),
        trusted: false,
        confidential: ticked("confidential").unwrap_or(true),
        expire_access_tokens: ticked("expire_access_tokens").unwrap_or(false),
    }
}

/// What is wrong with the details, as the form says it. Without scopes nothing else is looked at.
fn sentences(details: &Details) -> Vec<String> {
    if details.scopes.is_empty() {
        return vec!["Scopes can't be blank".to_owned()];
    }
    details.sentences()
}
