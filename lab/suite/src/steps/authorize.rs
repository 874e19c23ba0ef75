//! Steps of the chapter *Manually (re)authorizing GitLab Mattermost with GitLab*.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};

use super::sign_in::{create_application, page, seen, sign_in_to_gitlab, use_application};
use crate::world::{GITLAB_URL, Missing, StepError, World};
use gitlab_mattermost_browser::BrowserError;
use gitlab_mattermost_stage::subject::gitlab::Application;

#[given(regex = r#"^GitLab has the application "([^"]*)" with the redirect URIs:$"#)]
async fn has_application(world: &mut World, name: String, step: &Step) -> Result<(), StepError> {
    let text = step.docstring().ok_or(Missing { what: "text block below the step" })?;
    create_application(world, &name, &text.trim().replace('\n', "\r\n")).await
}

#[given("Mattermost uses this application")]
async fn uses_application(world: &mut World) -> Result<(), StepError> {
    use_application(world, None, "").await
}

#[when(regex = r#"^"([^"]*)" revokes the authorization of "([^"]*)" in GitLab$"#)]
async fn revokes(world: &mut World, login: String, name: String) -> Result<(), StepError> {
    let form = application_named(world, &name)?.revocation_path();
    world.new_browser_of(&login).await?.open(&format!("{GITLAB_URL}/-/profile/applications")).await?;
    sign_in_to_gitlab(world, &login).await?;
    match world.browser()?.press_in_form(&form, "Revoke").await {
        Ok(_) => Ok(()),
        Err(error @ BrowserError::NoButton { .. }) => {
            let requirement = "the page has a button to revoke the authorization of the application";
            Err(world.fail(requirement, format!("a form that is sent to `{form}`"), error.to_string()))
        }
        Err(error) => Err(error.into()),
    }
}

fn application_named<'a>(world: &'a World, name: &str) -> Result<&'a Application, Missing> {
    let application = world.application.as_ref().filter(|application| application.application_name == name);
    application.ok_or(Missing { what: "application of this name" })
}

#[when("the administrator deletes the application in GitLab")]
async fn deletes_application(world: &mut World) -> Result<(), StepError> {
    let id = world.application.as_ref().ok_or(Missing { what: "application" })?.id;
    let gitlab = world.gitlab.as_mut().ok_or(Missing { what: "GitLab" })?;
    Ok(gitlab.delete_application(id).await?)
}

#[when("the administrator creates the application anew and reauthorizes Mattermost with it")]
async fn reauthorizes(world: &mut World) -> Result<(), StepError> {
    let before = world.application.as_ref().ok_or(Missing { what: "application" })?.callback_url.clone();
    create_application(world, "GitLab Mattermost", &before).await?;
    use_application(world, None, "").await
}

#[then("GitLab says that the client is unknown")]
async fn client_unknown(world: &mut World) -> Result<(), StepError> {
    let page = page(world)?;
    let text = page.text().to_lowercase();
    if page.url.as_str().starts_with(GITLAB_URL) && text.contains("unknown client") {
        return Ok(());
    }
    let expected = "its page about an unknown client";
    Err(world.fail("GitLab refuses a client it does not know", expected, seen(&page)))
}
