//! The built-in translator as one that is asked: `gitlab_mattermost_core` behind the questions of the protocol.

use std::collections::BTreeMap;

use gitlab_mattermost_core::gitlab_rb::{ReadError, Settings, Surroundings, ValueError};
use gitlab_mattermost_core::installation::{Installation, SettingsFile, Versions};
use gitlab_mattermost_core::legacy;
use gitlab_mattermost_core::omnibus::{Secrets, supports};
use gitlab_mattermost_core::version::Version;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::question::{ENV, EnvRequest, TRANSLATE, TRANSLATE_AS_DOCUMENTED, TranslateRequest};
use crate::subject::program::{Answer, Refusal};

/// The release whose settings are translated: the last line before 11.0.
pub(super) const LAST_WITH_LEGACY_SETTINGS: Version = Version::new(10, 8, 0);

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

/// Reads a settings file as the package of a version does.
pub(in crate::subject) fn settings_file(gitlab_rb: &str, gitlab: Version) -> Result<SettingsFile, Refusal> {
    SettingsFile::read("gitlab.rb", gitlab_rb, Surroundings::default(), gitlab).map_err(|error| unreadable(&error))
}

fn legacy_settings(request: Map<String, Value>) -> Result<Settings, Refusal> {
    Ok(settings_file(&parts::<TranslateRequest>(request)?.gitlab_rb, LAST_WITH_LEGACY_SETTINGS)?.settings)
}

fn env(request: EnvRequest) -> Answer {
    let unknown = || unusable("unknown_version", &request.gitlab_version);
    let gitlab: Version = request.gitlab_version.parse().map_err(|_| unknown())?;
    let file = settings_file(&request.gitlab_rb, gitlab)?;
    if !supports(gitlab) {
        return Err(unknown());
    }
    // An installation leaves secrets that do not fit aside; a question with such secrets is refused.
    let fit = request.secrets.clone().map(Secrets::of).transpose();
    fit.map_err(|error| unusable("unfit_secrets", &error.to_string()))?;
    let installation = Installation {
        versions: Versions { gitlab: Some(gitlab), mattermost: None },
        gitlab_rb: Some(&file),
        secrets: request.secrets.as_ref(),
        ..Installation::default()
    };
    let deployment = installation.certain_deployment(&request.generated_secret).ok_or_else(unknown)?;
    let deployment = deployment.map_err(|error| refused(&error))?;
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
