//! Steps that take a part of the lab away in the middle of a scenario, to see what a run says of it.

use cucumber::when;

use crate::world::{Missing, StepError, World};

#[when("PostgreSQL is killed")]
async fn postgres_is_killed(world: &mut World) -> Result<(), StepError> {
    Ok(world.lab()?.postgres()?.kill().await?)
}

#[when("GitLab is killed")]
async fn gitlab_is_killed(world: &mut World) -> Result<(), StepError> {
    let gitlab = world.gitlab.as_mut().ok_or(Missing { what: "GitLab" })?;
    Ok(gitlab.kill().await?)
}

#[when("Mattermost is killed")]
async fn mattermost_is_killed(world: &mut World) -> Result<(), StepError> {
    let mattermost = world.mattermost.as_mut().ok_or(Missing { what: "Mattermost" })?;
    Ok(mattermost.kill().await?)
}
