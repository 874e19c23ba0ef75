//! What upgrades have broken on databases of some installations, by the Mattermost that brings it.
//!
//! Not here: what concerns every installation (`passage`).

use std::sync::LazyLock;

use serde::Deserialize;

use super::passage::crosses;
use super::releases::lines;
use super::{Concern, Hop, Line, Severity, postgresql};
use crate::gitlab_rb::Value;
use crate::installation::Installation;
use crate::version::Version;

/// Up to here a server takes a database of the version before its own alone.
const STEP_BY_STEP_BELOW: Version = Version::new(3, 0, 0);
/// The Mattermost whose database holds several teams, to which an old one is turned over by hand.
const SEVERAL_TEAMS: Version = Version::new(3, 0, 0);
/// The settings by which the package of GitLab 8.9 to 9.3 does that.
const TURNED_OVER_BY: [&str; 2] = ["db2_backup_created", "db2_team_name"];

/// A break, as it lies in `core/data`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Break {
    rule: String,
    at: Version,
    severity: Severity,
    what: String,
    why: String,
    fix: String,
    source: String,
}

fn breaks() -> &'static [Break] {
    #[expect(clippy::expect_used, reason = "the table is part of the program; reading it is tested")]
    static BREAKS: LazyLock<Vec<Break>> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../../data/mattermost-upgrade-breaks.json")).expect("a table of breaks")
    });
    &BREAKS
}

/// Everything that `hop` has broken.
pub(super) fn concerns(hop: &Hop, installation: &Installation<'_>) -> Vec<Concern> {
    let known = breaks().iter().filter(|it| crosses(hop, it.at)).map(|it| Concern {
        rule: &it.rule,
        severity: it.severity,
        at: hop.to.gitlab,
        what: it.what.clone(),
        why: it.why.clone(),
        fix: it.fix.clone(),
        place: None,
        source: &it.source,
    });
    let mut found: Vec<Concern> =
        skipped(hop).into_iter().chain(several_teams(hop, installation)).chain(known).collect();
    found.extend(newer_postgresql(hop));
    found
}

/// Versions of Mattermost between two that an old server must have seen one by one.
fn skipped(hop: &Hop) -> Option<Concern> {
    let (before, after) = (hop.from.mattermost.at_least()?, hop.to.mattermost.at_most()?);
    if before >= STEP_BY_STEP_BELOW {
        return None;
    }
    let (from, to) = (Line::of(hop.from.gitlab), Line::of(hop.to.gitlab));
    let between = lines().iter().filter(|line| line.gitlab > from && line.gitlab < to);
    let left_out: Vec<String> = between
        .filter(|line| {
            let version = line.mattermost_first;
            version < STEP_BY_STEP_BELOW
                && version.minor_line() != before.minor_line()
                && version.minor_line() != after.minor_line()
        })
        .map(|line| line.gitlab.to_string())
        .collect();
    if left_out.is_empty() {
        return None;
    }
    let stops = left_out.join(", ");
    Some(Concern {
        rule: "schema-skips-a-version",
        severity: Severity::Blocker,
        at: hop.to.gitlab,
        what: format!("Mattermost {after} does not take a database of {before}: `You must not skip a version`"),
        why: "before Mattermost 3.0 a server upgrades the database of the version before its own; a few take that of two \
              before"
            .to_owned(),
        fix: format!("install GitLab {stops} on the way, the latest patch of each, and let Mattermost start every time"),
        place: None,
        source: "mattermost/mattermost#2035, #2226; GitLab's page of 8.9, \"Upgrading GitLab Mattermost\"",
    })
}

/// The step to 3.0, which the package does only if it is told that there is a backup, and a team.
fn several_teams(hop: &Hop, installation: &Installation<'_>) -> Option<Concern> {
    if !crosses(hop, SEVERAL_TEAMS) {
        return None;
    }
    let given = |key: &&str| {
        let value = installation.gitlab_rb.and_then(|file| file.settings.value("mattermost", key));
        value.is_some_and(|value| !matches!(value, Value::Nil | Value::Bool(false)))
    };
    let all = TURNED_OVER_BY.iter().all(given);
    Some(Concern {
        rule: "several-teams-3.0",
        severity: if all { Severity::Note } else { Severity::Blocker },
        at: hop.to.gitlab,
        what: "the database of Mattermost 2 is turned over to 3.0 only on demand; until then the server does not start"
            .to_owned(),
        why: "3.0 has one account for all teams, so accounts of one e-mail address in several teams are renamed; there is \
              no way back"
            .to_owned(),
        fix: "back the database up, then set `mattermost['db2_backup_created'] = true` and \
              `mattermost['db2_team_name'] = '…'` (the team whose accounts keep their names) in gitlab.rb of GitLab 8.9 to \
              9.3 and reconfigure; later packages do not know the two keys, so stop at one of these"
            .to_owned(),
        place: None,
        source: "recipes/mattermost.rb of the package, 8.9.0 to 9.3.0",
    })
}

