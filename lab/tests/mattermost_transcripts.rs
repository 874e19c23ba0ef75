//! The stand-in Mattermost server answers as a real one did: recorded sign-ins are played against it, or against the
//! server that `LAB_MATTERMOST` names, to see whether the recordings hold for it too.

mod placeholder;
mod provider;
mod replay;
mod server;
mod transcript;

use std::path::Path;

use futures::StreamExt;
use gitlab_mattermost_core::version::Version;
use gitlab_mattermost_stage::cleanup::{Keep, Run};
use gitlab_mattermost_stage::postgresql::{Postgres, PostgresChoice};
use gitlab_mattermost_stage::subject::mattermost::ServerProgram;
use gitlab_mattermost_stage::subject::{Choices, MattermostChoice};
use server::Kind;

/// The server under way handles several sign-ins at a time.
const AT_A_TIME: usize = 4;

/// What the sign-ins were recorded of, and what differs from it.
const VERSIONS: [Version; 2] = [Version::new(5, 36, 1), Version::new(6, 2, 1)];

#[tokio::test(flavor = "multi_thread")]
async fn every_recorded_sign_in_goes_as_it_went_with_a_real_server() {
    gitlab_mattermost_ground::tls::install_provider();
    let run = Run::start(Path::new(env!("CARGO_BIN_EXE_mattermost-lab")), Keep::Nothing).await.expect("a run");
    let postgres = Postgres::start(&PostgresChoice::Auto, run.directory()).await.expect("PostgreSQL");
    let choice = Choices::from_env().expect("subjects").mattermost;
    let program = ServerProgram::at_hand(&choice, run.directory().path()).await.expect("a server program");
    let kinds: Vec<(Version, Kind)> = match program {
        ServerProgram::Running => panic!("a server that runs already cannot be given the settings of the recordings"),
        ServerProgram::Standin(_) if choice == MattermostChoice::default() => {
            VERSIONS.map(|version| (version, Kind::StandIn(version))).into()
        }
        ServerProgram::Standin(version) => vec![(version, Kind::StandIn(version))],
        release => {
            let version = release.version().await.expect("a server that tells its version");
            vec![(version, Kind::Other(release, run.directory().folder("homes").expect("a folder")))]
        }
    };
    for (version, kind) in kinds {
        play(version, &kind, &postgres).await;
    }
}

async fn play(version: Version, kind: &Kind, postgres: &Postgres) {
    let cases = transcript::of(version);
    assert_eq!(cases.len(), 66);
    let replays =
        futures::stream::iter(&cases).map(async |case| (&case.case, replay::replay(case, kind, postgres).await));
    let found: Vec<_> = replays.buffer_unordered(AT_A_TIME).collect().await;
    let failed: Vec<String> = found
        .iter()
        .filter(|(_, differences)| !differences.is_empty())
        .map(|(case, differences)| format!("{case}:\n  {}", differences.join("\n  ")))
        .collect();
    assert!(failed.is_empty(), "{version}: {} of {} differ:\n{}", failed.len(), cases.len(), failed.join("\n"));
}
