//! P12: names of variables and settings that nothing reads.

use std::collections::BTreeMap;

use super::document::name_rows;
use crate::diagnosis::case::Case;
use crate::diagnosis::problem::{P12, P50};
use crate::diagnosis::{Finding, Place, mask};
use crate::gitlab_rb::HashKey;
use crate::legacy::{Accuracy, LegacyKind, documented, legacy_settings};
use crate::mattermost_config::{Catalogue, Finding as Judgement, effective, judge_file, judge_variable};
use crate::version::Version;

/// The first GitLab that passes settings by environment.
const BY_ENVIRONMENT: Version = Version::new(11, 0, 0);
/// DIFFERENCE: the number of the erratum on the settings of WebRTC, which do nothing from Mattermost 5.6 on.
const WEBRTC: u8 = 8;
/// The number of the erratum on keys that reached nothing.
const DEAD_KEYS: u8 = 7;

/// A name that is not read.
struct Unread {
    evidence: String,
    is_certain: bool,
    erratum: Option<u8>,
    place: Place,
}

/// P12: variables that no setting reads, or whose text does not parse.
pub(super) fn variables(case: &Case<'_>) -> Vec<Finding> {
    let target = case.target.filter(|target| *target > case.mattermost).map(Catalogue::of);
    let mut found = Vec::new();
    for (name, given) in case.variables() {
        let Some(value) = &given.value else { continue };
        let place = given.place.clone().showing(mask::name(name));
        // What keeps the server from starting is another problem's.
        for judgement in judge_variable(case.catalogue(), name, value).unwrap_or_default() {
            found.extend(unread(case.mattermost, name, &judgement, place.clone()));
        }
        let gone = target.as_ref().filter(|_| case.catalogue().setting_of_variable(name).is_some());
        if let Some((target, removed)) = gone.and_then(|target| Some((target, target.removed_variable(name)?))) {
            let evidence = format!("Mattermost {} does not have `{}` any more", target.version(), removed.path);
            let erratum = removed.path.starts_with("WebrtcSettings.").then_some(WEBRTC);
            found.push(Unread { evidence, is_certain: false, erratum, place });
        }
    }
    grouped(found)
}

fn unread(version: Version, name: &str, judgement: &Judgement, place: Place) -> Option<Unread> {
    let document = documented();
    let rows = document.exceptions.iter().map(|row| (&row.key, &row.variable));
    let rows = rows.chain(document.example.iter().map(|row| (&row.key, &row.variable)));
    let tried = rows.into_iter().filter(|(_, variable)| *variable == name).find_map(|(key, variable)| {
        match document.accuracy(key, variable) {
            Accuracy::Wrong { erratum, variable, .. } => Some((erratum?, variable)),
            Accuracy::Right => None,
        }
    });
    let webrtc = name.to_ascii_uppercase().starts_with("MM_WEBRTCSETTINGS_");
    let erratum = tried.map(|(number, _)| number).or_else(|| webrtc.then_some(WEBRTC));
    let meant = |name: Option<&str>| name.map(|name| format!("; `{name}` does")).unwrap_or_default();
    let (evidence, is_certain) = match judgement {
        // The server may have the setting; but the names of the document were tried and never took effect.
        Judgement::UnknownVariable { known_up_to: Some(last), .. } => {
            let (_, right) = tried?;
            (format!("`{}` names no setting up to Mattermost {last}{}", mask::name(name), meant(right)), true)
        }
        Judgement::UnknownVariable { known_up_to: None, nearest, .. } => {
            let meant = meant(nearest.as_deref());
            (format!("`{}` names no setting of Mattermost {version}{meant}", mask::name(name)), true)
        }
        Judgement::RemovedVariable { removed, .. } => {
            let successor = removed.successor.as_deref().filter(|path| !path.contains("DEPRECATED"));
            let instead = successor.map(|path| format!("; `{path}` took its place")).unwrap_or_default();
            (format!("`{}` is gone since Mattermost {}{instead}", removed.path, removed.since), true)
        }
        Judgement::Ignored { path, .. } => {
            (format!("`{}` has a text that Mattermost {version} cannot read as `{path}`", mask::name(name)), true)
        }
        Judgement::OneElement { separator, .. } => {
            (format!("`{}` is one element: Mattermost {version} splits lists at {separator}", mask::name(name)), false)
        }
        Judgement::EmptyElement { .. } => (format!("`{}` is a list with one empty element", mask::name(name)), false),
        Judgement::LongName { .. } | Judgement::UnknownKey { .. } | Judgement::UnknownLocale { .. } => return None,
    };
    Some(Unread { evidence, is_certain, erratum, place })
}

