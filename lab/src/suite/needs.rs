//! What the chosen subjects can do, and so which scenarios they can serve.

use crate::chromium::Chromium;
use crate::subject::{Choices, GitLabChoice, HostChoice};

/// Every need a scenario may name, as a tag without its `@`.
pub const NEEDS: [&str; 4] = ["needs-container", "needs-browser", "needs-mock-gitlab", "needs-postgresql-programs"];

/// Why the chosen subjects cannot meet a need, or nothing if they can.
pub fn unmet_need(choices: &Choices, need: &str) -> Option<String> {
    match need {
        "needs-container" => no_container_engine(),
        "needs-browser" if Chromium::installed().is_none() => {
            Some("no `chromedriver` in PATH; install Debian's packages chromium and chromium-driver".to_owned())
        }
        "needs-mock-gitlab" if choices.host == HostChoice::Container => {
            Some("the lab cannot change a GitLab in a container".to_owned())
        }
        "needs-mock-gitlab" if choices.gitlab != GitLabChoice::Mock => {
            Some(format!("the lab cannot stop or change the GitLab `{}`", choices.gitlab))
        }
        "needs-postgresql-programs" => crate::backup::locate::programs().err().map(|error| crate::cause::chain(&error)),
        _ => None,
    }
}

fn no_container_engine() -> Option<String> {
    let address = std::env::var("DOCKER_HOST").unwrap_or_else(|_| "unix:///var/run/docker.sock".to_owned());
    let socket = address.strip_prefix("unix://")?;
    let reason = || format!("no container engine: there is no socket `{socket}`");
    (!std::path::Path::new(socket).exists()).then(reason)
}
