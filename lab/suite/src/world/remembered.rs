//! What steps remember for later ones, chapter by chapter.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;
use url::Url;

/// Each table of Mattermost's database and the number of its rows.
pub type Tables = BTreeMap<String, u64>;

/// What the steps of a scenario remember.
#[derive(Debug, Default)]
pub struct Remembered {
    /// Of a sign-in.
    pub sign_in: SignIn,
    /// Of a sign-up by e-mail: how Mattermost answered.
    pub sign_up: Option<String>,
    /// Of the test mail: how Mattermost answered.
    pub test_mail: Option<String>,
    /// Of what a user has posted.
    pub post: Post,
    /// Of a backup.
    pub backup: Backup,
    /// Of a slash command.
    pub slash_command: SlashCommand,
}

/// What is remembered of a sign-in.
#[derive(Debug, Default)]
pub struct SignIn {
    /// The id of the account in Mattermost.
    pub account: Option<String>,
    /// Where GitLab sends the browser, which is held there.
    pub way_back: Option<Url>,
}

/// What is remembered of a post.
#[derive(Debug, Default)]
pub struct Post {
    /// The id of the channel that it is in.
    pub channel: Option<String>,
    /// The id of its file.
    pub file: Option<String>,
}

/// What is remembered of a backup.
#[derive(Debug, Default)]
pub struct Backup {
    /// Its folder.
    pub folder: Option<PathBuf>,
    /// What the database held.
    pub tables: Option<Tables>,
    /// The commands with which the document takes one.
    pub taking: Option<String>,
    /// The commands with which the document restores one.
    pub restoring: Option<String>,
}

/// What is remembered of a slash command.
#[derive(Debug, Default)]
pub struct SlashCommand {
    /// The number of the project in GitLab.
    pub project: Option<u64>,
    /// The id of the channel that it is given in.
    pub channel: Option<String>,
    /// Its token.
    pub token: Option<String>,
    /// How it was answered: by Mattermost, or by GitLab at the trigger URL.
    pub answer: Option<Answered>,
}

/// An answer with its secrets masked.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// The body, if it is JSON.
    pub body: Value,
}

impl Answered {
    /// The answer in a line.
    pub fn told(&self) -> String {
        if self.body.is_null() { self.status.to_string() } else { format!("{} {}", self.status, self.body) }
    }
}
