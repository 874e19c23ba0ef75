//! The stand-in Mattermost server answers as a real one did: recorded sign-ins are played against it, or against the
//! server that `LAB_MATTERMOST` names, to see whether the recordings hold for it too.

mod placeholder;
mod provider;
mod replay;
mod server;
mod transcript;

use std::path::Path;

use futures::StreamExt;
use gitlab_mattermost_stage::cleanup::{Keep, Run};
use gitlab_mattermost_stage::postgresql::{Postgres, PostgresChoice};
use gitlab_mattermost_stage::subject::Choices;
use gitlab_mattermost_stage::subject::mattermost::ServerProgram;
use server::Kind;

/// The server under way handles several sign-ins at a time.
const AT_A_TIME: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn every_recorded_sign_in_goes_as_it_went_with_a_real_server() {
    let cases = transcript::all();
    assert_eq!(cases.len(), 66);
    gitlab_mattermost_ground::tls::install_provider();
    let run = Run::start(Path::new(env!("CARGO_BIN_EXE_mattermost-lab")), Keep::Nothing).await.expect("a run");
    let postgres = Postgres::start(&PostgresChoice::Auto, run.directory()).await.expect("PostgreSQL");
    let choice = Choices::from_env().expect("subjects").mattermost;
    let kind = match ServerProgram::at_hand(&choice, run.directory().path()).await.expect("a server program") {
        ServerProgram::Standin | ServerProgram::Running => Kind::StandIn,
        other => Kind::Other(other, run.directory().folder("homes").expect("a folder")),
    };
    let replays =
        futures::stream::iter(&cases).map(async |case| (&case.case, replay::replay(case, &kind, &postgres).await));
    let found: Vec<_> = replays.buffer_unordered(AT_A_TIME).collect().await;
    let failed: Vec<String> = found
        .iter()
        .filter(|(_, differences)| !differences.is_empty())
        .map(|(case, differences)| format!("{case}:\n  {}", differences.join("\n  ")))
        .collect();
    assert!(failed.is_empty(), "{} of {} differ:\n{}", failed.len(), cases.len(), failed.join("\n"));
}
