//! P22 to P25: backup, restore, move.

use super::Problem;

pub(in crate::diagnosis) const P22: Problem = Problem {
    rule: "P22",
    title: "backup-lacks-mattermost",
    cause: "GitLab's own backup never holds Mattermost, and the documented one leaves out plugins, `/etc/gitlab` and the variables; what is written while the server runs drifts apart",
    fix: "back up the database, the data, plugins and client-plugins folders, config.json, the env directory and /etc/gitlab, with Mattermost stopped; try the restore",
    source: "the document, backing up; the package's folders; commits of omnibus-gitlab of 2018-11 and 2021-08; erratum 19",
};

pub(in crate::diagnosis) const P23: Problem = Problem {
    rule: "P23",
    title: "restore-creates-nothing",
    cause: "the database does not belong to Mattermost's role; from PostgreSQL 15 on the role may then make no table, and psql ends with status 0 all the same",
    fix: "create the database with `createdb -O gitlab_mattermost` and load it with `psql -v ON_ERROR_STOP=1`",
    source: "PostgreSQL 15.18, run; mattermost/mattermost#21442; mattermost/docs#6275, #7974; erratum 18",
};

pub(in crate::diagnosis) const P24: Problem = Problem {
    rule: "P24",
    title: "dump-empty-or-unreadable",
    cause: "pg_dump failed and gzip hid it, or the dump begins with `\\restrict`, which an older psql does not know",
    fix: "make the dump with pg_dump itself and `set -o pipefail`, look at its last line, and load it with a psql at least as new",
    source: "prodrigestivill/docker-postgres-backup-local#174 and eight more threads; PostgreSQL, run",
};

pub(in crate::diagnosis) const P25: Problem = Problem {
    rule: "P25",
    title: "files-in-wrong-place-or-owner",
    cause: "a folder was copied into itself, from or to another place than the server reads, or belongs to somebody else",
    fix: "copy the content and not the folder, give it to the server's user, and let the settings name its place",
    source: "mattermost-docker#260, #262, #335, #362, #407, #409; mattermost/docker#94, #106; vendor's notes of 10.11.11",
};
