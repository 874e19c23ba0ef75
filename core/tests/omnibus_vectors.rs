//! Every settings file of the vectors `settings-to-env` gives what GitLab 14.7 gave for it, errors included.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use gitlab_mattermost_core::gitlab_rb::{self, ReadOptions, ValueError};
use gitlab_mattermost_core::omnibus::{self, DeriveOptions};
use gitlab_mattermost_core::vectors::{self, Vector};
use gitlab_mattermost_core::version::Version;
use serde::Deserialize;

const VERSION: Version = Version::new(14, 7, 0);

#[derive(Deserialize)]
struct Expected {
    #[serde(default)]
    enabled: bool,
    env: Option<BTreeMap<String, String>>,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    kind: String,
    stage: String,
    detail: Option<String>,
}

/// What is compared: the env (`None` while Mattermost is off), or kind, stage and detail of the error.
type Outcome = Result<Option<BTreeMap<String, String>>, (String, String, Option<String>)>;

fn expected(vector: &Vector) -> Outcome {
    let expected: Expected = serde_json::from_value(vector.expected.clone().into()).unwrap();
    match expected.error {
        Some(error) => Err((error.kind, error.stage, error.detail)),
        None => Ok(expected.env.filter(|_| expected.enabled)),
    }
}

fn found(vector: &Vector) -> Outcome {
    let options =
        ReadOptions { file_name: "gitlab.rb".to_owned(), surroundings: Default::default(), gitlab_version: VERSION };
    let settings = gitlab_rb::read(vector.input["gitlab_rb"].as_str().unwrap(), &options)
        .map_err(|error| (error.kind().to_owned(), error.stage().to_owned(), error.detail().map(str::to_owned)))?;
    let context = DeriveOptions {
        gitlab_version: VERSION,
        secrets: None,
        generated_secret: "00112233445566778899aabbccddeeff".to_owned(),
        existing_files: Vec::new(),
    };
    let deployment = omnibus::derive(&settings, &context)
        .map_err(|error| (error.kind().to_owned(), error.stage().to_owned(), error.detail().map(str::to_owned)))?;
    let env = deployment.env.into_iter().map(|(name, entry)| (name, entry.value)).collect();
    Ok(deployment.enabled.then_some(env))
}

#[test]
fn every_vector_gives_what_the_package_gave() {
    let vectors = vectors::family("settings-to-env").unwrap().vectors;
    assert_eq!(vectors.len(), 46);
    let wrong: Vec<String> = vectors
        .iter()
        .filter(|vector| found(vector) != expected(vector))
        .map(|vector| format!("{}: expected {:?}, found {:?}", vector.id, expected(vector), found(vector)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
