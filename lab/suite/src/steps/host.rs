//! Steps on a machine with the Linux package: what an administrator types there, and what is there afterwards.
//!
//! - `Given a host with the Linux package`, `… of GitLab 12.3`, `… for "gitlab.example" and "mattermost.gitlab.example"`,
//!   the names under which it is reached
//! - `Given two hosts with the Linux package, "gitlab.example.com" and "mattermost.example.com"`; steps are about the second,
//!   or about the one that they name: `When the administrator runs on "gitlab.example.com":`
//! - `Given GitLab and Mattermost run on a host`, as the document's *Getting started* has it; after it `… by the rules of
//!   before PostgreSQL 15`, where every role may create in the schema public
//! - `When "/etc/gitlab/gitlab.rb" gets the lines:`, the text below it
//! - `When the administrator runs:` the text below, as it is, by bash in a home directory; `When root runs:` the same as
//!   root; `When the administrator runs in a shell with aliases:` the same in an interactive shell
//! - ``Then on the host `id -u mattermost` prints "1234"``, or `… prints:` and the text below: any command, run by root
//! - ``Then on the host `test -e /x` fails``
//!
//! What a command of the document printed and how it ended is for the steps of [`super::command_line`].

use cucumber::gherkin::Step;
use cucumber::{given, then, when};

use super::{filled, shown, text};
use crate::world::{MATTERMOST_URL, StepError, World};
use gitlab_mattermost_stage::subject::host::{HostPlan, Ran, Shell};

const SETTINGS: &str = "/etc/gitlab/gitlab.rb";

/// What the administrator types in the document's *Getting started*.
const RECONFIGURE: &str = "sudo gitlab-ctl reconfigure";

/// A step of the lab's own making that did not work.
#[derive(Debug, thiserror::Error)]
#[error("`{command}` exited with {code} on the host:\n{output}")]
struct NotDone {
    command: String,
    code: i64,
    output: String,
}

/// Mattermost has not come up although it should have.
#[derive(Debug, thiserror::Error)]
#[error("Mattermost does not answer on the host within {UP_WITHIN} s")]
struct Silent;

/// Seconds that Mattermost may take to come up: reconfigure and `gitlab-ctl start` do not wait for it.
const UP_WITHIN: u32 = 30;

#[given("a host with the Linux package")]
async fn host(world: &mut World) -> Result<(), StepError> {
    world.start_host(HostPlan::both()).await.map(drop)
}

#[given(regex = r"^a host with the Linux package of GitLab (\S+)$")]
async fn host_of(world: &mut World, version: String) -> Result<(), StepError> {
    let plan = HostPlan { gitlab_version: Some(version.parse()?), ..HostPlan::both() };
    world.start_host(plan).await.map(drop)
}

#[given(regex = r#"^a host with the Linux package for ("[^"]+"(?:(?:, | and )"[^"]+")*)$"#)]
async fn host_for(world: &mut World, names: String) -> Result<(), StepError> {
    let names: Vec<&str> = names.split('"').skip(1).step_by(2).collect();
    world.start_host(HostPlan::of(&names)).await.map(drop)
}

#[given(regex = r#"^two hosts with the Linux package, "([^"]*)" and "([^"]*)"$"#)]
async fn two_hosts(world: &mut World, first: String, second: String) -> Result<(), StepError> {
    world.start_hosts(&[&first, &second]).await
}

#[given(regex = r"^GitLab and Mattermost run on a host( by the rules of (?:before )?PostgreSQL 15)?$")]
async fn both_run(world: &mut World, rules: String) -> Result<(), StepError> {
    let plan = HostPlan { rules_before_postgresql_15: rules.contains("before"), ..HostPlan::both() };
    world.start_host(plan).await?;
    add_settings(world, &format!("mattermost_external_url '{MATTERMOST_URL}'\n")).await?;
    do_on_host(world, Shell::Administrator, RECONFIGURE).await?;
    if wait_for_mattermost(world, MATTERMOST_URL).await? { Ok(()) } else { Err(Silent.into()) }
}

#[given(regex = r#"^"/etc/gitlab/gitlab.rb" gets the lines?:$"#)]
#[when(regex = r#"^"/etc/gitlab/gitlab.rb" gets the lines?:$"#)]
async fn settings(world: &mut World, step: &Step) -> Result<(), StepError> {
    add_settings(world, &text(step)?).await
}

#[given(regex = r#"^"/etc/gitlab/gitlab.rb" on "([^"]+)" holds:$"#)]
#[when(regex = r#"^"/etc/gitlab/gitlab.rb" on "([^"]+)" holds:$"#)]
async fn all_settings(world: &mut World, step: &Step, name: String) -> Result<(), StepError> {
    let text = filled(world, step)?;
    Ok(world.host_named(&name)?.write(SETTINGS, &text, "0600").await?)
}

#[when(regex = r#"^the administrator runs on "([^"]*)":$"#)]
async fn runs_on(world: &mut World, step: &Step, name: String) -> Result<(), StepError> {
    let command = text(step)?;
    let ran = world.host_named(&name)?.run(Shell::Administrator, &command).await?;
    world.finished = Some((command, ran).into());
    Ok(())
}

#[given("the administrator has run:")]
async fn has_run(world: &mut World, step: &Step) -> Result<(), StepError> {
    do_on_host(world, Shell::Administrator, &text(step)?).await.map(drop)
}

#[when("the administrator runs:")]
async fn runs(world: &mut World, step: &Step) -> Result<(), StepError> {
    finish(world, Shell::Administrator, text(step)?).await
}

