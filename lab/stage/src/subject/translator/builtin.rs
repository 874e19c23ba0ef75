//! The built-in translator as one that is asked: `gitlab_mattermost_core` behind the questions of the protocol.

use std::collections::BTreeMap;

use gitlab_mattermost_core::gitlab_rb::{self, ReadError, ReadOptions, Settings, ValueError};
use gitlab_mattermost_core::legacy;
use gitlab_mattermost_core::omnibus::{self, Context, Secrets};
use gitlab_mattermost_core::version::Version;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{ENV, EnvRequest, TRANSLATE, TRANSLATE_AS_DOCUMENTED, TranslateRequest};
use crate::subject::program::{Answer, Refusal};

/// The release whose settings are translated: the last before 11.0.
const GITLAB_10_8: &str = "10.8.0";

/// Answers a question.
pub(super) fn answer(ability: &str, request: Map<String, Value>) -> Answer {
    match ability {
        TRANSLATE => {
            let translation = legacy::translate(&legacy_settings(request)?).map_err(|error| refused(&error))?;
            Ok(json!(translation))
        }
        TRANSLATE_AS_DOCUMENTED => {
            let settings = legacy_settings(request)?;
            Ok(json!(legacy::translate_as_documented(&settings).map_err(|error| refused(&error))?))
        }
        ENV => env(parts(request)?),
        other => Err(unusable("unknown_question", other)),
    }
}

/// Reads a settings file as the package of a version does; without one, as that of GitLab 10.8.
pub(in crate::subject) fn settings(gitlab_rb: &str, version: Option<&str>) -> Result<Settings, Refusal> {
    let written = version.unwrap_or(GITLAB_10_8);
    let gitlab_version: Version = written.parse().map_err(|_| unusable("unknown_version", written))?;
    let options = ReadOptions { file_name: "gitlab.rb".to_owned(), env: BTreeMap::new(), gitlab_version };
    gitlab_rb::read(gitlab_rb, &options).map_err(|error| unreadable(&error))
}

fn legacy_settings(request: Map<String, Value>) -> Result<Settings, Refusal> {
    settings(&parts::<TranslateRequest>(request)?.gitlab_rb, None)
}

fn env(request: EnvRequest) -> Answer {
    let settings = settings(&request.gitlab_rb, Some(&request.gitlab_version))?;
    let version = request.gitlab_version.parse().ok().filter(|version| omnibus::supports(*version));
    let gitlab_version = version.ok_or_else(|| unusable("unknown_version", &request.gitlab_version))?;
    let secrets = request.secrets.map(|secrets| Secrets::read(&secrets.to_string())).transpose();
    let secrets = secrets.map_err(|error| unusable("unfit_secrets", &error.to_string()))?;
    let generated_secret = request.generated_secret;
    let context = Context { gitlab_version, secrets, generated_secret, existing_files: Vec::new() };
    let deployment = omnibus::derive(&settings, &context).map_err(|error| refused(&error))?;
    let env: BTreeMap<_, _> = deployment.env.into_iter().map(|(name, entry)| (name, entry.value)).collect();
    Ok(json!({ "env": deployment.enabled.then_some(env) }))
}

pub(in crate::subject) fn parts<T: DeserializeOwned>(request: Map<String, Value>) -> Result<T, Refusal> {
    serde_json::from_value(Value::Object(request)).map_err(|error| unusable("unfit_question", &error.to_string()))
}

/// A refusal of the question itself.
pub(in crate::subject) fn unusable(kind: &str, detail: &str) -> Refusal {
    Refusal { kind: kind.to_owned(), stage: None, detail: Some(detail.to_owned()) }
}

fn unreadable(error: &ReadError) -> Refusal {
    let (kind, stage, detail) = (error.kind(), error.stage(), error.detail());
    Refusal { kind: kind.to_owned(), stage: Some(stage.to_owned()), detail: detail.map(str::to_owned) }
}

fn refused(error: &impl ValueError) -> Refusal {
    let (kind, stage, detail) = (error.kind(), error.stage(), error.detail());
    Refusal { kind: kind.to_owned(), stage: Some(stage.to_owned()), detail: detail.map(str::to_owned) }
}
