//! Leaving the bundle: from which GitLab, to which server, and what would be left behind.
//!
//! # Source
//! Known problems P11, P14, P25 and P28 to P30; the document, "Upgrading GitLab Mattermost outside of GitLab".

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Serialize;
use serde_json::Value as Json;

use super::passage::TAKEN_NUMBERS;
use super::settings::variables;
use super::table::{field, rows};
use super::{Concern, Line, Release, Severity};
use crate::installation::Installation;
use crate::mattermost_config::Catalogue;
use crate::omnibus::{EnvEntry, Origin};
use crate::version::Version;

/// The first Mattermost whose free edition has no sign-in through GitLab.
const WITHOUT_GITLAB_SIGN_IN: Version = Version::new(11, 0, 0);
/// The earliest release of the current extended-support line that accepts a database of 10.11.16 or later.
const NEXT_SERVER: Version = Version::new(11, 7, 3);
/// The first releases of 11.x lines that renumber the migrations of 10.11.16 and later before anything else.
const RENUMBERING: [Version; 4] =
    [Version::new(11, 6, 5), Version::new(11, 7, 3), Version::new(11, 8, 1), Version::new(11, 9, 0)];

/// Server versions from which one must keep away.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct UnsafeServers {
    /// The first of them.
    pub from: Version,
    /// The first that is safe again.
    pub below: Version,
}

/// The server to move to.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Server {
    /// The version to install: that of the bundle, so that the move changes nothing else.
    pub land_on: Version,
    /// The next version to go to afterwards, on its own.
    pub then: Version,
    /// Whether the free edition of `then` has sign-in through GitLab.
    pub then_keeps_gitlab_sign_in: bool,
    /// Versions that do not start on the database as it is.
    #[serde(rename = "unsafe")]
    pub unsafe_servers: Vec<UnsafeServers>,
}

/// A setting that no `config.json` holds.
///
/// # Shape
/// A JSON object with these fields; `setting` and `in_config_json` are left out if empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EnvironmentOnly {
    /// The variable; its value is never shown.
    pub variable: String,
    /// The setting that it sets, if it is one of Mattermost's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// Who gives it: the package, or a place in `gitlab.rb`.
    pub given_by: String,
    /// Whether `config.json` has some value of its own for the setting, which may be an old one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_config_json: Option<bool>,
    /// What becomes of it.
    pub on_a_server_of_its_own: String,
}

/// How to leave the bundle.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Leaving {
    /// The last GitLab from which to leave.
    pub last_gitlab: Version,
    /// The server to move to.
    pub server: Server,
    /// Every setting that lives only in the environment.
    pub environment_only: Vec<EnvironmentOnly>,
}

/// Whether `server` fails to start on a database that Mattermost `database` has migrated, because both gave the same
/// numbers to different migrations.
///
/// # Source
/// Known problem P28.
///
/// ```
/// use gitlab_mattermost_core::upgrade::collides;
/// assert!(collides("10.11.16".parse()?, "11.0.0".parse()?));
/// assert!(!collides("10.11.0".parse()?, "11.0.0".parse()?));
/// # Ok::<(), gitlab_mattermost_core::version::InvalidVersion>(())
/// ```
pub fn collides(database: Version, server: Version) -> bool {
    took_shared_numbers(database) && unsafe_servers().iter().any(|range| range.from <= server && server < range.below)
}

/// Whether a Mattermost is of 10.11 and gave numbers to migrations that 11.x gives to others.
pub(super) fn took_shared_numbers(version: Version) -> bool {
    version >= TAKEN_NUMBERS && version.major == 10
}

/// The ranges between the releases that renumber, line by line.
fn unsafe_servers() -> Vec<UnsafeServers> {
    let mut from = Version::new(11, 0, 0);
    let mut ranges = Vec::new();
    for below in RENUMBERING {
        if from < below {
            ranges.push(UnsafeServers { from, below });
        }
        from = Version::new(below.major, below.minor + 1, 0);
    }
    ranges
}

/// How to leave from `last`, which ships `mattermost`.
pub(super) fn leaving(last: &Release, mattermost: Version, installation: &Installation<'_>) -> Leaving {
    Leaving {
        last_gitlab: last.gitlab,
        server: Server {
            land_on: mattermost,
            then: NEXT_SERVER,
            then_keeps_gitlab_sign_in: NEXT_SERVER < WITHOUT_GITLAB_SIGN_IN,
            unsafe_servers: if mattermost >= TAKEN_NUMBERS { unsafe_servers() } else { Vec::new() },
        },
        environment_only: environment_only(last, mattermost, installation),
    }
}