/// A finding for each erratum with all its places, and one for each other name.
fn grouped(unread: Vec<Unread>) -> Vec<Finding> {
    let (errata, others): (Vec<Unread>, Vec<Unread>) = unread.into_iter().partition(|it| it.erratum.is_some());
    let mut by_erratum: BTreeMap<u8, Vec<Unread>> = BTreeMap::new();
    for it in errata {
        by_erratum.entry(it.erratum.unwrap_or_default()).or_default().push(it);
    }
    let groups = by_erratum.into_values().chain(others.into_iter().map(|it| vec![it]));
    groups.filter_map(finding).collect()
}

fn finding(group: Vec<Unread>) -> Option<Finding> {
    let first = group.first()?;
    let mut sentences: Vec<&str> = group.iter().map(|it| it.evidence.as_str()).collect();
    sentences.dedup();
    let evidence = sentences.join("; ");
    let finding = if first.is_certain { P12.seen(evidence) } else { P12.suspected(evidence) };
    let erratum = first.erratum;
    let finding = finding.at(group.into_iter().map(|it| it.place));
    Some(match erratum {
        Some(number) => finding.erratum(number),
        None => finding,
    })
}

/// P12: settings of GitLab 10.x that the installed package does not read, and those that reached nothing even then.
pub(super) fn old_settings(case: &Case<'_>) -> Vec<Finding> {
    let Some(file) = &case.evidence.gitlab_rb else { return Vec::new() };
    let Some(section) = file.settings.sections.get("mattermost") else { return Vec::new() };
    let mut groups: BTreeMap<Option<u8>, (String, Vec<Place>)> = BTreeMap::new();
    for (key, entry) in &section.borrow().entries {
        let (HashKey::Str(key) | HashKey::Symbol(key)) = key else { continue };
        let Some(setting) = legacy_settings().get(key).filter(|setting| !setting.is_kept()) else { continue };
        let (erratum, evidence) = if setting.kind() == LegacyKind::Dead {
            (Some(DEAD_KEYS), "these settings reached nothing in GitLab 10.x either".to_owned())
        } else if case.gitlab < BY_ENVIRONMENT {
            continue;
        } else if key.starts_with("webrtc_") {
            (Some(WEBRTC), "Mattermost has no WebRTC since 5.6, so no variable can take these settings over".to_owned())
        } else {
            let words =
                "does not read these settings of GitLab 10.x; `mattermost-lab translate` makes variables of them";
            (None, format!("GitLab {} {words}", case.gitlab))
        };
        let place = case.ruby_place(entry.span).showing(format!("mattermost['{key}']"));
        groups.entry(erratum).or_insert_with(|| (evidence, Vec::new())).1.push(place);
    }
    let finding = |(erratum, (evidence, places)): (Option<u8>, (String, Vec<Place>))| {
        let finding = P12.seen(evidence).at(places);
        erratum.map_or_else(|| finding.clone(), |number| finding.clone().erratum(number))
    };
    groups.into_iter().map(finding).collect()
}

