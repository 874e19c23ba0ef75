//! The steps of the features, a file per topic. A step reads like the document and has no logic of its own.

mod answers;
mod authorize;
mod by_version;
mod command_line;
mod configuring;
mod file;
mod getting_started;
mod host;
mod host_backup;
mod https;
mod integrations;
mod mail;
mod oauth2_sequence;
mod own_server;
mod parts;
mod posts;
mod provider;
mod real_browser;
mod redemption;
mod refusals;
mod running;
mod safe_backup;
mod sign_in;
mod upgrading;

use cucumber::gherkin::Step;

use crate::world::{Missing, World};

/// A step without the text block that it needs.
#[derive(Debug, thiserror::Error)]
#[error("the step needs a text block below it")]
struct NoText;

/// The text block below a step, each of its lines ended.
fn text(step: &Step) -> Result<String, NoText> {
    // The parser leaves the line break after the opening quotes and none before the closing ones.
    let text = step.docstring().ok_or(NoText)?;
    let text = text.strip_prefix('\n').unwrap_or(text);
    Ok(if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") })
}

/// The text block below a step with the scenario's own values in the place of `{application id}`, `{application secret}`
/// and `{mail port}`.
fn filled(world: &World, step: &Step) -> Result<String, NoText> {
    let mut text = text(step)?;
    if let Some(application) = &world.application {
        text = text.replace("{application id}", &application.application_id);
        text = text.replace("{application secret}", &application.secret);
    }
    if let Some(mail) = &world.mail {
        text = text.replace("{mail port}", &mail.address().port().to_string());
    }
    Ok(text)
}

/// The rows of the table below a step.
fn rows(step: &Step) -> Result<&[Vec<String>], Missing> {
    step.table.as_ref().map(|table| table.rows.as_slice()).ok_or(Missing { what: "table below the step" })
}

/// A text as people are told of it, or that there is none.
fn said(text: Option<&str>) -> String {
    text.map_or_else(|| "none".to_owned(), |text| format!("\"{text}\""))
}

/// What was found in place of `expected`, with a remark if they would look the same.
fn shown(actual: String, expected: &str) -> String {
    if actual.trim_end_matches('\n') != expected.trim_end_matches('\n') {
        return actual;
    }
    let breaks = actual.len() - actual.trim_end_matches('\n').len();
    format!("{actual}\n(differs only in the line breaks at its end, of which it has {breaks})")
}
