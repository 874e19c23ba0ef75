//! Steps of the chapter *Email Notifications*: a mail server, what the administrator does in the console, what arrives.
//!
//! - `Given a mail server runs`, whose port is `{mail port}` in text blocks
//! - `When the administrator saves these settings in the console:`, their JSON below
//! - `When the administrator lets Mattermost send a test mail`
//! - `Then the mail is sent`, or `the mail is refused with status 500 and "api.admin.test_email.missing_server"`
//! - `Then the mail server has a mail to "alice@example.com" from "…" with the subject "…"`
//! - `Then the mail server has 2 mails to "alice@example.com" with the subject "…"`, or `has 0 mails` at all; it `was shown no
//!   credentials`
//!
//! A real server also writes of its own accord, so what arrives is looked for by its subject.

use std::time::Duration;

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::{Value, json};

use super::filled;
use crate::world::{MATTERMOST_URL, Missing, StepError, World};
use gitlab_mattermost_stage::mail::{Mail, MailServer};

/// A mail that was sent arrives within this.
const ARRIVES_WITHIN: Duration = Duration::from_secs(5);

#[given("a mail server runs")]
async fn runs(world: &mut World) -> Result<(), StepError> {
    world.mail = Some(MailServer::start().await?);
    Ok(())
}

#[when("the administrator saves these settings in the console:")]
async fn saves(world: &mut World, step: &Step) -> Result<(), StepError> {
    world.begin_action();
    let settings: Value = serde_json::from_str(&filled(world, step)?)?;
    let page = world.browser()?.put_json(&format!("{MATTERMOST_URL}/api/v4/config/patch"), &settings).await?;
    if page.status == 200 {
        return Ok(());
    }
    Err(world.fail("the console saves the settings", "status 200", page.outcome()))
}

#[when("the administrator lets Mattermost send a test mail")]
async fn sends(world: &mut World) -> Result<(), StepError> {
    world.begin_action();
    // No settings of the form: those in force are used.
    let page = world.browser()?.post_json(&format!("{MATTERMOST_URL}/api/v4/email/test"), &json!(null)).await?;
    world.remembered.test_mail = Some(page.outcome());
    Ok(())
}

#[then("the mail is sent")]
async fn is_sent(world: &mut World) -> Result<(), StepError> {
    answered(world, "Mattermost hands the mail to the mail server", "status 200")
}

#[then(regex = r#"^the mail is refused with status (\d+) and "([^"]*)"$"#)]
async fn is_refused(world: &mut World, status: u16, id: String) -> Result<(), StepError> {
    answered(world, "Mattermost does not send the mail", &format!("status {status} and `{id}`"))
}

#[then(regex = r#"^the mail server has a mail to "([^"]*)" from "([^"]*)" with the subject "([^"]*)"$"#)]
async fn has_mail(world: &mut World, to: String, from: String, subject: String) -> Result<(), StepError> {
    let mails = server(world)?.wait_for(1, ARRIVES_WITHIN).await;
    let fits = |mail: &Mail| mail.to == [to.as_str()] && mail.from == from && mail.subject() == subject;
    if mails.iter().filter(|mail| fits(mail)).count() == 1 {
        return Ok(());
    }
    let expected = format!("one mail to {to} from {from}: {subject}");
    Err(world.fail("the mail has arrived as it was sent", expected, listed(&mails)))
}

#[then(regex = r#"^the mail server has (\d+) mails to "([^"]*)" with the subject "([^"]*)"$"#)]
async fn has_mails_about(world: &mut World, count: usize, to: String, subject: String) -> Result<(), StepError> {
    let mails = server(world)?.wait_for(count, ARRIVES_WITHIN).await;
    if mails.iter().filter(|mail| mail.to == [to.as_str()] && mail.subject() == subject).count() == count {
        return Ok(());
    }
    let expected = format!("{count} mails to {to}: {subject}");
    Err(world.fail("each mail has arrived once", expected, listed(&mails)))
}

#[then(regex = r"^the mail server has (\d+) mails?$")]
async fn has_mails(world: &mut World, count: usize) -> Result<(), StepError> {
    let mails = server(world)?.mails();
    if mails.len() == count {
        return Ok(());
    }
    Err(world.fail("no more and no fewer mails have arrived", count.to_string(), listed(&mails)))
}

#[then("the mail server was shown no credentials")]
async fn saw_no_credentials(world: &mut World) -> Result<(), StepError> {
    match server(world)?.sign_ins() {
        0 => Ok(()),
        times => {
            let requirement = "credentials are not sent over a connection that is not encrypted";
            Err(world.fail(requirement, "no AUTH", format!("AUTH {times} times")))
        }
    }
}

fn server(world: &World) -> Result<&MailServer, Missing> {
    world.mail.as_ref().ok_or(Missing { what: "mail server" })
}

fn listed(mails: &[Mail]) -> String {
    let one = |mail: &Mail| format!("to {} from {}: {}", mail.to.join(", "), mail.from, mail.subject());
    let all: Vec<String> = mails.iter().map(one).collect();
    format!("{} mails: {}", mails.len(), all.join("; "))
}

fn answered(world: &mut World, requirement: &str, expected: &str) -> Result<(), StepError> {
    let actual = world.remembered.test_mail.clone().ok_or(Missing { what: "test mail" })?;
    if actual == expected { Ok(()) } else { Err(world.fail(requirement, expected, actual)) }
}
