//! P30: what the server, or the package's reconfigure, refuses.

use serde_json::Value as Json;

use crate::diagnosis::case::Case;
use crate::diagnosis::problem::P30;
use crate::diagnosis::{Finding, Place, mask};
use crate::gitlab_rb::ValueError as _;
use crate::installation::{Installation, SettingsFile, Versions};
use crate::mattermost_config::{StartRefused, effective};
use crate::omnibus::{DeriveError, UNGENERATED};
use crate::version::Version;

/// Settings that a later version refuses: since when, which, at what value.
///
/// # Source
/// Vendor's notes of 11.0 and 12.0.
const LATER: [(Version, &str, &str); 4] = [
    (Version::new(11, 0, 0), "TeamSettings.ExperimentalViewArchivedChannels", "false"),
    (Version::new(11, 0, 0), "ExperimentalSettings.ClientSideCertEnable", "true"),
    (Version::new(12, 0, 0), "ImageProxySettings.ImageProxyType", "atmos/camo"),
    (Version::new(12, 0, 0), "ServiceSettings.ImageProxyType", "atmos/camo"),
];

/// P30: the settings break a rule of the installed version or of the one to go to.
pub(super) fn by_the_server(case: &Case<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = refused(case, case.mattermost).into_iter().collect();
    if let Some(target) = case.target.filter(|target| *target != case.mattermost) {
        let new = refused(case, target);
        found.extend(new.filter(|finding| found.first().is_none_or(|known| known.places != finding.places)));
    }
    let latest = case.target.map_or(case.mattermost, |target| target.max(case.mattermost));
    for (since, path, value) in LATER.into_iter().filter(|(since, ..)| latest >= *since) {
        if let Some((text, place)) = case.text(path)
            && text == value
        {
            found.push(P30.seen(format!("Mattermost {since} and later refuse `{path}` being {value}")).at([place]));
        }
    }
    found
}

fn refused(case: &Case<'_>, version: Version) -> Option<Finding> {
    let file: Option<&Json> = case.evidence.config_json.as_ref().map(|file| &file.json);
    let refused = effective(version, &case.environment(), file).err()?;
    let (evidence, place) = match &refused {
        StartRefused::Variable { variable, path, .. } => {
            (format!("its value is no {path}"), place_of_variable(case, variable))
        }
        StartRefused::Crash { variable, what } => (format!("it names {what}"), place_of_variable(case, variable)),
        StartRefused::File { path, expected, found } => {
            (format!("`{}` must be {expected}, and is {found}", mask::name(path)), Some(case.place_in_file(path)))
        }
        StartRefused::Invalid { path, message } => {
            let place = case.text(path).map(|(_, place)| place);
            (format!("`{path}` breaks the rule `{message}`"), place.or_else(|| any_place(case)))
        }
    };
    let evidence = format!("Mattermost {version} does not start: {evidence}");
    // A layer that was not given may put it right, unless the fault is one of form.
    let whole = case.evidence.config_json.is_some() && !case.variables().is_empty();
    let is_certain = whole || !matches!(refused, StartRefused::Invalid { .. });
    let finding = if is_certain { P30.seen(evidence) } else { P30.suspected(evidence) };
    Some(finding.at(place))
}

fn place_of_variable(case: &Case<'_>, variable: &str) -> Option<Place> {
    case.variable(variable).map(|given| given.place.clone().showing(mask::name(variable)))
}

fn any_place(case: &Case<'_>) -> Option<Place> {
    let evidence = case.evidence;
    let name = evidence.config_json.as_ref().map(|it| &it.name);
    let name = name.or_else(|| evidence.environment.as_ref().map(|it| &it.name));
    name.or_else(|| evidence.gitlab_rb.as_ref().map(|it| &it.name)).map(Place::file)
}

/// P30: reconfigure stops over `gitlab.rb`.
pub(super) fn by_reconfigure(case: &Case<'_>) -> Vec<Finding> {
    let Some(Err(error)) = &case.deployment else { return Vec::new() };
    if matches!(error, DeriveError::UnknownValue { .. } | DeriveError::UnsupportedVersion { .. }) {
        return Vec::new();
    }
    let kind = error.kind().replace('_', " ");
    let evidence = format!("reconfigure of GitLab {} stops over this file: {kind}", case.gitlab);
    vec![P30.seen(evidence).at([case.ruby_place(error.span())])]
}

/// P30: the reconfigure of the GitLab to go to stops over `gitlab.rb`, which the installed one takes.
pub(super) fn by_the_target(case: &Case<'_>) -> Vec<Finding> {
    let (Some(target), Some(file)) = (case.evidence.target.gitlab, &case.evidence.gitlab_rb) else { return Vec::new() };
    if target == case.gitlab {
        return Vec::new();
    }
    let stops =
        |what: &str| P30.seen(format!("reconfigure of GitLab {target}, to which the way leads, stops over {what}"));
    if let Err(error) = SettingsFile::read(file.name.as_str(), file.text.as_str(), Default::default(), target)
        && error.kind() == "unknown_setting"
    {
        let place = case.ruby_place(Some(error.span())).showing(mask::name(error.detail().unwrap_or_default()));
        return vec![stops("a setting that it does not know").at([place])];
    }
    let installation = Installation {
        versions: Versions { gitlab: Some(target), mattermost: None },
        gitlab_rb: Some(file),
        secrets: case.evidence.secrets.as_ref().map(|it| &it.json),
        ..Installation::default()
    };
    let error = match installation.certain_deployment(UNGENERATED) {
        None | Some(Ok(_) | Err(DeriveError::UnknownValue { .. } | DeriveError::UnsupportedVersion { .. })) => {
            return Vec::new();
        }
        Some(Err(error)) => error,
    };
    if matches!(&case.deployment, Some(Err(already)) if already.kind() == error.kind()) {
        return Vec::new();
    }
    let place = case.ruby_place(error.span());
    vec![match &error {
        DeriveError::RemovedSetting { setting, .. } => {
            stops("a setting that it does not take any more").at([place.showing(setting)])
        }
        other => stops(&format!("this file: {}", other.kind().replace('_', " "))).at([place]),
    }]
}
