//! Values that are not known.

use serde::Serialize;

use crate::gitlab_rb::Span;

/// A value that only Ruby, or the machine, could tell.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NotKnown {
    /// The setting: `mattermost['team_site_name']`, `mattermost_external_url`.
    pub setting: String,
    /// The variable of Mattermost that is not known for it, where there is one.
    pub variable: Option<String>,
    /// Why, as a clause.
    pub reason: String,
    /// The place in the settings file that decides it.
    pub span: Span,
}
