//! The document's decision: by the package's own upgrade, or not.
//!
//! # Source
//! The document, "Upgrading GitLab Mattermost".

use serde::Serialize;

use super::Release;
use crate::version::Version;

/// The first GitLab that leaves `config.json` alone.
pub(super) const OWN_CONFIG_JSON: Version = Version::new(11, 0, 0);

/// How Mattermost may be upgraded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// By upgrading the package and running reconfigure.
    Package,
    /// So too, but only if Mattermost was configured through `gitlab.rb` alone.
    PackageIfConfiguredInGitlabRb,
}

/// The route, why, and what else there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// The route.
    pub route: Route,
    /// Why.
    pub because: &'static str,
    /// The document's two options where the condition does not hold.
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    pub otherwise: &'static [&'static str],
}

/// What the document decides for the installed release.
pub(super) fn decide(from: &Release) -> Decision {
    if from.gitlab >= OWN_CONFIG_JSON {
        return Decision {
            route: Route::Package,
            because: "from GitLab 11.0 on the package passes its settings by environment and leaves config.json alone",
            otherwise: &[],
        };
    }
    Decision {
        route: Route::PackageIfConfiguredInGitlabRb,
        because: "before GitLab 11.0 reconfigure writes config.json, so changes made in it or in the System Console are lost",
        otherwise: &[
            "carry the changes of config.json over into gitlab.rb, what it has no key for into mattermost['env']",
            "move Mattermost out of the package, to a folder or server of its own",
        ],
    }
}
