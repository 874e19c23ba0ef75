//! What stops an installation with traces of Mattermost on its way to GitLab 19, which has none: when, where and why.
//!
//! Two checks ask different questions. Before the package is installed the *old* package's code looks at its cached
//! node file. After it, the *new* package's `reconfigure` looks at `gitlab.rb` and at the secrets file.
//!
//! # Source
//! `package/libraries/deprecations.rb` of omnibus-gitlab 18.11.0 to 19.3.0; known problem P29.

use serde::Serialize;

use super::Hop;
use crate::installation::Installation;
use crate::version::Version;

/// The first release without Mattermost.
pub(crate) const WITHOUT_MATTERMOST: Version = Version::new(19, 0, 0);
/// The first release whose `reconfigure` minds only a Mattermost that is switched on.
const LENIENT: Version = Version::new(19, 3, 0);

/// Whether a check stops.
///
/// # Shape
/// In JSON `yes`, `no` or `depends`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stops {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// That depends on files that were not given, or on chance.
    Depends,
}

/// What one check does, and why.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ruling {
    /// Whether it stops.
    pub stops: Stops,
    /// The condition on which this release's check stops.
    pub when: &'static str,
    /// What of the installation decided it.
    pub why: String,
    /// What to do, in order; empty where nothing is to be done.
    pub fix: Vec<&'static str>,
}

/// Both checks for one pair of releases.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gate {
    /// The release whose package is replaced.
    pub installed: Version,
    /// The release that replaces it.
    pub target: Version,
    /// Whether the plan goes this way; if not, it is the direct way, on which the plan makes a stop.
    pub planned: bool,
    /// The check before the package is installed.
    pub package: Ruling,
    /// The check of the new package's `reconfigure`.
    pub reconfigure: Ruling,
}

/// Whether the hop leads out of the releases that ship Mattermost.
pub(super) fn crossed(hop: &Hop) -> bool {
    hop.from.gitlab < WITHOUT_MATTERMOST && WITHOUT_MATTERMOST <= hop.to.gitlab
}

/// What both checks make of the installation.
pub(crate) fn gate(installed: Version, target: Version, planned: bool, installation: &Installation<'_>) -> Gate {
    Gate {
        installed,
        target,
        planned,
        package: package_check(installed, installation),
        reconfigure: reconfigure_check(target, installation),
    }
}

pub(super) const REMOVE_TRACES: &str = "remove every `mattermost[...]` and `mattermost_nginx[...]` line from gitlab.rb, and replace \
                      `mattermost_external_url` by `gitlab_rails['mattermost_host']`";
const REFRESH: &str = "run `gitlab-ctl reconfigure` with the old package, so that its cached node file is fresh";
const NEWER: &str = "install 18.11.9 or later first: its check judges rightly";
const SKIP: &str =
    "or, knowing that, create /etc/gitlab/skip-fail-config-check: the check then only prints its message";
const SAVE: &str = "save the `mattermost` section of gitlab-secrets.json: the first reconfigure of 19 drops it";
const AGAIN: &str =
    "run `gitlab-ctl reconfigure` a second time: the first run has dropped the section from the secrets file";

/// The check before installation, by the patch of 18.11 that is installed.
fn package_check(installed: Version, installation: &Installation<'_>) -> Ruling {
    if installation.node_is_malformed() && installed.minor_line() == (18, 11) {
        return Ruling {
            stops: Stops::Yes,
            when: "always while the cached node file has no `normal` section",
            why: "the last reconfigure did not come to its end; the check calls the file malformed".to_owned(),
            fix: vec![REFRESH, SKIP],
        };
    }
    match (installed.minor_line(), installed.patch) {
        ((18, 11), 0..=6) => Ruling {
            stops: Stops::No,
            when: "never because of Mattermost: 18.11.0 to 18.11.6 do not know the rule",
            why: "the package installs, the Mattermost program is gone, and only then reconfigure may stop".to_owned(),
            fix: vec![NEWER],
        },
        ((18, 11), 7) => any_section(installation),
        ((18, 11), 8) => switched_on(installation, true),
        ((18, 11), _) => switched_on(installation, false),
        _ => Ruling {
            stops: Stops::Yes,
            when: "always: 18.11 is a required stop before 19.0",
            why: format!("{installed} is older than 18.11"),
            fix: vec![NEWER],
        },
    }
}

