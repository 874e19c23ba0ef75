//! P26 to P29, P37, P43 to P49 and the erratum of versions: the database and upgrades.

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

pub(in crate::diagnosis) const P37: Problem = Problem {
    rule: "P37",
    title: "database-not-reached",
    cause: "Mattermost does not reach its database: PostgreSQL is down, still starts, listens elsewhere, or refuses the role; a program that is run without its variables asks its built-in address",
    fix: "start PostgreSQL (`gitlab-ctl status postgresql`) and compare `MM_SQLSETTINGS_DATASOURCE` with where it listens; run programs of the command line with `chpst -e /opt/gitlab/etc/mattermost/env`",
    source: "runs of 4.10 to 5.36.1; PostgreSQL, run",
};

pub(in crate::diagnosis) const P43: Problem = Problem {
    rule: "P43",
    title: "schema-too-old",
    cause: "the database is of a version from which this server does not upgrade in one step",
    fix: "go back to the old release, upgrade to the release that the message names, let it start, then go on",
    source: "the server's `upgradeDatabase`, 5.x to 6.x, read; the vendor's upgrade notes",
};

pub(in crate::diagnosis) const P44: Problem = Problem {
    rule: "P44",
    title: "teams-name-constraint",
    cause: "7.2, of GitLab 15.4, takes an index off `teams` that old databases have as a constraint, `teams_name_key`, and stops",
    fix: "drop the constraint as the owner of the table (`ALTER TABLE teams DROP CONSTRAINT teams_name_key`), see that no two teams have one name, and start again; keep a backup first",
    source: "mattermost/mattermost#21146",
};

pub(in crate::diagnosis) const P45: Problem = Problem {
    rule: "P45",
    title: "default-of-type",
    cause: "7.2 turns the columns `type` into enumerations; an old default of the column keeps PostgreSQL from it",
    fix: "drop the default (`ALTER TABLE channels ALTER COLUMN type DROP DEFAULT`, the same for `teams` and `uploadsessions`) and start again",
    source: "mattermost/mattermost#20921",
};

pub(in crate::diagnosis) const P46: Problem = Problem {
    rule: "P46",
    title: "counters-null",
    cause: "columns of counters that 5.35 to 6.1 brought are NULL in old rows, which the server cannot read; channels disappear",
    fix: "set the NULL counters (`msgcountroot`, `mentioncountroot`, `totalmsgcountroot`, `lastrootpostat`) to 0 or to the number of root posts; keep a backup first",
    source: "mattermost/mattermost#19197, #20948, #9215; pull request #19053",
};

pub(in crate::diagnosis) const P47: Problem = Problem {
    rule: "P47",
    title: "collation-version",
    cause: "the system's sorting rules are not those that the database was made with, so indexes on text may be wrong",
    fix: "`REINDEX DATABASE`, then `ALTER DATABASE … REFRESH COLLATION VERSION`",
    source: "PostgreSQL's documentation on collations; PostgreSQL 15, run",
};

pub(in crate::diagnosis) const P48: Problem = Problem {
    rule: "P48",
    title: "setting-of-newer-postgresql",
    cause: "the dump was made by a pg_dump that is newer than this server, and sets what the server does not know, such as `transaction_timeout` of 17",
    fix: "restore into a server at least as new, or dump with a pg_dump of the server's version; without `ON_ERROR_STOP` the line does no harm",
    source: "PostgreSQL's release notes of 17; PostgreSQL 15, run",
};

pub(in crate::diagnosis) const P49: Problem = Problem {
    rule: "P49",
    title: "postgresql-version-text",
    cause: "PostgreSQL's version number is one that the server cannot read, as builds of distributions and proxies in front of it print",
    fix: "ask PostgreSQL for `SHOW server_version_num` as Mattermost's role; connect without the proxy, or take a build whose answer is a number",
    source: "the server's `ensureMinimumDBVersion`, 6.x to 11.x, read",
};
