//! The document's decision: by the package's own upgrade, or not.
//!
//! # Source
//! The document, "Upgrading GitLab Mattermost".

use serde::Serialize;

use super::before_11::{OWN_CONFIG_JSON, set_outside};
use super::{Concern, Hop, Release, Severity};
use crate::installation::Installation;

/// How Mattermost may be upgraded.
///
/// # Shape
/// In JSON `package`, `package_if_configured_in_gitlab_rb` or `one_of_two_options`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// By upgrading the package and running reconfigure.
    Package,
    /// So too, but only if Mattermost was configured through `gitlab.rb` alone; that could not be told.
    PackageIfConfiguredInGitlabRb,
    /// By one of two options, because it was configured elsewhere too.
    OneOfTwoOptions,
}

/// The route, why, and what else there is.
///
/// # Shape
/// A JSON object with these fields; `set_outside` and `options` are left out if empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// The route.
    pub route: Route,
    /// Why this route.
    pub because: &'static str,
    /// Settings of `config.json` that did not come from `gitlab.rb`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub set_outside: Vec<String>,
    /// The document's two options.
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    pub options: &'static [&'static str],
}

/// What the document decides for the installed release.
pub(super) fn decide(from: &Release, installation: &Installation<'_>) -> Decision {
    if from.gitlab >= OWN_CONFIG_JSON {
        return Decision {
            route: Route::Package,
            because: "from GitLab 11.0 on the package passes its settings by environment and leaves config.json alone",
            set_outside: Vec::new(),
            options: &[],
        };
    }
    let set_outside = set_outside(from, installation);
    let route = if set_outside.is_empty() { Route::PackageIfConfiguredInGitlabRb } else { Route::OneOfTwoOptions };
    Decision {
        route,
        because: "before GitLab 11.0 reconfigure writes config.json, so changes made in it or in the System Console are lost",
        set_outside,
        options: &[
            "carry the changes of config.json over into gitlab.rb, what it has no key for into mattermost['env']",
            "move Mattermost out of the package, to a folder or server of its own",
        ],
    }
}

/// The decision as a concern on the first hop, where it is not simply the package's own upgrade.
pub(super) fn concern(decision: &Decision, first: &Hop) -> Option<Concern> {
    let why = match decision.route {
        Route::Package => return None,
        Route::PackageIfConfiguredInGitlabRb => "it cannot be told from the given files".to_owned(),
        Route::OneOfTwoOptions => format!("these did not come from gitlab.rb: {}", decision.set_outside.join(", ")),
    };
    Some(Concern {
        rule: "configured-outside-gitlab-rb",
        severity: Severity::Action,
        at: first.to.gitlab,
        what: "the package's own upgrade will do only if Mattermost was configured through gitlab.rb alone".to_owned(),
        why,
        fix: decision.options.join("; or "),
        place: None,
        source: "the document, \"Upgrading GitLab Mattermost\"",
    })
}