/// 18.11.7: any section in the cached node file will do.
fn any_section(installation: &Installation<'_>) -> Ruling {
    let (stops, why) = match (installation.has_node_section(), installation.has_secrets()) {
        (Some(true), _) => (Stops::Yes, "the cached node file has a `mattermost` section"),
        (Some(false), _) => (Stops::No, "the cached node file has no `mattermost` section"),
        (None, Some(true)) => {
            (Stops::Yes, "the secrets file has a `mattermost` section, which is cached with the node")
        }
        (None, _) => (
            Stops::Depends,
            "the cached node file was not given; nearly every server has the section, because secrets for Mattermost \
             are generated even where it was never used",
        ),
    };
    let fix = if stops == Stops::No { vec![] } else { vec![NEWER, SKIP] };
    Ruling {
        stops,
        when: "it stops if the cached node file has any non-empty `mattermost` section",
        why: why.to_owned(),
        fix,
    }
}

/// 18.11.8 and later: `enable` in the cached node file, which the settings had made at the last reconfigure.
fn switched_on(installation: &Installation<'_>, by_accident: bool) -> Ruling {
    let (stops, why) = match (installation.node_enabled(), installation.enabled()) {
        (Some(true), _) => (Stops::Yes, "the cached node file has Mattermost enabled"),
        (None, Some(true)) => (Stops::Yes, "gitlab.rb enables Mattermost"),
        _ if by_accident => (Stops::Depends, "18.11.8's own check has been seen to switch Mattermost on by accident"),
        (Some(false), _) => (Stops::No, "the cached node file has Mattermost not enabled"),
        (None, Some(false)) => (Stops::No, "gitlab.rb does not enable Mattermost; the cached node file was not given"),
        (None, None) => {
            (Stops::Depends, "neither the cached node file nor gitlab.rb tells whether Mattermost is enabled")
        }
    };
    let mut fix = match stops {
        Stops::No => vec![],
        Stops::Yes | Stops::Depends => vec![REMOVE_TRACES, REFRESH, SKIP],
    };
    if by_accident {
        fix.insert(0, NEWER);
    }
    Ruling {
        stops,
        when: "it stops if Mattermost's `enable` is exactly true in the cached node file; `mattermost_external_url` makes it so",
        why: why.to_owned(),
        fix,
    }
}

/// The check of the new package's `reconfigure`.
fn reconfigure_check(target: Version, installation: &Installation<'_>) -> Ruling {
    if target >= LENIENT {
        let (stops, why, fix) = match installation.enable_is_true() {
            Some(true) => (Stops::Yes, "gitlab.rb has `mattermost['enable'] = true`", vec![REMOVE_TRACES]),
            Some(false) => (Stops::No, "gitlab.rb has no `mattermost['enable'] = true`", vec![]),
            None => (Stops::Depends, "gitlab.rb was not given, or only Ruby could tell", vec![REMOVE_TRACES]),
        };
        return Ruling { stops, when: "it stops if `mattermost['enable']` is exactly true", why: why.to_owned(), fix };
    }
    let (stops, why, fix) = match (installation.has_settings(), installation.has_secrets()) {
        (Some(true), _) => (
            Stops::Yes,
            "gitlab.rb has `mattermost[...]`; it stops every run until that is gone",
            vec![REMOVE_TRACES, SAVE],
        ),
        (Some(false), Some(false)) => {
            (Stops::No, "neither gitlab.rb nor the secrets file has anything for Mattermost", vec![])
        }
        (Some(false), Some(true)) => {
            (Stops::Yes, "the secrets file has a `mattermost` section; the first run stops", vec![SAVE, AGAIN])
        }
        (None, Some(true)) => (
            Stops::Yes,
            "the secrets file has a `mattermost` section; gitlab.rb was not given",
            vec![REMOVE_TRACES, SAVE, AGAIN],
        ),
        (_, None) => (
            Stops::Depends,
            "the secrets file was not given; nearly every server's has a `mattermost` section, which stops the first run",
            vec![REMOVE_TRACES, SAVE, AGAIN],
        ),
        (None, Some(false)) => {
            (Stops::Depends, "gitlab.rb was not given, or only Ruby could tell", vec![REMOVE_TRACES])
        }
    };
    Ruling {
        stops,
        when: "it stops if there is any non-empty `mattermost` section, from gitlab.rb or from an old gitlab-secrets.json",
        why: why.to_owned(),
        fix,
    }
}
