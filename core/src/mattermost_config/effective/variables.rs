//! The variables, laid over the values.

use std::collections::{BTreeMap, BTreeSet};

use super::super::catalogue::{Catalogue, SECOND_PARSER, Setting, SettingKind, is_read_by_process};
use super::super::parser::{Outcome, parse};
use super::super::values::Values;
use super::super::{Finding, StartRefused};

/// The settings that variables are about.
#[derive(Default)]
pub(super) struct Overrides {
    /// Paths that are shown as overridden.
    pub(super) listed: BTreeSet<String>,
    /// Paths whose value comes from a variable.
    pub(super) effective: BTreeSet<&'static str>,
}

/// Lays `env` over `values`.
pub(super) fn lay(
    catalogue: &Catalogue,
    env: &BTreeMap<String, String>,
    values: &mut Values,
    findings: &mut Vec<Finding>,
) -> Result<Overrides, StartRefused> {
    let second = catalogue.version() >= SECOND_PARSER;
    let mut overrides = Overrides::default();
    // Names that go on after a setting's name come first, so that the exact name wins.
    let (exact, others): (Vec<_>, Vec<_>) = env
        .iter()
        .filter(|(name, _)| catalogue.looks_up(name) && !is_read_by_process(name))
        .partition(|(name, _)| catalogue.setting_of_variable(name).is_some());
    for (name, text) in others {
        let finding = match long_name(catalogue, name).filter(|_| second) {
            Some(setting) => {
                if let Outcome::Value(value) = parse(catalogue, setting, text) {
                    values.insert(setting.path(), value);
                    overrides.effective.insert(setting.path());
                }
                Finding::LongName { variable: name.clone(), path: setting.path().to_owned() }
            }
            None => unknown(catalogue, name)?,
        };
        findings.push(finding);
    }
    for (name, text) in exact {
        let Some(setting) = catalogue.setting_of_variable(name) else { continue };
        match parse(catalogue, setting, text) {
            Outcome::Unset => continue,
            Outcome::Value(value) => {
                findings.extend(suspicious_list(catalogue, setting, name, text));
                values.insert(setting.path(), value);
                overrides.effective.insert(setting.path());
            }
            Outcome::Ignored(why) => {
                findings.push(Finding::Ignored { variable: name.clone(), path: setting.path().to_owned(), why });
            }
            Outcome::Refused(_) if setting.kind() == SettingKind::Objects => {
                return Err(StartRefused::Crash { variable: name.clone(), what: "a list of objects" });
            }
            Outcome::Refused(reason) => {
                return Err(StartRefused::Variable { variable: name.clone(), path: setting.path().to_owned(), reason });
            }
        }
        if !(second && setting.is_nested()) {
            overrides.listed.insert(setting.path().to_owned());
        }
    }
    Ok(overrides)
}

/// The setting that the second parser finds for a name which goes on after the key: it stops at the first key it knows.
fn long_name(catalogue: &Catalogue, name: &str) -> Option<&'static Setting> {
    let ends = name.match_indices('_').map(|(at, _)| at).skip(2);
    let plain = |setting: &&Setting| !matches!(setting.kind(), SettingKind::Map | SettingKind::Objects);
    ends.filter_map(|end| catalogue.setting_of_variable(&name[..end])).find(plain)
}

fn unknown(catalogue: &Catalogue, name: &str) -> Result<Finding, StartRefused> {
    let upper = name.to_ascii_uppercase() + "_";
    let names_section = name.matches('_').count() > 1
        && catalogue.settings().any(|s| s.is_nested() && s.conventional_variable().starts_with(&upper));
    if names_section && catalogue.version() >= SECOND_PARSER {
        return Err(StartRefused::Crash { variable: name.to_owned(), what: "an inner section" });
    }
    Ok(match catalogue.removed_variable(name) {
        Some(removed) => Finding::RemovedVariable { variable: name.to_owned(), removed },
        None => Finding::UnknownVariable {
            variable: name.to_owned(),
            known_up_to: catalogue.known_up_to(),
            nearest: catalogue.nearest_variable(name),
        },
    })
}

fn suspicious_list(catalogue: &Catalogue, setting: &Setting, name: &str, text: &str) -> Option<Finding> {
    if setting.kind() != SettingKind::List {
        return None;
    }
    let second = catalogue.version() >= SECOND_PARSER;
    let (variable, path) = (name.to_owned(), setting.path().to_owned());
    let (separator, other) = if second { (' ', ',') } else { (',', ' ') };
    if second && text.is_empty() {
        return Some(Finding::EmptyElement { variable, path });
    }
    let separator_words = if second { "single spaces" } else { "commas" };
    let one = text.contains(other) && !text.contains(separator);
    one.then_some(Finding::OneElement { variable, path, separator: separator_words })
}
