//! P13, P14 and the settings of P25: `config.json` against the variables, and what a move leaves behind.

use serde_json::Value as Json;

use crate::diagnosis::case::Case;
use crate::diagnosis::problem::{P13, P14, P25};
use crate::diagnosis::{Finding, Place, mask};
use crate::mattermost_config::{Setting, SettingKind};
use crate::version::Version;

/// DIFFERENCE: erratum 14; the document has every variable win, but an empty one does not.
const EMPTY_VARIABLE: u8 = 14;
/// In every built-in data source of servers before 5.30, and of the file that they ship.
const BUILT_IN_ACCOUNT: &str = "mmuser:mostest@";
/// The package's own folder.
const PACKAGE_HOME: &str = "/var/opt/gitlab/";
/// From these on log files are read only below the log root.
const LOG_ROOT: [Version; 2] = [Version::new(10, 11, 11), Version::new(11, 2, 3)];

/// P13: what `config.json` has and a variable hides, and what an empty variable does not hide.
pub(super) fn by_variables(case: &Case<'_>) -> Vec<Finding> {
    let (mut hidden, mut uncovered) = (Vec::new(), Vec::new());
    for setting in case.catalogue().settings() {
        let (Some((name, given)), Some((value, place))) =
            (case.variable_of(setting.path()), case.in_file(setting.path()))
        else {
            continue;
        };
        if !is_chosen(setting, value) {
            continue;
        }
        match &given.value {
            None => uncovered.push(given.place.clone().showing(name)),
            Some(text) if differs(setting, text, value) => {
                hidden.push(place.showing(format!("{}, hidden by {name}", setting.path())));
            }
            Some(_) => {}
        }
    }
    let mut found = Vec::new();
    if !hidden.is_empty() {
        found.push(
            P13.suspected("config.json has values that variables hide; changing them there has no effect").at(hidden),
        );
    }
    if !uncovered.is_empty() {
        let evidence = "an empty variable is no override: the value in config.json counts";
        found.push(P13.suspected(evidence).at(uncovered).erratum(EMPTY_VARIABLE));
    }
    found
}

/// Whether somebody chose the value in the file: it is neither empty, nor built in, nor made by the server.
fn is_chosen(setting: &Setting, value: &Json) -> bool {
    let is_empty = match value {
        Json::Null => true,
        Json::String(text) => text.is_empty() || text.contains(BUILT_IN_ACCOUNT),
        Json::Array(list) => list.is_empty(),
        Json::Object(map) => map.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    };
    // A file that an earlier version wrote has that version's defaults; folders are written with a slash or without.
    let other = match value.as_str().map(|text| (text, text.strip_suffix('/'))) {
        Some((_, Some(bare))) => Json::from(bare),
        Some((text, None)) => Json::from(format!("{text}/")),
        None => Json::Null,
    };
    let is_default = setting.is_default_somewhere(value) || setting.is_default_somewhere(&other) && !other.is_null();
    !is_empty && !is_default && !setting.is_generated()
}

/// Whether the variable's text comes to another value than the file's.
fn differs(setting: &Setting, text: &str, value: &Json) -> bool {
    match (setting.kind(), value) {
        (SettingKind::Bool, Json::Bool(on)) => (["true", "TRUE", "True", "t", "T", "1"].contains(&text)) != *on,
        (SettingKind::Int, Json::Number(number)) => text.parse() != Ok(number.as_i64().unwrap_or_default()),
        (SettingKind::String, Json::String(in_file)) => in_file.trim_end_matches('/') != text.trim_end_matches('/'),
        (SettingKind::List, Json::Array(list)) => {
            !text.split([' ', ',']).filter(|it| !it.is_empty()).eq(list.iter().filter_map(Json::as_str))
        }
        _ => false,
    }
}

/// P14: on the way to a server of its own, everything that only the variables hold.
pub(super) fn left_behind(case: &Case<'_>) -> Vec<Finding> {
    if !case.leaves_the_bundle() {
        return Vec::new();
    }
    let only = case.variables().iter().filter_map(|(name, given)| {
        let value = given.value.as_deref().filter(|value| !value.is_empty())?;
        let setting = case.catalogue().setting_of_variable(name)?;
        let in_file = case.in_file(setting.path());
        let kept = in_file.is_some_and(|(in_file, _)| !in_file.is_null() && !differs(setting, value, in_file));
        (!kept).then(|| given.place.clone().showing(format!("{name} ({})", setting.path())))
    });
    let only: Vec<Place> = only.collect();
    if only.is_empty() {
        return Vec::new();
    }
    let evidence = "these settings are in variables alone; a server that gets config.json does not get them";
    vec![P14.seen(evidence).at(only)]
}

/// P14: a `config.json` that came alone, and lacks what the package passes by environment.
pub(super) fn moved_alone(case: &Case<'_>) -> Vec<Finding> {
    if !case.variables().is_empty() {
        return Vec::new();
    }
    let Some((Json::String(source), place)) = case.in_file("SqlSettings.DataSource") else { return Vec::new() };
    let no_site = case.in_file("ServiceSettings.SiteURL").is_none_or(|(url, _)| url.as_str() == Some(""));
    let built_in = source.is_empty() || source.contains(BUILT_IN_ACCOUNT) || source.contains("mmuser:mostest");
    if !(no_site && built_in) {
        return Vec::new();
    }
    let evidence = "config.json has no site URL and the built-in data source: a server that has this file alone starts \
                    with an empty database and without its address";
    vec![P14.suspected(evidence).at([place.showing("SqlSettings.DataSource")])]
}

/// P25: folders that the new server does not have, or does not read.
pub(super) fn old_folders(case: &Case<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let folders = ["FileSettings.Directory", "PluginSettings.Directory", "PluginSettings.ClientDirectory"];
    if case.leaves_the_bundle() {
        let old: Vec<Place> = folders
            .into_iter()
            .filter_map(|path| case.in_file(path).map(|(value, place)| (path, value, place)))
            .filter(|(_, value, _)| value.as_str().is_some_and(|folder| folder.starts_with(PACKAGE_HOME)))
            .map(|(path, _, place)| place.showing(path))
            .collect();
        if !old.is_empty() {
            let evidence = format!("config.json names folders below `{PACKAGE_HOME}`, the package's own");
            found.push(P25.suspected(evidence).at(old));
        }
    }
    found
}

/// P25: a log folder in which the server does not read.
pub(super) fn log_folder(case: &Case<'_>) -> Vec<Finding> {
    outside_the_log_root(case).into_iter().collect()
}

fn outside_the_log_root(case: &Case<'_>) -> Option<Finding> {
    let version = case.target.unwrap_or(case.mattermost);
    let [of_10, of_11] = LOG_ROOT;
    let reads_below = version >= of_11 || version.major == of_10.major && version >= of_10;
    let root = case.variable("MM_LOG_PATH")?.value.as_deref()?.trim_end_matches('/').to_owned();
    let (folder, place) = case.filled("LogSettings.FileLocation")?;
    let inside = folder == root || folder.starts_with(&format!("{root}/"));
    let shown = mask::value("MM_LOG_PATH", &root);
    let evidence =
        format!("the log folder is outside of `MM_LOG_PATH`, `{shown}`, where alone Mattermost {version} reads logs");
    (reads_below && !inside).then(|| P25.seen(evidence).at([place]))
}