#[when("root runs:")]
async fn root_runs(world: &mut World, step: &Step) -> Result<(), StepError> {
    finish(world, Shell::Root, text(step)?).await
}

#[when("the administrator runs in a shell with aliases:")]
async fn runs_with_aliases(world: &mut World, step: &Step) -> Result<(), StepError> {
    finish(world, Shell::Interactive, text(step)?).await
}

#[then(regex = r#"^on the host `([^`]+)` prints "([^"]*)"$"#)]
async fn prints(world: &mut World, command: String, expected: String) -> Result<(), StepError> {
    printed(world, &command, &expected).await
}

#[then(regex = r"^on the host `([^`]+)` prints:$")]
async fn prints_text(world: &mut World, step: &Step, command: String) -> Result<(), StepError> {
    let expected = text(step)?;
    printed(world, &command, expected.trim_end_matches('\n')).await
}

#[then(regex = r#"^on "([^"]+)" `([^`]+)` prints:$"#)]
async fn prints_text_on(world: &mut World, step: &Step, name: String, command: String) -> Result<(), StepError> {
    let expected = text(step)?;
    let ran = world.host_named(&name)?.run(Shell::Root, &command).await?;
    judged(world, &command, expected.trim_end_matches('\n'), &ran)
}

#[then(regex = r"^on the host `([^`]+)` (succeeds|fails)$")]
async fn ends(world: &mut World, command: String, how: String) -> Result<(), StepError> {
    let ran = world.host()?.run(Shell::Root, &command).await?;
    if (ran.code == 0) == (how == "succeeds") {
        return Ok(());
    }
    Err(world.fail(format!("`{command}` {how} on the host"), how, told(&ran)))
}

#[then(regex = r#"^Mattermost does not come up and logs "([^"]*)"$"#)]
async fn does_not_come_up(world: &mut World, words: String) -> Result<(), StepError> {
    let words = shlex::try_quote(&words)?.into_owned();
    let log = format!("grep --quiet --fixed-strings {words} /var/log/gitlab/mattermost/current");
    let logged = until(world, &log).await?;
    let ping =
        format!("curl --silent --output /dev/null --write-out '%{{http_code}}' {MATTERMOST_URL}/api/v4/system/ping");
    let status = world.host()?.run(Shell::Root, &ping).await?.stdout;
    if logged && status == "502" {
        return Ok(());
    }
    let told = if logged { "it" } else { "nothing of the kind" };
    let expected = format!("{words} in its log and status 502 from nginx");
    Err(world.fail("Mattermost cannot start", expected, format!("{told} in its log and status {status}")))
}

/// Waits until Mattermost answers its ping on the host, whose `curl` trusts the run's authority for it; tells whether it did
/// in time.
pub(super) async fn wait_for_mattermost(world: &World, url: &str) -> Result<bool, StepError> {
    let authority = world.lab()?.authority().root();
    let trusting = format!("--cacert <(echo '{authority}')");
    until(world, &format!("curl --fail --silent --max-time 5 --output /dev/null {trusting} {url}/api/v4/system/ping"))
        .await
}

/// Waits until a command succeeds on the host; tells whether it did in time.
async fn until(world: &World, command: &str) -> Result<bool, StepError> {
    let script = format!(
        "end=$(($(date +%s) + {UP_WITHIN})); until {command}; do [ $(date +%s) -lt $end ] || exit 1; sleep 0.1; done"
    );
    Ok(world.host()?.run(Shell::Root, &script).await?.code == 0)
}

/// Adds lines to the settings file, as an editor would.
pub(super) async fn add_settings(world: &World, lines: &str) -> Result<(), StepError> {
    let lines = shlex::try_quote(lines)?;
    do_on_host(world, Shell::Root, &format!("printf %s {lines} >> {SETTINGS}")).await.map(drop)
}

/// Runs a command of the lab's own on the host, which has to work.
pub(super) async fn do_on_host(world: &World, shell: Shell, command: &str) -> Result<Ran, StepError> {
    let ran = world.host()?.run(shell, command).await?;
    if ran.code == 0 {
        return Ok(ran);
    }
    let (command, code, output) = (command.to_owned(), ran.code, format!("{}{}", ran.stdout, ran.stderr));
    Err(NotDone { command, code, output }.into())
}

/// Runs what a step has below it, for later steps to look at.
pub(super) async fn finish(world: &mut World, shell: Shell, command: String) -> Result<(), StepError> {
    let ran = world.host()?.run(shell, &command).await?;
    world.finished = Some((command, ran).into());
    Ok(())
}

async fn printed(world: &mut World, command: &str, expected: &str) -> Result<(), StepError> {
    let ran = world.host()?.run(Shell::Root, command).await?;
    judged(world, command, expected, &ran)
}

/// Compares what a command printed with what it should.
fn judged(world: &mut World, command: &str, expected: &str, ran: &Ran) -> Result<(), StepError> {
    let actual = ran.stdout.strip_suffix('\n').unwrap_or(&ran.stdout);
    if actual == expected {
        return Ok(());
    }
    let actual = if actual.is_empty() { told(ran) } else { shown(actual.to_owned(), expected) };
    Err(world.fail(format!("what `{command}` prints on the host"), expected, actual))
}

fn told(ran: &Ran) -> String {
    format!("exit code {}, stdout `{}`, stderr `{}`", ran.code, ran.stdout.trim_end(), ran.stderr.trim_end())
}
