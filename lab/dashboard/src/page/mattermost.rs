//! Mattermost's settings, the logs, and the mail.

use maud::{Markup, html};
use serde_json::Value;

use crate::lab::Lab;

/// Most lines of a log, the last ones.
const LINES: usize = 40;

/// Each variable with where it comes from.
pub(super) fn settings(lab: &Lab) -> Markup {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let rows = lab.explained().as_array().map(Vec::as_slice).unwrap_or_default();
    html! {
        section #settings {
            h2 { "Settings in force" }
            table {
                thead { tr { th { "variable" } th { "value" } th { "from" } th { "sets" } } }
                tbody {
                    @for row in rows {
                        tr {
                            td { code { (text(row, "variable")) } }
                            td { code { (text(row, "value")) } }
                            td { (text(row, "origin")) }
                            td { (row.pointer("/reading/path").and_then(Value::as_str).unwrap_or_default()) }
                        }
                    }
                }
            }
            p { "What the env directory does not set, " code { "config.json" } " decides: here where mail goes, and nothing else." }
        }
    }
}

/// The end of what Mattermost printed, and GitLab's requests.
pub(super) fn logs(lab: &Lab) -> Markup {
    let printed = lab.mattermost_log();
    let lines: Vec<&str> = printed.lines().collect();
    let exchanges = lab.gitlab().exchanges();
    html! {
        section #logs {
            h2 { "Logs" }
            details id="log-mattermost" {
                summary { "Mattermost, " (lines.len()) " lines" }
                pre { @for line in &lines[lines.len().saturating_sub(LINES)..] { (line) "\n" } }
            }
            details id="log-gitlab" {
                summary { "GitLab, " (exchanges.len()) " requests" }
                pre {
                    @for it in &exchanges[exchanges.len().saturating_sub(LINES)..] {
                        (it.method) " " (it.url) " " @match &it.answer { Ok(status) => { (status) } Err(why) => { (why) } } "\n"
                    }
                }
            }
        }
    }
}

/// The mail that arrived.
pub(super) fn mail(lab: &Lab) -> Markup {
    let mails = lab.mails();
    html! {
        section #mail {
            h2 { "Mail" }
            @if mails.is_empty() { p { "None arrived." } }
            @for (number, mail) in mails.iter().enumerate() {
                details id={ "mail-" (number) } {
                    summary { (mail.subject()) ", to " (mail.to.join(", ")) }
                    pre { (mail.text()) }
                }
            }
        }
    }
}
