//! The settings that a server version has: path, type, default, variable name.
//!
//! Not here: reading values (`parser`), layering (`effective`).

mod process;
mod removed;
mod spelling;
mod table;

use std::collections::BTreeMap;

use crate::version::Version;

pub use process::is_read_by_process;
pub use removed::Removed;
pub use table::{Setting, SettingKind};

pub(super) use table::SECOND_PARSER;
use table::settings;
pub(crate) use table::{MEASURED, rows};

/// What setting a variable does to a setting.
///
/// # Shape
/// Given by [`Catalogue::env_effect`] for a setting and a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnvEffect {
    /// The variable's value counts.
    Effective,
    /// The variable is listed as an override, but the server never applies it.
    Never,
    /// The server refuses to start or crashes whenever the variable is set.
    StopsTheStart,
}

/// The settings of one Mattermost version.
///
/// # Shape
/// Opaque: made with [`Catalogue::of`] for any version.
///
/// # Source
/// `core/data/mattermost-settings.json` and `mattermost-removed-settings.json`: 4.10.0 to 6.7.0 exact to the minor,
/// later versions by the vendor's upgrade notes.
///
/// ```
/// use gitlab_mattermost_core::mattermost_config::Catalogue;
///
/// let catalogue = Catalogue::of("6.2.1".parse()?);
/// assert_eq!(catalogue.variable_of_path("ServiceSettings.SiteURL"), Some("MM_SERVICESETTINGS_SITEURL"));
/// let meant = catalogue.nearest_variable("MM_SERVICESETTINGS_SITURL");
/// assert_eq!(meant.as_deref(), Some("MM_SERVICESETTINGS_SITEURL"));
/// # Ok::<(), gitlab_mattermost_core::version::InvalidVersion>(())
/// ```
#[derive(Debug, Clone)]
pub struct Catalogue {
    version: Version,
    by_path: BTreeMap<&'static str, &'static Setting>,
    by_variable: BTreeMap<&'static str, &'static Setting>,
}

impl Catalogue {
    /// The settings of `version`.
    pub fn of(version: Version) -> Self {
        let known: Vec<&'static Setting> = settings()
            .iter()
            .filter(|s| s.exists_in(version) && removed::listed(s.path(), version).is_none())
            .collect();
        Self {
            version,
            by_variable: known.iter().map(|s| (s.variable(version), *s)).collect(),
            by_path: known.into_iter().map(|s| (s.path(), s)).collect(),
        }
    }

    /// The version asked for.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The measured server whose defaults are used: the nearest at or below [`Catalogue::version`], else the oldest.
    pub fn measured(&self) -> Version {
        MEASURED.into_iter().rev().find(|m| *m <= self.version).unwrap_or(MEASURED[0])
    }

    /// Whether settings that are not listed may exist all the same, because the version is later than the last
    /// measured server.
    pub fn is_open_ended(&self) -> bool {
        self.version.minor_line() > MEASURED[MEASURED.len() - 1].minor_line()
    }

    /// The last version whose settings are all known, if this is a [later one](Catalogue::is_open_ended).
    pub fn known_up_to(&self) -> Option<Version> {
        self.is_open_ended().then(|| self.measured())
    }

    /// Every setting, ordered by path.
    pub fn settings(&self) -> impl Iterator<Item = &'static Setting> + '_ {
        self.by_path.values().copied()
    }

