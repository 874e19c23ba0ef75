//! What is not Mattermost's: which services run on this server, and GitLab's own site.

use super::machine::Machine;
use super::paths::{EXTERNAL_URL_FILE, GITLAB_VIRTUAL_HOST, GITLAB_YML};
use super::shell::command;
use super::undecided::Undecided;
use super::{certificates, nginx, service};
use crate::omnibus::{Deployment, GitlabYml};
use crate::plan::{Content, Effect, Step, StepList};

/// See [`super::plan_gitlab`].
pub(super) fn plan(deployment: &Deployment, machine: &Machine) -> Result<StepList, Undecided> {
    let mut plan = StepList::default();
    let services = &deployment.services;
    let decided = |value: Option<bool>, what| value.ok_or(Undecided { what });
    let gitlab = decided(services.gitlab, "`gitlab_rails['enable']`")?;
    let web = decided(services.nginx, "`nginx['enable']`")?;
    service::switch("postgresql", decided(services.postgresql, "`postgresql['enable']`")?, machine, &mut plan);
    certificates::plan(machine, &mut plan);
    if gitlab {
        settings(&deployment.gitlab_yml, machine, &mut plan);
    }
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
    if nginx::plan("GitLab", GITLAB_VIRTUAL_HOST, site, machine, &mut plan) && web && machine.services.contains("nginx")
    {
        service::tell("nginx", "hup", &mut plan);
    }
    Ok(plan)
}

/// Writes where GitLab finds Mattermost. Nothing else of that file matters here, and so nothing else is in it.
fn settings(mattermost: &GitlabYml, machine: &Machine, plan: &mut StepList) {
    // A string of JSON is one of YAML.
    let host = mattermost.host.as_ref().map_or_else(String::new, |host| format!(" {}", serde_json::json!(host)));
    let text = format!("production:\n  mattermost:\n    enabled: {}\n    host:{host}\n", mattermost.enabled);
    if machine.text(GITLAB_YML) != Some(&text) {
        let folder = command(&["mkdir", "-p", "/var/opt/gitlab/gitlab-rails/etc"]);
        let (content, owner) = (Content::plain(text), "root:root".to_owned());
        let write = Effect::Write { path: GITLAB_YML.to_owned(), content, owner, mode: "0644".to_owned() };
        plan.push(Step::new("gitlab-yml", "tell GitLab where Mattermost is").command(folder).with(write));
    }
}
