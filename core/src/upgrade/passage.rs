//! What a hop brings because of the versions it leads through, whatever the settings are.
//!
//! Not here: settings that the installation uses (`settings`), GitLab 19's gate (`gate`).

use super::postgresql::floors;
use super::releases::of_line;
use super::{Bundled, Concern, Direction, Hop, Line, Release, Severity, releases};
use crate::version::Version;

/// Mattermost 6.0, whose migrations GitLab 14.6 brings.
const SCHEMA_REWRITE: Version = Version::new(6, 0, 0);
/// From here on Mattermost's migrations 142 to 144 are other ones than those of 11.x.
pub(super) const TAKEN_NUMBERS: Version = Version::new(10, 11, 16);
/// The first GitLab whose env directory stands where the document's commands look for it.
const ENV_DIRECTORY_MOVED: Version = Version::new(11, 6, 0);

/// Everything to watch out for on `hop`.
pub(super) fn concerns(hop: &Hop) -> Vec<Concern> {
    let found = [backward, held_back, schema_rewrite, env_directory, collision, platform, mattermost_floor];
    found.iter().filter_map(|find| find(hop)).collect()
}

/// Whether the hop takes Mattermost from before `version` to it or past it.
pub(super) fn crosses(hop: &Hop, version: Version) -> bool {
    let (before, after) = (hop.from.mattermost.at_least(), hop.to.mattermost.at_most());
    before.is_some_and(|before| before < version) && after.is_some_and(|after| after >= version)
}

fn backward(hop: &Hop) -> Option<Concern> {
    let (severity, verb) = match hop.direction() {
        Direction::Down => (Severity::Blocker, "moves"),
        Direction::PerhapsDown => (Severity::Note, "may move"),
        _ => return None,
    };
    let at = hop.to.gitlab;
    let fix = match next_without_loss(hop) {
        Some(release) => format!("go to GitLab {release} or later instead"),
        None => "wait for a later release of GitLab".to_owned(),
    };
    Some(Concern {
        rule: "backward-move",
        severity,
        at,
        what: format!(
            "GitLab {at} {verb} Mattermost backwards, from {} to {}",
            shown(hop.from.mattermost),
            shown(hop.to.mattermost)
        ),
        why: "its database has the later version's schema, which an older server does not know; the vendor advises \
              against it and the server may refuse to start"
            .to_owned(),
        fix,
        place: None,
        source: "release tags of omnibus-gitlab; known problem P28",
    })
}

/// The next release from the hop's target on that does not take Mattermost down.
fn next_without_loss(hop: &Hop) -> Option<Version> {
    let enough = |release: &&Release| release.mattermost.at_least() >= hop.from.mattermost.at_most();
    let all = releases::all();
    let later = &all[all.partition_point(|release| release.gitlab < hop.to.gitlab)..];
    later.iter().take_while(|release| release.mattermost != Bundled::Nothing).find(enough).map(|r| r.gitlab)
}

fn held_back(hop: &Hop) -> Option<Concern> {
    let latest = of_line(Line::of(hop.to.gitlab)).last().filter(|_| hop.held_back())?;
    Some(Concern {
        rule: "stop-held-back",
        severity: Severity::Note,
        at: hop.to.gitlab,
        what: format!("the stop is made at {}, not at its latest patch {}", hop.to.gitlab, latest.gitlab),
        why: format!(
            "{} ships Mattermost {}, which is later than that of the release after it",
            latest.gitlab,
            shown(latest.mattermost)
        ),
        fix: "choose a later patch as the target, then the stop can be made at its latest patch".to_owned(),
        place: None,
        source: "release tags of omnibus-gitlab",
    })
}

fn schema_rewrite(hop: &Hop) -> Option<Concern> {
    crosses(hop, SCHEMA_REWRITE).then(|| Concern {
        rule: "schema-rewrite-6.0",
        severity: Severity::Action,
        at: hop.to.gitlab,
        what: "the first start runs the migrations of Mattermost 6.0: long, with locked tables, without a way back"
            .to_owned(),
        why: "text columns become JSON; values with an escaped NUL or otherwise invalid JSON, or an old default of \
              users.timezone, abort it"
            .to_owned(),
        fix: "in the bundled database (`sudo gitlab-psql -d mattermost_production`) cast the columns in a read-only query \
              and repair what fails; drop the default of users.timezone; plan for downtime by the rows of posts, users, channelmembers and jobs; let \
              the first start finish, however long it takes"
            .to_owned(),
        place: None,
        source: "the document, \"Upgrading GitLab Mattermost to 14.6\"; known problem P26",
    })
}

