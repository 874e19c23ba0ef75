//! P12 to P16, P30 and the errata of names: configuration.

use super::Problem;

pub(in crate::diagnosis) const P12: Problem = Problem {
    rule: "P12",
    title: "env-name-wrong",
    cause: "the server skips an unknown `MM_` name, and a value that does not parse, without a word; the setting keeps the value of config.json",
    fix: "use the name that the running version derives from config.json: `MM_`, section, `_`, key, in capitals and without further underscores",
    source: "mattermost/mattermost#22564, #23719; pull request #24151; six servers, run with every name",
};

pub(in crate::diagnosis) const P13: Problem = Problem {
    rule: "P13",
    title: "setting-locked-or-reverted",
    cause: "a variable wins over config.json, an empty one does not; the console shows a setting as locked by the variable's name alone",
    fix: "change the setting where it counts: in `mattermost['env']` or the setting that makes the variable, or remove the variable; then reconfigure",
    source: "mattermost/mattermost#1975, #2006, #7397, #10404, #11212, #16607, #17329; six servers, run; chpst, run",
};

pub(in crate::diagnosis) const P14: Problem = Problem {
    rule: "P14",
    title: "env-only-settings-lost-on-move",
    cause: "the package passes site URL, database, folders and the sign-in through GitLab by environment only, and the server strips them before it saves config.json",
    fix: "carry every variable of the env directory over into the new server's configuration; `mattermost-lab upgrade --from VERSION` lists them",
    source: "mattermost/mattermost-server: config/store.go of 2021-07; the package's env, 11.0 to 18.11",
};

pub(in crate::diagnosis) const P15: Problem = Problem {
    rule: "P15",
    title: "cli-cannot-find-database",
    cause: "the program is run without the package's env directory, so it takes its built-in data source: host `dockerhost` up to 5.15, `localhost` later",
    fix: "run it through `chpst -e /opt/gitlab/etc/mattermost/env` (before GitLab 11.6 `/var/opt/gitlab/mattermost/env`), or use mmctl",
    source: "the document, command line tools; the vendor's changelog of 5.16; runs of 4.10 to 5.36.1",
};

pub(in crate::diagnosis) const P16: Problem = Problem {
    rule: "P16",
    title: "mmctl-cannot-sign-in",
    cause: "users of GitLab have no password in Mattermost, local mode is off by default, and the old command line lost most of its commands with 6.0",
    fix: "set `EnableLocalMode`, or create an administrator with a password; translate old commands to mmctl, which the package has from GitLab 14.9 on",
    source: "mattermost-operator pull requests #201, #350; vendor's notes of 5.24, 6.0, 6.5 and 11.0",
};

pub(in crate::diagnosis) const P30: Problem = Problem {
    rule: "P30",
    title: "configuration-refused",
    cause: "the configuration breaks a rule of this version, or needs another setting first; the server does not start, or refuses to save",
    fix: "correct the value before the new version is started",
    source: "the server's own checks of 4.10 to 5.36 re-expressed and run; vendor's notes of 11.0 and 12.0",
};

pub(in crate::diagnosis) const E06: Problem = Problem {
    rule: "E06",
    title: "exceptions-incomplete",
    cause: "the rule by which old settings become variables has more exceptions than the table lists, and some keys reached nothing at all",
    fix: "translate with `mattermost-lab translate`, which knows every key of GitLab 10.8",
    source: "package 10.8.0, rendered with one sentinel a setting; errata 6 and 7",
};

pub(in crate::diagnosis) const P50: Problem = Problem {
    rule: "P50",
    title: "equal-sign",
    cause: "with an equal sign Ruby makes a local variable, which nothing reads, instead of calling the setting",
    fix: "write the setting without the equal sign, as in `mattermost_external_url 'https://mattermost.example.com'`, then reconfigure",
    source: "GitLab's page, troubleshooting; package 14.7, run",
};

pub(in crate::diagnosis) const P51: Problem = Problem {
    rule: "P51",
    title: "same-address",
    cause: "nginx tells its virtual hosts apart by name and port; of two with the same the first answers, which is GitLab's",
    fix: "give Mattermost a host name of its own, or a port of its own that is free on every address",
    source: "gitlabhq/gitlabhq#10039; the document, getting started; the package's nginx templates",
};

pub(in crate::diagnosis) const P52: Problem = Problem {
    rule: "P52",
    title: "port-taken",
    cause: "two services listen on one port of the machine, so the one that starts later cannot",
    fix: "choose a port that nothing else has, in `mattermost['service_port']` or in the URL; then reconfigure",
    source: "attributes of the package, 11.0 to 18.8; package 14.7, run",
};

pub(in crate::diagnosis) const P53: Problem = Problem {
    rule: "P53",
    title: "sign-in-without-credentials",
    cause: "`gitlab_enable` in gitlab.rb switches the automatic registration off, and without id and secret GitLab knows no such application",
    fix: "remove `gitlab_enable` so that reconfigure registers Mattermost, or give `gitlab_id` and `gitlab_secret` of an application in GitLab",
    source: "the package's recipes, 11.0 to 15.3; GitLab's provider, run",
};