fn environment_only(last: &Release, mattermost: Version, installation: &Installation<'_>) -> Vec<EnvironmentOnly> {
    static PACKAGE: LazyLock<Vec<(&'static str, Line, &'static str)>> = LazyLock::new(|| {
        let table = rows(include_str!("../../data/package-environment.csv"));
        table.map(|[variable, since, advice]| (variable, field(since), advice)).collect()
    });
    let catalogue = Catalogue::of(mattermost);
    let entry = |variable: &str, given_by: String, advice: String| {
        let setting = catalogue.setting_of_variable(variable);
        let present = |file: &Json| {
            let value =
                setting.and_then(|setting| setting.json_path(mattermost).try_fold(file, |value, key| value.get(key)));
            value.is_some_and(|value| !value.is_null() && value.as_str() != Some(""))
        };
        EnvironmentOnly {
            variable: variable.to_owned(),
            setting: setting.map(|setting| setting.path().to_owned()),
            given_by,
            in_config_json: setting.and(installation.config_json.map(present)),
            on_a_server_of_its_own: advice,
        }
    };
    let given = given_by(installation);
    let own = installation.gitlab_rb.map(variables).unwrap_or_default();
    let own_names: BTreeSet<&str> = own.iter().map(|variable| variable.name.as_str()).collect();
    let by_package =
        PACKAGE.iter().filter(|(variable, since, _)| *since <= Line::of(last.gitlab) && !own_names.contains(variable));
    let own_database = installation.places().own_database;
    let by_package = by_package.map(|(variable, _, advice)| {
        let advice = match (own_database.as_ref(), *variable) {
            (Some(_), "MM_SQLSETTINGS_DATASOURCE") => {
                "keep it: the database is not the package's, and stays where it is"
            }
            (Some(own), "MM_SQLSETTINGS_DRIVERNAME") if !own.is_postgresql() => {
                "keep it up to Mattermost 10; Mattermost 11 takes PostgreSQL alone"
            }
            _ => advice,
        };
        entry(variable, given.get(*variable).cloned().unwrap_or_else(|| "the package".to_owned()), advice.to_owned())
    });
    let by_file = own.iter().map(|variable| {
        let known = PACKAGE.iter().find(|(name, ..)| *name == variable.name).map(|(.., advice)| *advice);
        let advice = known.unwrap_or("set it in config.json, or as a variable of the new service");
        entry(&variable.name, variable.place.clone(), advice.to_owned())
    });
    by_package.chain(by_file).collect()
}

/// The places of the variables that a key of the `mattermost` section gives.
fn given_by(installation: &Installation<'_>) -> BTreeMap<String, String> {
    let (Some(file), Some(Ok(known))) = (installation.gitlab_rb, installation.known_deployment()) else {
        return BTreeMap::new();
    };
    let place = |(name, entry): (String, EnvEntry)| {
        let Origin::Settings { sources } = &entry.origin else { return None };
        // What is made of several is the package's, though a setting enters it.
        let source = sources.first().filter(|source| source.setting.starts_with("mattermost['"))?;
        let line = source.span?.line_and_column(&file.text).0;
        Some((name, format!("{}:{line}", file.name)))
    };
    known.deployment.env.into_iter().filter_map(place).collect()
}

/// What to watch out for when leaving from `last`.
pub(super) fn concerns(last: &Release, installation: &Installation<'_>) -> Vec<Concern> {
    let mut found = vec![
        Concern {
            rule: "environment-only-settings",
            severity: Severity::Action,
            at: last.gitlab,
            what: "copying config.json alone loses the site URL, the database, the folders and sign-in through GitLab".to_owned(),
            why: "the package gives these by environment only, and the server takes them out before it saves the file"
                .to_owned(),
            fix: "carry over every setting that lives only in the environment; the plan lists them".to_owned(),
            place: None,
            source: "known problem P14",
        },
        Concern {
            rule: "gitlab-sign-in-ends",
            severity: Severity::Action,
            at: last.gitlab,
            what: "the free Team Edition of Mattermost 11 has no sign-in through GitLab and takes 250 active users".to_owned(),
            why: "from 11.0 on it needs a licence or the Entry edition, which hides messages beyond the latest 10,000; the \
                  support of 10.11, the last with it, ended on 2026-08-15"
                .to_owned(),
            fix: "choose an edition, or change the accounts to another way of signing in, before going to 11".to_owned(),
            place: None,
            source: "known problem P11",
        },
    ];
    found.extend(refused_by_next(last, installation));
    found.extend(installation.places().own_database.filter(|own| !own.is_postgresql()).map(|own| Concern {
        rule: "database-not-postgresql",
        severity: Severity::Blocker,
        at: last.gitlab,
        what: format!("Mattermost 11 does not start on a database of {}", own.driver),
        why: "from 11.0 on it takes PostgreSQL alone".to_owned(),
        fix: "move the database to PostgreSQL while Mattermost is of 10.11".to_owned(),
        place: installation.gitlab_rb.zip(own.line).map(|(file, line)| format!("{}:{line}", file.name)),
        source: "vendor's notes of 11.0",
    }));
    found
}

/// Settings with which Mattermost 11 refuses to start.
fn refused_by_next(last: &Release, installation: &Installation<'_>) -> Vec<Concern> {
    const REFUSED: [(&str, bool); 2] =
        [("TeamSettings.ExperimentalViewArchivedChannels", false), ("ExperimentalSettings.ClientSideCertEnable", true)];
    let own = installation.gitlab_rb.map(variables).unwrap_or_default();
    let concern = |path: &str, value: bool, place: String| Concern {
        rule: "setting-refused",
        severity: Severity::Action,
        at: last.gitlab,
        what: format!("Mattermost 11 does not start while `{path}` is {value}"),
        why: "the setting is no longer supported".to_owned(),
        fix: format!("set it to {} before the first start of 11", !value),
        place: Some(place),
        source: "known problem P30",
    };
    let mut found = Vec::new();
    for (path, refused) in REFUSED {
        let variable = format!("MM_{}", path.replace('.', "_").to_uppercase());
        let given = own.iter().find(|own| own.name.eq_ignore_ascii_case(&variable));
        // The variable, where there is one, hides the file.
        if let Some(given) = given {
            if given.value.as_deref() == Some(if refused { "true" } else { "false" }) {
                found.push(concern(path, refused, given.place.clone()));
            }
        } else if let Some(file) = installation.config_json
            && file.pointer(&format!("/{}", path.replace('.', "/"))) == Some(&Json::Bool(refused))
        {
            found.push(concern(path, refused, format!("config.json: {path}")));
        }
    }
    found
}
