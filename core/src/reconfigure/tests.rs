//! Plans for machines made by hand: what is there decides what is done.

use super::{FileState, Machine, UserState, places, plan_gitlab, plan_mattermost, plan_registration};
use crate::gitlab_rb::{ReadOptions, read};
use crate::omnibus::{Deployment, DeriveOptions, Secrets, derive};
use crate::plan::{Effect, StepList};

const ENV: &str = "/opt/gitlab/etc/mattermost/env";

fn deployment(settings: &str, secrets: &str) -> Deployment {
    let gitlab_version = "14.7".parse().unwrap();
    let options = ReadOptions { file_name: "gitlab.rb".to_owned(), surroundings: Default::default(), gitlab_version };
    let urls = "external_url 'http://gitlab.example.com'\nmattermost_external_url 'http://mattermost.example.com'\n";
    let settings = read(&format!("{urls}{settings}"), &options).unwrap();
    let context = DeriveOptions {
        gitlab_version,
        secrets: Some(Secrets::read(secrets).unwrap()),
        generated_secret: "00112233445566778899aabbccddeeff".to_owned(),
        existing_files: Vec::new(),
    };
    derive(&settings, &context).unwrap()
}

/// A machine without Mattermost.
fn fresh() -> Machine {
    Machine {
        roles: Some(["gitlab-psql".to_owned()].into()),
        databases: ["gitlabhq_production".to_owned()].into(),
        services: ["gitlab", "nginx", "postgresql"].map(str::to_owned).into(),
        ..Machine::default()
    }
}

/// The machine after the plans for `deployment`, as far as a plan looks at it.
fn machine_of(deployment: &Deployment) -> Machine {
    let mut machine = fresh();
    for plan in [plan_gitlab(deployment, &machine).unwrap(), plan_mattermost(deployment, &machine).unwrap()] {
        for effect in plan.steps.iter().flat_map(|step| &step.effects) {
            if let Effect::Write { path, content, owner, .. } = effect {
                let owner = owner.split(':').next().unwrap_or_default();
                machine.files.insert(path.clone(), file(owner, content.expose()));
            }
        }
    }
    for directory in &deployment.directories {
        let owner = directory.owner.as_deref().unwrap_or("root");
        machine.files.insert(directory.path.clone(), FileState { text: None, ..file(owner, "") });
    }
    let version = deployment.version_file.clone().unwrap();
    for path in [deployment.config_json.path.clone(), version.path, Some(version.copied_from)] {
        machine.files.insert(path.unwrap(), file("mattermost", "6.2.1\n"));
    }
    machine.files.insert("/opt/gitlab/init/mattermost".to_owned(), file("root", ""));
    let id = |id: &Option<String>| id.as_ref().map_or(999, |id| id.parse().unwrap());
    let (uid, gid) = (id(&deployment.account.uid), id(&deployment.account.gid));
    let (shell, home) = (deployment.account.shell.clone(), deployment.account.home.clone().unwrap());
    machine.users.insert("mattermost".to_owned(), UserState { uid, gid, shell, home });
    machine.groups.insert("mattermost".to_owned(), gid);
    machine.roles.as_mut().unwrap().insert("gitlab_mattermost".to_owned());
    machine.databases.insert("mattermost_production".to_owned());
    machine.services.insert("mattermost".to_owned());
    machine
}

fn file(owner: &str, text: &str) -> FileState {
    FileState { owner: owner.to_owned(), group: "root".to_owned(), mode: 0o644, text: Some(text.to_owned()) }
}

fn ids(plan: &StepList) -> Vec<&str> {
    plan.steps.iter().map(|step| step.id.as_str()).collect()
}

fn commands(plan: &StepList) -> Vec<&str> {
    let effects = plan.steps.iter().flat_map(|step| &step.effects);
    effects.filter_map(|it| if let Effect::Command { command } = it { Some(command.as_str()) } else { None }).collect()
}

