//! What makes the package abort on a settings file, told with its place.
//!
//! Not here: finding it (`gitlab_mattermost_core::gitlab_rb`, `omnibus` and `legacy`).

use std::io::{self, Write};

use crate::console::aside;
use gitlab_mattermost_core::gitlab_rb::{ReadError, ValueError};
use gitlab_mattermost_core::legacy::TranslateError;
use gitlab_mattermost_core::masking::shown_text;
use gitlab_mattermost_core::omnibus::DeriveError;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use serde_json::json;

/// A settings file's text.
#[derive(Debug)]
pub struct Source {
    /// What messages call the file.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What makes the package abort on a settings file.
#[derive(Debug)]
pub enum SettingsFault {
    /// While the file runs.
    Reading(Box<ReadError>),
    /// While values are derived from it.
    Deriving(Box<DeriveError>),
    /// While its old settings are translated.
    Translating(Box<TranslateError>),
}

impl SettingsFault {
    /// Prints `{"error":{"kind":…,"stage":…,"detail":…}}` to stdout and the diagnostic to stderr.
    pub fn print(self, source: &Source) {
        let (kind, stage, detail) = match &self {
            Self::Reading(error) => (error.kind(), error.stage(), error.detail()),
            Self::Deriving(error) => (error.kind(), error.stage(), error.detail()),
            Self::Translating(error) => (error.kind(), error.stage(), error.detail()),
        };
        let detail = detail.map(shown_text);
        // Closed streams leave nobody to tell.
        let _ = writeln!(io::stdout(), "{}", json!({"error": {"kind": kind, "stage": stage, "detail": detail}}));
        match self {
            Self::Reading(error) => print_diagnostic(&*error),
            Self::Deriving(error) => print_diagnostic(&error.locate(&source.name, &source.text)),
            Self::Translating(error) => print_diagnostic(&error.locate(&source.name, &source.text)),
        }
    }
}

/// Prints a diagnostic with its place in the file to stderr.
pub fn print_diagnostic(diagnostic: &dyn Diagnostic) {
    let mut text = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(120);
    if handler.render_report(&mut text, diagnostic).is_err() {
        text = format!("{diagnostic}\n");
    }
    aside(&text);
}