/// The bundled PostgreSQL of another major version.
fn newer_postgresql(hop: &Hop) -> Vec<Concern> {
    let major = |text: Option<&str>| text.and_then(|text| text.split('.').next()?.parse::<u32>().ok());
    let packaged = |release| major(postgresql::floors(release).packaged);
    let (Some(before), Some(after)) = (packaged(hop.from), packaged(hop.to)) else { return Vec::new() };
    // Before 10 the first two numbers made a major version; these packages had 9.x until they had 10.
    if after <= before {
        return Vec::new();
    }
    let concern = |rule, what: String, why: &str, fix: &str, source| Concern {
        rule,
        severity: Severity::Note,
        at: hop.to.gitlab,
        what,
        why: why.to_owned(),
        fix: fix.to_owned(),
        place: None,
        source,
    };
    vec![
        concern(
            "dump-of-newer-postgresql",
            format!(
                "a dump that PostgreSQL {after} of this package makes does not go into an older one without errors"
            ),
            "pg_dump writes settings that only its own version and later ones know, such as `transaction_timeout` of 17",
            "restore into a server at least as new; keep the last dump of the old one until the upgrade has proved good",
            "PostgreSQL's release notes; known problem P48",
        ),
        concern(
            "collation-version",
            format!("PostgreSQL {after} may warn of a collation version mismatch, and indexes on text may be wrong"),
            "the sorting rules of the system are part of every index on text; a new PostgreSQL notes their version, and an \
             upgrade of the operating system changes them",
            "after the upgrade, and after one of the operating system: `REINDEX DATABASE mattermost_production`, then \
             `ALTER DATABASE mattermost_production REFRESH COLLATION VERSION`",
            "PostgreSQL's documentation on collations; known problem P47",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::gitlab_rb::Surroundings;
    use crate::installation::{Installation, SettingsFile};
    use crate::upgrade::{Severity, release_from, release_to, upgrade};

    fn rules(from: &str, to: &str, gitlab_rb: Option<&str>) -> BTreeMap<&'static str, Severity> {
        let (from, to) = (release_from(from.parse().unwrap()).unwrap(), release_to(to.parse().unwrap()).unwrap());
        let file =
            gitlab_rb.map(|text| SettingsFile::read("gitlab.rb", text, Surroundings::default(), from.gitlab).unwrap());
        let installation = Installation { gitlab_rb: file.as_ref(), ..Installation::default() };
        upgrade(from, to, &installation).unwrap().concerns.iter().map(|it| (it.rule, it.severity)).collect()
    }

    #[test]
    fn what_broke_is_told_of_the_upgrade_that_brings_it_and_of_no_other() {
        for (rule, broken, well) in [
            ("schema-skips-a-version", ("8.2", "8.5"), ("8.2", "8.3")),
            ("schema-skips-a-version", ("8.0", "8.9"), ("8.7", "8.9")),
            ("several-teams-3.0", ("8.8", "8.9"), ("8.9", "8.10")),
            ("counters-null", ("14.1", "14.2"), ("14.3", "14.4")),
            ("not-the-owner", ("14.5", "14.6"), ("14.6", "14.7")),
            ("schema-too-old", ("14.5", "14.6"), ("14.7", "14.8")),
            ("postgresql-version-text", ("14.5", "14.6"), ("14.7", "14.8")),
            ("early-columns-missing", ("14.8", "14.9"), ("14.9", "14.10")),
            ("teams-name-constraint", ("15.3", "15.4"), ("15.4", "15.5")),
            ("default-of-type", ("15.3", "15.4"), ("15.2", "15.3")),
            ("dump-of-newer-postgresql", ("15.11", "16.0"), ("14.6", "14.7")),
            ("collation-version", ("15.11", "16.0"), ("14.6", "14.7")),
        ] {
            assert!(rules(broken.0, broken.1, None).contains_key(rule), "{rule}: {broken:?}");
            assert!(!rules(well.0, well.1, None).contains_key(rule), "{rule}: {well:?}");
        }
    }

    #[test]
    fn the_step_to_several_teams_is_ready_with_both_keys() {
        let both =
            "mattermost['enable'] = true\nmattermost['db2_backup_created'] = true\nmattermost['db2_team_name'] = 'a'\n";
        let one = "mattermost['enable'] = true\nmattermost['db2_team_name'] = 'a'\n";
        assert_eq!(rules("8.8", "8.9", Some(both))["several-teams-3.0"], Severity::Note);
        assert_eq!(rules("8.8", "8.9", Some(one))["several-teams-3.0"], Severity::Blocker);
    }
}
