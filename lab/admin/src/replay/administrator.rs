//! Sets the applications of a case up where there is no control listener: through GitLab's own API, as an administrator.
//!
//! A provider that lives on is neither empty nor the lab's alone. What its API cannot say, and what depends on the numbers
//! that it gives, makes a case one to skip; what was made is removed again.

use gitlab_mattermost_core::gitlab::SeedApplication;
use gitlab_mattermost_core::secret::Secret;
use serde_json::Value;

use super::Difference;
use super::bindings::{Bindings, placeholder};
use super::browser::{Answer, Browser, encode};
use super::error::ReplayError;
use super::setup::application_of;
use super::transcript::Case;

/// The administrator's personal access token of the transcripts.
const ADMINISTRATOR: (&str, &str) = ("PRIVATE-TOKEN", "glpat-rootrootrootrootroo");

/// Where the applications are.
const APPLICATIONS: &str = "/api/v4/applications";

/// What an administrator made for one case.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// The applications, in the order of the case.
    pub applications: Vec<SeedApplication>,
    ids: Vec<u64>,
}

impl Made {
    /// Makes the applications of a case one after the other; those made before an error are kept for [`Made::remove`]. Id
    /// and secret are what the provider makes up.
    pub async fn make_all(
        &mut self,
        browser: &mut Browser,
        case: &Case,
        bindings: &mut Bindings,
    ) -> Result<(), ReplayError> {
        if depends_on_numbers(case) {
            return Err(ReplayError::skip("it names applications by number; it needs a control listener (--control)"));
        }
        if case.setup.applications.is_empty() && asks_for_applications(case) {
            let answer = ask(browser, "GET", APPLICATIONS, None).await?;
            if answer.status == 404 {
                return Err(ReplayError::skip("the provider has no applications API"));
            }
        }
        for described in &case.setup.applications {
            let mut application = application_of(described, &mut Bindings::default())?;
            if application.trusted || application.owner.is_some() || !application.expire_access_tokens {
                return Err(ReplayError::skip(
                    "its application cannot be made through the API; it needs a control listener (--control)",
                ));
            }
            let reference = application.reference.clone().unwrap_or_default();
            let made = create(browser, &application).await?;
            self.ids.extend(made["id"].as_u64());
            let id = made["application_id"].as_str().unwrap_or_default();
            let secret = made["secret"].as_str().unwrap_or_default();
            bindings.set(&placeholder("client_id", &reference), id);
            bindings.set(&placeholder("client_secret", &reference), secret);
            application.client_id = Some(id.to_owned());
            application.client_secret = Some(Secret::new(secret));
            self.applications.push(application);
        }
        Ok(())
    }

    /// Removes them again, with their codes and tokens.
    pub async fn remove(self, browser: &mut Browser) -> Result<(), ReplayError> {
        for id in self.ids {
            ask(browser, "DELETE", &format!("{APPLICATIONS}/{id}"), None).await?;
        }
        Ok(())
    }
}

/// Why an application that the API made accounts for all of `differences`, if it does: where expiry is a choice of each
/// application, the API does not offer it (GitLab 14.3 to 14.10).
pub(super) fn excuse(differences: &[Difference]) -> Option<String> {
    let by_expiry = |difference: &Difference| {
        let Difference { what, expected, actual, .. } = difference;
        match what.as_str() {
            "body.expires_in" | "body.expires_in_seconds" | "body.exp" => {
                matches!(actual.as_str(), "(none)" | "null" | "0")
            }
            "header Location" => expected.contains("expires_in=") && !actual.contains("expires_in="),
            _ => false,
        }
    };
    let excused = !differences.is_empty() && differences.iter().all(by_expiry);
    let reason = "the tokens of applications made through the API do not expire here; it needs a control listener";
    excused.then(|| format!("{reason} (--control)"))
}

fn asks_for_applications(case: &Case) -> bool {
    case.steps.iter().any(|step| step.request.path.starts_with(APPLICATIONS))
}

/// Whether a case takes it that the first application is number 1.
fn depends_on_numbers(case: &Case) -> bool {
    let has_number = |text: &str| {
        text.split("applications/").skip(1).any(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
    };
    case.steps.iter().any(|step| {
        let body = &step.response.body;
        has_number(&step.request.path)
            || step.response.headers.get("Location").is_some_and(|location| has_number(location))
            || (body["id"].is_number() && !body["application_id"].is_null())
    })
}

async fn create(browser: &mut Browser, application: &SeedApplication) -> Result<Value, ReplayError> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let form = [
        pair("name", &application.name),
        pair("redirect_uri", &application.redirect_uris.join("\n")),
        pair("scopes", &application.scopes),
        pair("confidential", if application.confidential { "true" } else { "false" }),
    ];
    let answer = ask(browser, "POST", APPLICATIONS, Some(encode(&form))).await?;
    if answer.status != 201 {
        let needed =
            "setting applications up needs a control listener (--control), or the API for the administrator's token";
        return Err(ReplayError::skip(&format!("{needed}; the API answers {}", answer.status)));
    }
    serde_json::from_str(&answer.body)
        .map_err(|_| ReplayError::skip("the API answers no JSON when an application is made"))
}

async fn ask(browser: &mut Browser, method: &str, path: &str, form: Option<String>) -> Result<Answer, ReplayError> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = [pair(ADMINISTRATOR.0, ADMINISTRATOR.1), pair("Content-Type", "application/x-www-form-urlencoded")];
    Ok(browser.send(method, path, &headers, form.map(String::into_bytes)).await?)
}

#[cfg(test)]
mod tests {
    use super::{Difference, excuse};
    use crate::replay::Weight;

    fn difference(what: &str, expected: &str, actual: &str) -> Difference {
        let [what, expected, actual] = [what, expected, actual].map(str::to_owned);
        let request = "POST /oauth/token".to_owned();
        Difference { step: 1, request, weight: Weight::GitLabs, what, expected, actual }
    }

    #[test]
    fn tokens_that_do_not_expire_are_no_difference_of_the_provider_but_anything_else_is() {
        let expiry = difference("body.expires_in", "7200", "(none)");
        assert!(excuse(std::slice::from_ref(&expiry)).is_some_and(|reason| reason.contains("--control")));
        assert_eq!(excuse(&[]), None);
        assert_eq!(excuse(&[difference("body.expires_in", "7200", "3600")]), None);
        assert_eq!(excuse(&[expiry, difference("status", "200", "201")]), None);
    }
}