    /// The setting at `path`, for example `ServiceSettings.SiteURL`, in the spelling of any version or of this one.
    pub fn setting(&self, path: &str) -> Option<&'static Setting> {
        self.by_path.get(path).copied().or_else(|| self.settings().find(|it| it.spelt_in(self.version) == path))
    }

    /// The setting that `config.json` has under these keys, compared without regard to case.
    pub(crate) fn setting_of_keys(&self, keys: &[&str]) -> Option<&'static Setting> {
        let matches = |setting: &Setting| {
            let mut wanted = setting.json_path(self.version);
            keys.iter().all(|key| wanted.next().is_some_and(|w| w.eq_ignore_ascii_case(key))) && wanted.next().is_none()
        };
        // Nearly every key is written as in the path, and most others are renamed ones; looking there first saves time.
        let renamed = || self.settings().find(|s| s.is_renamed_inside() && matches(s));
        let direct = self.setting(&keys.join("."));
        direct.or_else(renamed).or_else(|| self.settings().find(|s| matches(s)))
    }

    /// Whether the server takes a variable of this name for one of its settings, known or not: by its prefix, which from
    /// 5.30 on may be in small letters.
    pub fn looks_up(&self, name: &str) -> bool {
        let prefix = name.get(..3);
        prefix.is_some_and(|it| it == "MM_" || self.version >= SECOND_PARSER && it.eq_ignore_ascii_case("MM_"))
    }

    /// The setting that the server looks up under `name`, exactly as this version compares names.
    ///
    /// # Shape
    /// `MM_SECTION_KEY` in capitals, no separator inside a key. From 5.30 on any mixture of cases is accepted.
    pub fn setting_of_variable(&self, name: &str) -> Option<&'static Setting> {
        if self.version >= SECOND_PARSER {
            self.by_variable.get(name.to_ascii_uppercase().as_str()).copied()
        } else {
            self.by_variable.get(name).copied()
        }
    }

    /// The variable that sets `path`, if this version has the setting.
    pub fn variable_of_path(&self, path: &str) -> Option<&'static str> {
        self.setting(path).map(|setting| setting.variable(self.version))
    }

    /// The existing variable that `name` was most probably meant to be; `None` if none is near, if `name` exists, or if
    /// it may exist, as the list is [not whole](Catalogue::is_open_ended).
    pub fn nearest_variable(&self, name: &str) -> Option<String> {
        if self.is_open_ended() || self.setting_of_variable(name).is_some() {
            return None;
        }
        spelling::nearest(name, self.by_variable.keys().copied()).map(str::to_owned)
    }

    /// The existing path that `path` was most probably meant to be, as this version spells it; `None` under the same
    /// conditions as for [variables](Catalogue::nearest_variable).
    pub fn nearest_path(&self, path: &str) -> Option<&'static str> {
        if self.is_open_ended() || self.setting(path).is_some() {
            return None;
        }
        spelling::nearest(path, self.settings().map(|it| it.spelt_in(self.version)))
    }

    /// If `name` is the variable of a setting that another version has and this one lacks: which, and since when.
    pub fn removed_variable(&self, name: &str) -> Option<Removed> {
        if self.setting_of_variable(name).is_some() {
            return None;
        }
        let name = name.to_ascii_uppercase();
        settings().iter().filter(|s| s.conventional_variable() == name).find_map(|s| self.removed_path(s.path()))
    }

    /// If `path` is a setting that an earlier version had and this one lacks: since when, and what took its place.
    pub fn removed_path(&self, path: &str) -> Option<Removed> {
        if self.setting(path).is_some() {
            return None;
        }
        removed::before(path, self.version)
    }

    /// What the variable of `setting` does in this version.
    pub fn env_effect(&self, setting: &Setting) -> EnvEffect {
        let second = self.version >= SECOND_PARSER;
        match setting.kind() {
            // Renamed inside the server with underscores, which the second parser takes for separators.
            _ if second && setting.is_renamed_inside() => EnvEffect::Never,
            SettingKind::Objects => EnvEffect::StopsTheStart,
            SettingKind::Map if self.version >= JSON_MAPS => EnvEffect::Effective,
            SettingKind::Map if second || self.ignores_plugins(setting) => EnvEffect::Never,
            SettingKind::Map => EnvEffect::StopsTheStart,
            _ => EnvEffect::Effective,
        }
    }

    /// Whether `setting` is the map that versions before 5.1 do not look up in the environment at all.
    pub(super) fn ignores_plugins(&self, setting: &Setting) -> bool {
        self.version < LOOKS_UP_EMPTY && setting.path() == "PluginSettings.Plugins"
    }
}

/// The first version that takes maps from variables, as JSON.
pub(super) const JSON_MAPS: Version = Version::new(7, 5, 0);
/// The first version that tells an empty variable from a missing one.
pub(super) const LOOKS_UP_EMPTY: Version = Version::new(5, 1, 0);

#[cfg(test)]
mod tests;