fn env_directory(hop: &Hop) -> Option<Concern> {
    let crosses = hop.from.gitlab < ENV_DIRECTORY_MOVED && ENV_DIRECTORY_MOVED <= hop.to.gitlab;
    crosses.then(|| Concern {
        rule: "env-directory-moved",
        severity: Severity::Note,
        at: hop.to.gitlab,
        what: "the env directory moves from /var/opt/gitlab/mattermost/env to /opt/gitlab/etc/mattermost/env"
            .to_owned(),
        why: "DIFFERENCE: the document gives its later place for GitLab 11.0 and later; it holds from 11.6".to_owned(),
        fix: "change scripts and aliases that call the command-line tool with the old folder".to_owned(),
        place: None,
        source: "erratum 10",
    })
}

fn collision(hop: &Hop) -> Option<Concern> {
    crosses(hop, TAKEN_NUMBERS).then(|| Concern {
        rule: "migration-numbers-taken",
        severity: Severity::Note,
        at: hop.to.gitlab,
        what: "from now on the database cannot go to Mattermost 11.0 to 11.7.2 or 11.8.0".to_owned(),
        why: "10.11.16 and later use the migration numbers 142 to 144 for other changes than 11.x does".to_owned(),
        fix: "when leaving the bundle for 11.x take 11.7.3 or later (11.6.5 and 11.8.1 will do too)".to_owned(),
        place: None,
        source: "known problem P28",
    })
}

/// Releases without Mattermost in the packages for SLES 12.5.
fn platform(hop: &Hop) -> Option<Concern> {
    let lacks = |release: &Release| match (release.gitlab.minor_line(), release.gitlab.patch) {
        ((18, 9), patch) => patch >= 6,
        ((18, 10), patch) => patch >= 4,
        (line, _) => line == (18, 11),
    };
    (lacks(hop.to) && !lacks(hop.from)).then(|| Concern {
        rule: "no-mattermost-on-sles-12.5",
        severity: Severity::Note,
        at: hop.to.gitlab,
        what: "the package for SLES 12.5 has no Mattermost any more".to_owned(),
        why: "it was left out of it from 18.9.6, 18.10.4 and 18.11.0 on".to_owned(),
        fix: "on that system leave the bundle with an earlier release".to_owned(),
        place: None,
        source: "release tags of omnibus-gitlab",
    })
}

/// The risen need of GitLab itself, which holds with or without Mattermost.
pub(super) fn gitlab_floor(hop: &Hop) -> Option<Concern> {
    let concern = floor("GitLab", floors(hop.from).gitlab, floors(hop.to).gitlab, hop)?;
    Some(Concern { rule: "postgresql-floor-gitlab", severity: Severity::Action, ..concern })
}

/// The risen need of Mattermost, which the bundled PostgreSQL always meets.
fn mattermost_floor(hop: &Hop) -> Option<Concern> {
    floor("Mattermost", floors(hop.from).mattermost, floors(hop.to).mattermost, hop)
}

fn floor(program: &str, before: Option<&str>, after: Option<&str>, hop: &Hop) -> Option<Concern> {
    let floor = after.filter(|_| after != before)?;
    Some(Concern {
        rule: "postgresql-floor-mattermost",
        severity: Severity::Note,
        at: hop.to.gitlab,
        what: format!("{program} needs PostgreSQL {floor} or later"),
        why: before.map_or("earlier needs are not known".to_owned(), |before| format!("until now {before} was enough")),
        fix: "before installing: the bundled PostgreSQL with `gitlab-ctl pg-upgrade`, an own one by its own means"
            .to_owned(),
        place: None,
        source: "core/data/postgresql-floors.csv",
    })
}

/// A bundled version as people read it.
pub(super) fn shown(bundled: Bundled) -> String {
    match bundled {
        Bundled::Nothing => "none".to_owned(),
        Bundled::Exactly(version) => version.to_string(),
        Bundled::Between { at_least, at_most } => format!("{at_least} to {at_most}"),
    }
}
