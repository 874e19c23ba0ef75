//! What the chosen subjects can do, and so which scenarios they can serve.

use std::cell::OnceCell;

use crate::chromium::Chromium;
use crate::subject::gitlab::missing_administration;
use crate::subject::{Choices, GitLabChoice, HostChoice};

/// Every need a scenario may name, as a tag without its `@`.
pub const NEEDS: [&str; 4] = ["needs-container", "needs-browser", "needs-mock-gitlab", "needs-gitlab-admin"];

/// What the chosen subjects offer; a running one is asked once, when a scenario first needs to know.
#[derive(Debug)]
pub struct Offer<'a> {
    choices: &'a Choices,
    missing_administration: OnceCell<Option<String>>,
}

impl<'a> Offer<'a> {
    /// What the subjects of `choices` offer.
    pub const fn of(choices: &'a Choices) -> Self {
        Self { choices, missing_administration: OnceCell::new() }
    }

    /// Why they cannot meet a need, or nothing if they can.
    pub fn lacks(&self, need: &str) -> Option<String> {
        let Choices { host, gitlab, .. } = self.choices;
        match need {
            "needs-container" => no_container_engine(),
            "needs-browser" if Chromium::installed().is_none() => {
                Some("no `chromedriver` in PATH; install Debian's packages chromium and chromium-driver".to_owned())
            }
            "needs-mock-gitlab" if *host == HostChoice::Container => {
                Some("the lab cannot change a GitLab in a container".to_owned())
            }
            "needs-mock-gitlab" if *gitlab != GitLabChoice::Mock => {
                Some(format!("the lab cannot stop or change the GitLab `{gitlab}`"))
            }
            "needs-gitlab-admin" => {
                self.missing_administration.get_or_init(|| missing_administration(self.choices)).clone()
            }
            _ => None,
        }
    }
}

fn no_container_engine() -> Option<String> {
    let address = std::env::var("DOCKER_HOST").unwrap_or_else(|_| "unix:///var/run/docker.sock".to_owned());
    let socket = address.strip_prefix("unix://")?;
    let reason = || format!("no container engine: there is no socket `{socket}`");
    (!std::path::Path::new(socket).exists()).then(reason)
}
