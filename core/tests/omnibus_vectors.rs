//! Every settings file of `data/omnibus-env-vectors.jsonl` gives what GitLab 14.7 gave for it, errors included.

use std::collections::BTreeMap;

use gitlab_mattermost_core::gitlab_rb::{self, ReadOptions, ValueError};
use gitlab_mattermost_core::omnibus::{self, Context};
use gitlab_mattermost_core::version::Version;
use serde::Deserialize;

const VERSION: Version = Version::new(14, 7, 0);

#[derive(Deserialize)]
struct Vector {
    id: String,
    gitlab_rb: String,
    enabled: Option<bool>,
    expected_env: Option<BTreeMap<String, String>>,
    expected_error: Option<String>,
    error_stage: Option<String>,
    error_detail: Option<String>,
}

/// What is compared: the env (`None` while Mattermost is off), or kind, stage and detail of the error.
type Outcome = Result<Option<BTreeMap<String, String>>, (String, String, Option<String>)>;

impl Vector {
    fn expected(&self) -> Outcome {
        match (&self.expected_error, &self.error_stage) {
            (Some(kind), Some(stage)) => Err((kind.clone(), stage.clone(), self.error_detail.clone())),
            _ => Ok(self.expected_env.clone().filter(|_| self.enabled == Some(true))),
        }
    }

    fn found(&self) -> Outcome {
        let options = ReadOptions { file_name: "gitlab.rb".to_owned(), env: BTreeMap::new(), gitlab_version: VERSION };
        let settings = gitlab_rb::read(&self.gitlab_rb, &options)
            .map_err(|error| (error.kind().to_owned(), error.stage().to_owned(), error.detail().map(str::to_owned)))?;
        let context = Context {
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
}

#[test]
fn every_vector_gives_what_the_package_gave() {
    let lines = include_str!("data/omnibus-env-vectors.jsonl").lines();
    let vectors: Vec<Vector> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(vectors.len(), 46);
    let wrong: Vec<String> = vectors
        .iter()
        .filter(|vector| vector.found() != vector.expected())
        .map(|vector| format!("{}: expected {:?}, found {:?}", vector.id, vector.expected(), vector.found()))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
