//! P07 in the settings: the client's id and secret, compared between the places that hold them. None is ever shown.

use crate::diagnosis::case::Case;
use crate::diagnosis::problem::{P07, P53};
use crate::diagnosis::{Finding, Place};
use crate::gitlab_rb::Value;
use serde_json::Value as Json;

/// Setting of `gitlab.rb`, setting of Mattermost, and the document's example of a value.
const CREDENTIALS: [(&str, &str, &str); 2] =
    [("gitlab_id", "GitLabSettings.Id", "12345656"), ("gitlab_secret", "GitLabSettings.Secret", "123456789")];

/// P07: id or secret differ between two places, have blanks around them, or are the document's example.
pub(super) fn credentials(case: &Case<'_>) -> Vec<Finding> {
    CREDENTIALS.into_iter().flat_map(|(key, path, example)| credential(case, key, path, example)).collect()
}

fn credential(case: &Case<'_>, key: &str, path: &str, example: &str) -> Vec<Finding> {
    let in_ruby = case.ruby_text("mattermost", key);
    let in_secrets = in_secrets(case, key);
    let in_variable =
        case.evidence.environment.as_ref().and_then(|_| case.variable_of(path)).and_then(|(name, given)| {
            let value = given.value.clone()?;
            Some((value, given.place.clone().showing(name)))
        });
    let in_file =
        || case.in_file(path).and_then(|(value, place)| Some((value.as_str()?.to_owned(), place.showing(path))));
    // The settings file wins over the secrets file, a variable over config.json.
    let wanted = in_ruby.clone().or(in_secrets);
    let used = in_variable.clone().or_else(|| if wanted.is_none() { in_file() } else { None });
    let mut found = Vec::new();
    if let (Some((wanted, here)), Some((used, there))) = (&wanted, &used)
        && wanted.trim() != used.trim()
    {
        let evidence = format!(
            "`{key}` is another one in the two places: reconfigure has not run since, or the secrets file was replaced"
        );
        found.push(P07.seen(evidence).at([here.clone(), there.clone()]));
    }
    let places: Vec<(String, Place)> = [in_ruby, used].into_iter().flatten().collect();
    let with = |is: &dyn Fn(&str) -> bool| -> Vec<Place> {
        places.iter().filter(|(value, _)| is(value)).map(|(_, place)| place.clone()).collect()
    };
    let blank = with(&|value| value.trim() != value);
    if !blank.is_empty() {
        found.push(P07.seen(format!("`{key}` begins or ends with a blank")).at(blank));
    }
    let copied = with(&|value| value.trim() == example);
    if !copied.is_empty() {
        found.push(P07.seen(format!("`{key}` is the example of the document, not GitLab's")).at(copied));
    }
    found
}

/// P53: `gitlab.rb` switches the sign-in on, and nobody has the id or the secret for it.
pub(super) fn no_credentials(case: &Case<'_>) -> Vec<Finding> {
    let Some(deployment) = case.deployed() else { return Vec::new() };
    let Some(file) = &case.evidence.gitlab_rb else { return Vec::new() };
    let given = file.settings.get("mattermost", "gitlab_enable");
    let Some(entry) = given.filter(|entry| entry.value == Value::Bool(true)) else { return Vec::new() };
    if deployment.oauth_application.registration.automatic != Some(false) {
        return Vec::new();
    }
    let lacking: Vec<String> = CREDENTIALS
        .into_iter()
        .filter(|(key, path, _)| case.filled(path).is_none() && in_secrets(case, key).is_none())
        .map(|(key, ..)| format!("`{key}`"))
        .collect();
    if lacking.is_empty() {
        return Vec::new();
    }
    let evidence = format!(
        "`gitlab_enable` is true without {}, and so reconfigure does not register Mattermost in GitLab",
        lacking.join(" and ")
    );
    // An earlier registration may have left both in the secrets file.
    let is_certain = case.evidence.secrets.is_some();
    let finding = if is_certain { P53.seen(evidence) } else { P53.suspected(evidence) };
    vec![finding.at([case.ruby_place(entry.span).showing("mattermost['gitlab_enable']")])]
}

fn in_secrets(case: &Case<'_>, key: &str) -> Option<(String, Place)> {
    let file = case.evidence.secrets.as_ref()?;
    let value = file.json.get("mattermost").and_then(|section| section.get(key)).and_then(Json::as_str)?;
    let line = crate::diagnosis::text::line_of(&file.text, &format!("\"{key}\""));
    let place = line.map_or_else(|| Place::file(&file.name), |line| Place::line(&file.name, line));
    Some((value.to_owned(), place.showing(format!("mattermost.{key}"))))
}
