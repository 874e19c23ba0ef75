//! P26 to P29 and the erratum of versions: upgrades.

use super::Problem;

pub(in crate::diagnosis) const P26: Problem = Problem {
    rule: "P26",
    title: "json-migration-6.0",
    cause: "6.0 turns text columns into JSON; a value with the escape for NUL or that is no JSON, or an old default of users.timezone, aborts it",
    fix: "repair the values (take the escape out), drop the default of users.timezone, and start again",
    source: "mattermost/mattermost#18038, #18663, #18684, #18747; mattermost/docker#74; vendor's notes of 6.0",
};

pub(in crate::diagnosis) const P27: Problem = Problem {
    rule: "P27",
    title: "migrations-cannot-apply",
    cause: "the role does not own the tables, PostgreSQL is older than the server needs, a run was interrupted, or `db_migrations` has other rows than the server's own list",
    fix: "give all tables to Mattermost's role, upgrade PostgreSQL first, clear what an interrupted run left behind, and never mix rows of `db_migrations` by hand: go back to a backup of the version that made them",
    source: "mattermost/mattermost#20782, #21442, #20275, #24201, #36594; pull request #23793; `computePendingMigrations` of mattermost/morph; runs of 4.10 to 5.36.1",
};

pub(in crate::diagnosis) const P28: Problem = Problem {
    rule: "P28",
    title: "esr-number-collision-and-backward-moves",
    cause: "10.11.16 and later took the migration numbers 142 to 144, which 11.x uses for other changes; and some upgrades of GitLab take Mattermost to an older version",
    fix: "go to 11.7.3 or later (11.6.5, 11.8.1 and 11.9.0 will do too); choose a release of GitLab that does not go backwards, at best the latest of 18.11",
    source: "mattermost/mattermost#36594; pull requests #36866, #37009, #37010, #37011; release tags of omnibus-gitlab",
};

pub(in crate::diagnosis) const P29: Problem = Problem {
    rule: "P29",
    title: "gitlab-19-gate",
    cause: "GitLab 19 has no Mattermost; the old package's check and the new package's reconfigure stop over what is left of it",
    fix: "move Mattermost first; upgrade to 18.11.9 or later; remove `mattermost[...]` and `mattermost_nginx[...]`, replace `mattermost_external_url` by `gitlab_rails['mattermost_host']`; reconfigure before upgrading",
    source: "package/libraries/deprecations.rb of omnibus-gitlab 18.11.0 to 19.3.0, read and run",
};

pub(in crate::diagnosis) const E09: Problem = Problem {
    rule: "E09",
    title: "version-row-wrong",
    cause: "the table of versions lacks a release, or names another Mattermost than the package has",
    fix: "ask `mattermost-lab upgrade`, which knows every release",
    source: "release tags of omnibus-gitlab; erratum 9",
};
