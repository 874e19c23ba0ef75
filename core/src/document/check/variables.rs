//! The variables of `mattermost['env']`: whether Mattermost knows them, and what it makes of their values.

use std::collections::BTreeMap;

use super::super::facts;
use super::super::finding::Finding;
use super::super::piece::{Piece, PieceKind};
use super::old_settings::is_old;
use super::package::{FIRST, deploy};
use super::page::Page;
use crate::gitlab_rb::{Settings, Value};
use crate::legacy::{self, documented};
use crate::mattermost_config::{Catalogue, Finding as ConfigFinding, SettingKind, effective, is_read_by_process};
use crate::releases::bundled_mattermost;
use crate::version::Version;

/// The first GitLab that takes numbers and truth values as they are.
const ANY_VALUE: Version = Version::new(11, 7, 0);

pub(super) fn check(piece: &Piece, settings: &Settings, page: &Page<'_>) -> Vec<Finding> {
    let env = env(settings);
    let (Some(now), Some(first)) = (page.mattermost, bundled_mattermost(page.applies_from.max(FIRST))) else {
        return Vec::new();
    };
    let (now, first) = (Catalogue::of(now), Catalogue::of(first));
    let mut findings: Vec<Finding> = env.keys().filter_map(|name| of_name(name, &first, &now, page)).collect();
    findings.extend(quoted(&env, &first, piece, page));
    findings.extend(of_values(piece, &env, page));
    findings.extend(untranslated(piece, &env, page));
    findings
}

/// The variables with the texts that the package makes of their values, and whether they were given as texts.
fn env(settings: &Settings) -> BTreeMap<String, (String, bool)> {
    let Some(Value::Hash(hash)) = settings.value("mattermost", "env") else { return BTreeMap::new() };
    let hash = hash.borrow();
    let entries = hash.entries.iter();
    entries
        .map(|(name, entry)| {
            let text = entry.value.to_ruby_text().unwrap_or_default();
            (facts::text_of_key(name), (text, matches!(entry.value, Value::Str(_))))
        })
        .collect()
}

pub(super) fn of_name(name: &str, first: &Catalogue, now: &Catalogue, page: &Page<'_>) -> Option<Finding> {
    if !name.starts_with("MM_") || is_read_by_process(name) || now.setting_of_variable(name).is_some() {
        return None;
    }
    let missing = first.setting_of_variable(name).is_none();
    if missing {
        // A later server may have it; but the names of the document were tried and never took effect.
        let may_exist = now.is_open_ended() && now.removed_variable(name).is_none();
        if may_exist && erratum_of(name).is_none() {
            return None;
        }
        let nearest = now.nearest_variable(name).or_else(|| first.nearest_variable(name));
        let nearest = nearest.map_or_else(String::new, |nearest| format!("; `{nearest}` does"));
        let evidence = format!("settings of Mattermost {} and {}", first.version(), now.version());
        let finding = Finding::wrong(format!("`{name}` names no setting, so it changes nothing{nearest}"), evidence);
        return Some(match erratum_of(name) {
            Some(number) => finding.erratum(number),
            None => finding.problem("P12"),
        });
    }
    let removed = now.removed_variable(name)?;
    let what = format!("`{name}` does nothing on GitLab {}", page.gitlab);
    let evidence = format!("`{}` is gone since Mattermost {}", removed.path, removed.since);
    let finding = Finding::caveat(what, evidence);
    Some(if name.starts_with("MM_WEBRTCSETTINGS_") { finding.erratum(8) } else { finding })
}

/// The erratum that speaks of a variable of the document.
fn erratum_of(name: &str) -> Option<u8> {
    let document = documented();
    let of_example = document.example.iter().filter(|row| row.variable == name).map(|row| &row.key);
    let of_table = document.exceptions.iter().filter(|row| row.variable == name).map(|row| &row.key);
    of_example.chain(of_table).find_map(|key| document.erratum(key))
}

/// Numbers and truth values in quotes, which are needed before GitLab 11.7 only.
fn quoted(
    env: &BTreeMap<String, (String, bool)>,
    catalogue: &Catalogue,
    piece: &Piece,
    page: &Page<'_>,
) -> Option<Finding> {
    let is_no_text = |name: &str| {
        let setting = catalogue.setting_of_variable(name);
        setting.is_some_and(|setting| matches!(setting.kind(), SettingKind::Int | SettingKind::Bool))
    };
    let numbers: Vec<&str> =
        env.iter().filter(|(name, (_, quoted))| *quoted && is_no_text(name)).map(|(name, _)| name.as_str()).collect();
    let told = page.says(&piece.section, &["11.7"]);
    let matters = page.applies_from < ANY_VALUE && page.gitlab >= ANY_VALUE && !told;
    (!numbers.is_empty() && matters).then(|| {
        let what = "the quotes around numbers and truth values are needed before GitLab 11.7 and optional from then on";
        Finding::caveat(what, format!("{} of {} values are quoted", numbers.len(), env.len())).erratum(23)
    })
}

/// What Mattermost makes of the values, beside the variables that the package sets.
fn of_values(piece: &Piece, env: &BTreeMap<String, (String, bool)>, page: &Page<'_>) -> Vec<Finding> {
    let (Ok(deployment), Some(mattermost)) = (deploy(&piece.text, page.gitlab, &[]), page.mattermost) else {
        return Vec::new();
    };
    let texts = deployment.env.into_iter().map(|(name, entry)| (name, entry.value)).collect();
    match effective(mattermost, &texts, None) {
        Err(refused) if !env.is_empty() => {
            vec![Finding::wrong(format!("Mattermost {mattermost} does not start with it"), refused.to_string())]
        }
        Err(_) => Vec::new(),
        Ok(effective) => {
            let ours = |finding: &&ConfigFinding| {
                let named =
                    !matches!(finding, ConfigFinding::UnknownVariable { .. } | ConfigFinding::RemovedVariable { .. });
                named && env.keys().any(|name| finding.to_string().contains(&format!("`{name}`")))
            };
            let found = effective.findings().iter().filter(ours);
            found.map(|finding| Finding::wrong(finding.to_string(), format!("Mattermost {mattermost}"))).collect()
        }
    }
}

/// Settings of the old block before it in the section that this block does not translate, or translates to another text.
fn untranslated(piece: &Piece, env: &BTreeMap<String, (String, bool)>, page: &Page<'_>) -> Vec<Finding> {
    let before = page.before(PieceKind::Settings, &piece.section, piece.line);
    let Some(old) = before.and_then(|block| facts::settings(&block.text).ok()).filter(is_old) else {
        return Vec::new();
    };
    let Ok(translation) = legacy::translate(&old) else { return Vec::new() };
    let found = translation.env.iter().filter_map(|(name, text)| {
        let misnamed = translation.differences.iter().any(|difference| {
            difference.working_variable.as_ref() == Some(name) && env.contains_key(&difference.documented_variable)
        });
        match env.get(name) {
            Some((given, _)) if given == text => None,
            // The misnamed variable has its own finding.
            None if misnamed => None,
            Some(_) => Some(Finding::wrong(
                format!("`{name}` gets another text than its setting"),
                "translated setting by setting",
            )),
            None => Some(Finding::wrong(
                format!("`{name}` is missing, so its setting is lost"),
                "translated setting by setting",
            )),
        }
    });
    found.collect()
}
