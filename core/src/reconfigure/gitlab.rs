//! What is not Mattermost's: which services run on this server, and GitLab's own site.

use super::machine::Machine;
use super::{Undecided, nginx, service};
use crate::omnibus::Deployment;
use crate::plan::{Content, Effect, Plan, Step};

/// GitLab's URL, for whatever stands in GitLab's place on the machine.
pub const EXTERNAL_URL_FILE: &str = "/opt/gitlab/etc/gitlab-external-url";

pub(super) const VIRTUAL_HOST: &str = "/var/opt/gitlab/nginx/conf/gitlab-http.conf";
pub(super) const MATTERMOST_VIRTUAL_HOST: &str = "/var/opt/gitlab/nginx/conf/gitlab-mattermost-http.conf";

/// See [`super::plan_gitlab`].
pub(super) fn plan(deployment: &Deployment, machine: &Machine) -> Result<Plan, Undecided> {
    let mut plan = Plan::default();
    let services = &deployment.services;
    let decided = |value: Option<bool>, what| value.ok_or(Undecided { what });
    let gitlab = decided(services.gitlab, "`gitlab_rails['enable']`")?;
    let web = decided(services.nginx, "`nginx['enable']`")?;
    service::switch("postgresql", decided(services.postgresql, "`postgresql['enable']`")?, machine, &mut plan);
    let url = deployment.gitlab_site.as_ref().map(|site| format!("{}\n", site.url));
    let moved = url.filter(|url| gitlab && machine.text(EXTERNAL_URL_FILE) != Some(url));
    if let Some(url) = &moved {
        let path = EXTERNAL_URL_FILE.to_owned();
        let (content, owner) = (Content::plain(url), "root:root".to_owned());
        let write = Effect::Write { path, content, owner, mode: "0644".to_owned() };
        plan.push(Step::new("gitlab-url", format!("tell GitLab its URL, {}", url.trim_end())).with(write));
    }
    service::switch("gitlab", gitlab, machine, &mut plan);
    if moved.is_some() && machine.services.contains("gitlab") {
        service::tell("gitlab", "restart", &mut plan);
    }
    service::switch("nginx", web, machine, &mut plan);
    let site = deployment.gitlab_site.as_ref().and_then(|site| site.nginx.as_ref());
    if nginx::plan("GitLab", VIRTUAL_HOST, site, machine, &mut plan) && web && machine.services.contains("nginx") {
        service::tell("nginx", "hup", &mut plan);
    }
    Ok(plan)
}