#[test]
fn a_machine_that_is_as_it_should_be_is_left_alone() {
    let deployment = deployment("mattermost['uid'] = 1234", r#"{"mattermost":{"gitlab_enable":true}}"#);
    let machine = machine_of(&deployment);
    assert_eq!(plan_gitlab(&deployment, &machine), Ok(StepList::default()));
    assert_eq!(plan_mattermost(&deployment, &machine), Ok(StepList::default()));
    assert!(plan_registration(&deployment).is_empty());
}

#[test]
fn a_fresh_machine_gets_account_database_files_and_service_in_this_order() {
    let plan = plan_mattermost(&deployment("", "{}"), &fresh()).unwrap();
    let ids = ids(&plan);
    let place = |id: &str| ids.iter().position(|it| *it == id).unwrap_or_else(|| panic!("no {id} in {ids:?}"));
    let order = [
        "make-group",
        "make-user",
        "directory-/var/opt/gitlab/mattermost",
        "make-role",
        "make-database",
        "env-MM_SERVICESETTINGS_SITEURL",
        "config-json",
        "service-run",
        "start-mattermost",
        "site-Mattermost",
        "hup-nginx",
    ];
    assert!(order.map(place).is_sorted(), "{ids:?}");
    let database = commands(&plan).into_iter().find(|command| command.contains("createdb")).unwrap();
    assert!(database.ends_with("-p 5432 -O gitlab_mattermost mattermost_production"), "{database}");
}

#[test]
fn every_step_of_a_plan_has_an_id_of_its_own() {
    let plan = plan_mattermost(&deployment("", "{}"), &fresh()).unwrap();
    let mut ids = ids(&plan);
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");
}

#[test]
fn a_changed_variable_is_written_and_restarts_mattermost_and_nothing_else() {
    let machine = machine_of(&deployment("", "{}"));
    let changed = deployment("mattermost['env'] = { 'HTTP_PROXY' => 'my_proxy' }", "{}");
    let plan = plan_mattermost(&changed, &machine).unwrap();
    assert_eq!(ids(&plan), ["env-HTTP_PROXY", "restart-mattermost"]);
    assert!(matches!(
        &plan.steps[0].effects[0],
        Effect::Write { path, content, .. } if *path == format!("{ENV}/HTTP_PROXY") && content.expose() == "my_proxy"
    ));
}

#[test]
fn a_leftover_variable_is_deleted() {
    let deployment = deployment("", "{}");
    let mut machine = machine_of(&deployment);
    machine.files.insert(format!("{ENV}/HTTP_PROXY"), file("root", "my_proxy"));
    let plan = plan_mattermost(&deployment, &machine).unwrap();
    assert_eq!(ids(&plan), ["env-HTTP_PROXY", "restart-mattermost"]);
    assert_eq!(commands(&plan)[0], format!("rm -f {ENV}/HTTP_PROXY"));
}

#[test]
fn an_account_that_is_there_is_changed_by_the_tools_of_the_system() {
    let machine = machine_of(&deployment("", "{}"));
    let changed = deployment("mattermost['uid'] = 1234\nmattermost['gid'] = 1235", "{}");
    let plan = plan_mattermost(&changed, &machine).unwrap();
    assert_eq!(commands(&plan), ["groupmod --gid 1235 mattermost", "usermod --uid 1234 mattermost"]);
}

#[test]
fn config_json_is_never_written_over() {
    let deployment = deployment("", "{}");
    let mut machine = machine_of(&deployment);
    machine.files.insert("/var/opt/gitlab/mattermost/config.json".to_owned(), file("mattermost", "{\"own\": 1}"));
    assert_eq!(plan_mattermost(&deployment, &machine), Ok(StepList::default()));
}

#[test]
fn mattermost_that_is_not_enabled_any_more_is_stopped_and_keeps_its_files() {
    let machine = machine_of(&deployment("", "{}"));
    let plan = plan_mattermost(&deployment("mattermost['enable'] = false", "{}"), &machine).unwrap();
    assert_eq!(ids(&plan), ["stop-mattermost", "site-Mattermost", "hup-nginx"]);
    assert!(commands(&plan).iter().all(|command| !command.contains("/var/opt/gitlab/mattermost")));
}

#[test]
fn a_server_of_mattermosts_own_loses_gitlab_and_keeps_the_rest() {
    let own = deployment("gitlab_rails['enable'] = false", "{}");
    let plan = plan_gitlab(&own, &fresh()).unwrap();
    assert_eq!(ids(&plan), ["stop-gitlab"]);
    assert!(plan_registration(&own).is_empty());
}

#[test]
fn gitlab_is_told_where_mattermost_is() {
    let machine = machine_of(&deployment("mattermost['enable'] = false", "{}"));
    let text = |machine: &Machine| machine.text("/var/opt/gitlab/gitlab-rails/etc/gitlab.yml").unwrap().to_owned();
    let here = "production:\n  mattermost:\n    enabled: true\n    host: \"http://mattermost.example.com\"\n";
    assert_eq!(text(&machine), here);
    let moved = deployment("mattermost_external_url 'http://chat.example.com'", "{}");
    let plan = plan_gitlab(&moved, &machine).unwrap();
    assert_eq!(ids(&plan), ["gitlab-yml"]);
}

#[test]
fn a_certificate_that_is_not_read_yet_is_linked_and_nothing_is_restarted() {
    let deployment = deployment("", "{}");
    let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let given = |name: &str, text: &str| {
        let mut machine = machine_of(&deployment);
        machine.files.insert(format!("/etc/gitlab/trusted-certs/{name}"), file("root", text));
        machine
    };
    let planned = |machine: &Machine| plan_gitlab(&deployment, machine).unwrap();
    assert_eq!(ids(&planned(&given("authority.crt", certificate))), ["trusted-certificates"]);
    for (name, text) in
        [("README", certificate), ("authority.crt", "no certificate"), ("both.crt", certificate.repeat(2).as_str())]
    {
        assert!(planned(&given(name, text)).is_empty(), "{name}");
    }
    let mut linked = given("authority.crt", certificate);
    linked.files.insert("/opt/gitlab/embedded/ssl/certs/0a1b2c3d.0".to_owned(), file("root", certificate));
    assert!(planned(&linked).is_empty());
}

#[test]
fn a_secret_is_written_and_never_shown() {
    let secrets = r#"{"mattermost":{"sql_at_rest_encrypt_key":"of-nobodys-business"}}"#;
    let plan = plan_mattermost(&deployment("", secrets), &fresh()).unwrap();
    let shown = format!("{plan:?}{}", serde_json::to_string(&plan).unwrap());
    assert!(!shown.contains("of-nobodys-business"));
    let written = plan.steps.iter().flat_map(|step| &step.effects);
    let is_it = |it: &Effect| matches!(it, Effect::Write { content, .. } if content.expose() == "of-nobodys-business");
    assert_eq!(written.filter(|effect| is_it(effect)).count(), 1);
}

#[test]
fn everything_that_a_plan_writes_was_looked_at_before() {
    let deployment = deployment("", "{}");
    let looked_at = places(&deployment);
    let plans = [plan_gitlab(&deployment, &fresh()).unwrap(), plan_mattermost(&deployment, &fresh()).unwrap()];
    for effect in plans.iter().flat_map(|plan| &plan.steps).flat_map(|step| &step.effects) {
        if let Effect::Write { path, .. } = effect {
            let in_folder = looked_at.folders.iter().any(|folder| path.starts_with(folder));
            assert!(in_folder || looked_at.files.contains(path), "{path}");
        }
    }
}
