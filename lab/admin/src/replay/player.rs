//! Plays cases against a provider.

use reqwest::Client;

use super::action::Stage;
use super::administrator::{self, Made};
use super::bindings::Bindings;
use super::browser::{Browser, http_client};
use super::comparison::{compare, shown};
use super::control::Control;
use super::error::ReplayError;
use super::request::outgoing;
use super::setup;
use super::transcript::{Case, Step};
use super::{CaseReport, Difference, Outcome, Weight};
use gitlab_mattermost_ground::error_chain;

/// Whom to play against.
#[derive(Debug, Clone)]
pub struct Target {
    /// Base URL of the provider.
    pub gitlab: String,
    /// Base URL of its control listener, if it has one.
    pub control: Option<String>,
}

/// Plays cases against one provider, one after the other.
#[derive(Debug)]
pub struct Player {
    client: Client,
    gitlab: String,
    control: Option<Control>,
}

impl Player {
    /// A player for `target`.
    ///
    /// # Errors
    /// [`ReplayError::Client`] if the HTTP library does not start.
    pub fn new(target: &Target) -> Result<Self, ReplayError> {
        let client = http_client().map_err(|source| ReplayError::Client { source })?;
        let gitlab = target.gitlab.trim_end_matches('/').to_owned();
        let control = target.control.as_deref().map(|url| Control::new(client.clone(), url));
        Ok(Self { client, gitlab, control })
    }

    /// Whether the provider answers at all.
    ///
    /// # Errors
    /// [`ReplayError::Browser`], if it does not.
    pub async fn reach(&self) -> Result<(), ReplayError> {
        Browser::new(self.client.clone(), &self.gitlab).send("GET", "/", &[], None).await?;
        Ok(())
    }

    /// Plays one case. Without control listener applications are made through the API and removed again, and a case that
    /// needs more than that is skipped. A connection that breaks off is an error of this case alone.
    ///
    /// # Errors
    /// [`ReplayError`] if the control listener cannot be reached or does not take part.
    pub async fn play(&self, case: &Case) -> Result<CaseReport, ReplayError> {
        let outcome = match self.play_case(case).await {
            Ok(differences) if differences.is_empty() => Outcome::Passed,
            Ok(differences) => Outcome::Differed { differences },
            Err(ReplayError::Skip { reason }) => Outcome::Skipped { reason },
            Err(error) if error.concerns_the_case_alone() => Outcome::Errored { reason: error_chain::chain(&error) },
            Err(error) => return Err(error),
        };
        Ok(CaseReport { category: case.category.clone(), case: case.case.clone(), outcome })
    }

    async fn play_case(&self, case: &Case) -> Result<Vec<Difference>, ReplayError> {
        let mut bindings = Bindings::default();
        bindings.set("gitlab", self.gitlab.clone());
        let mut browser = Browser::new(self.client.clone(), &self.gitlab);
        if let Some(control) = &self.control {
            let applications = setup::by_control(control, case, &mut bindings).await?;
            let (browser, bindings) = (&mut browser, &mut bindings);
            return play_steps(case, Stage { browser, bindings, control: Some(control), applications: &applications })
                .await;
        }
        let mut made = Made::default();
        let differences = self.play_as_administrator(case, &mut browser, &mut bindings, &mut made).await;
        // What could not be played to its end says why; what cannot be removed then is the provider's to show.
        let removed = made.remove(&mut browser).await;
        let differences = differences?;
        removed.map(|()| differences)
    }

    async fn play_as_administrator(
        &self,
        case: &Case,
        browser: &mut Browser,
        bindings: &mut Bindings,
        made: &mut Made,
    ) -> Result<Vec<Difference>, ReplayError> {
        made.make_all(browser, case, bindings).await?;
        let stage = Stage { browser, bindings, control: None, applications: &made.applications };
        let differences = play_steps(case, stage).await?;
        match administrator::excuse(&differences) {
            Some(reason) => Err(ReplayError::Skip { reason }),
            None => Ok(differences),
        }
    }
}

async fn play_steps(case: &Case, mut stage: Stage<'_>) -> Result<Vec<Difference>, ReplayError> {
    if let Some(login) = &case.setup.signed_in_as {
        stage.sign_in(login).await?;
    }
    let mut differences = Vec::new();
    for (index, step) in case.steps.iter().enumerate() {
        for action in &step.before {
            stage.perform(action).await?;
        }
        differences.extend(play_step(&mut stage, index + 1, step).await?);
    }
    Ok(differences)
}

async fn play_step(stage: &mut Stage<'_>, number: usize, step: &Step) -> Result<Vec<Difference>, ReplayError> {
    let recorded = &step.request;
    let needs_csrf = recorded.form.iter().flatten().any(|(_, value)| value.as_str() == Some("{{csrf}}"));
    if needs_csrf {
        let csrf = stage.browser.csrf().await?;
        stage.note_session();
        stage.bindings.set("csrf", csrf);
    }
    let request = outgoing(recorded, stage.bindings);
    let answer = stage.browser.send(&recorded.method, &request.path_and_query, &request.headers, request.body).await?;
    let found = compare(&step.response, &answer, stage.bindings);
    let name = format!("{} {}", recorded.method, recorded.path);
    let difference = |(what, expected, actual): (String, String, String)| {
        let weight = Weight::of(recorded, &step.response, &what, &expected, &actual);
        let [expected, actual] = [&expected, &actual].map(|value| shown(&what, value));
        Difference { step: number, request: name.clone(), weight, what, expected, actual }
    };
    Ok(found.into_iter().map(difference).collect())
}