/// P12: keys that no release of this package reads, with the one that was probably meant.
pub(super) fn unread_keys(case: &Case<'_>) -> Vec<Finding> {
    let Some(Ok(deployment)) = &case.deployment else { return Vec::new() };
    let warnings = deployment.warnings.iter().filter(|it| it.code == "unread_key");
    // What GitLab 10.8 read is told as such.
    let of_10 = |message: &str| legacy_settings().keys().any(|key| message.contains(&format!("['{key}']")));
    let unread = warnings.filter(|it| !of_10(&it.message));
    unread.map(|it| P12.suspected(it.message.trim_end_matches('?')).at([case.ruby_place(it.span)])).collect()
}

/// P50: local variables that were meant as settings.
pub(super) fn lost_locals(case: &Case<'_>) -> Vec<Finding> {
    let Some(file) = &case.evidence.gitlab_rb else { return Vec::new() };
    let found = file.settings.lost_locals.iter().map(|local| {
        let evidence = format!("`{} = …` sets a local variable, and the setting is not set", local.name);
        P50.seen(evidence).at([case.ruby_place(Some(local.span)).showing(&local.name)])
    });
    found.collect()
}

/// P12: locales that the server does not have, and replaces without a word.
pub(super) fn locales(case: &Case<'_>) -> Vec<Finding> {
    let file = case.evidence.config_json.as_ref().map(|file| &file.json);
    let Ok(effective) = effective(case.mattermost, &case.environment(), file) else { return Vec::new() };
    let unknown = effective.findings().iter().filter_map(|it| match it {
        Judgement::UnknownLocale { path } => Some((path, case.text(path)?.1)),
        _ => None,
    });
    let found = unknown.map(|(path, place)| {
        let evidence =
            format!("`{path}` names a locale that Mattermost {} does not have; it takes its default", case.mattermost);
        P12.suspected(evidence).at([place])
    });
    found.collect()
}

/// P12: keys of `config.json` that are no settings.
pub(super) fn keys(case: &Case<'_>) -> Vec<Finding> {
    let Some(file) = &case.evidence.config_json else { return Vec::new() };
    // A file that keeps the server from starting is another problem's.
    let judgements = judge_file(case.catalogue(), &file.json).unwrap_or_default();
    let unknown = judgements.into_iter().filter_map(|judgement| match judgement {
        Judgement::UnknownKey { path, nearest, .. } => Some((path, nearest)),
        _ => None,
    });
    unknown
        // Keys of earlier versions stay until the next write, and later versions have some that are not known.
        .filter(|(path, _)| !case.catalogue().is_open_ended() && case.catalogue().removed_path(path).is_none())
        .map(|(path, nearest)| {
            let meant = nearest.map(|path| format!("; `{path}` is")).unwrap_or_default();
            let evidence = format!("`{}` is no setting of Mattermost {}{meant}", mask::name(&path), case.mattermost);
            P12.suspected(evidence).at([case.place_in_file(&path)])
        })
        .collect()
}

/// P12: rows of a table that give a name which does not work, or for a key that there is not.
pub(super) fn table_of_exceptions(case: &Case<'_>) -> Vec<Finding> {
    let Some(document) = &case.evidence.document else { return Vec::new() };
    let wrong = name_rows(&document.text).into_iter().filter_map(|row| {
        let Accuracy::Wrong { key, variable, erratum } = documented().accuracy(&row.key, &row.variable) else {
            return None;
        };
        let evidence = match (key, variable) {
            (Some(key), _) => format!("there is no setting `{}`; it is `{key}`", mask::name(&row.key)),
            (None, Some(variable)) => format!("`{}` does nothing; it is `{variable}`", mask::name(&row.variable)),
            (None, None) => format!("nothing takes `{}` over", mask::name(&row.key)),
        };
        let place = Place::line(&document.name, row.line).showing(mask::name(&row.variable));
        Some(Unread { evidence, is_certain: true, erratum, place })
    });
    grouped(wrong.collect())
}
