//! The way from the text of a settings file to [`Settings`].

use std::collections::BTreeMap;

use super::evaluate::evaluate;
use super::names::Names;
use super::parse::parse;
use super::{ReadError, Settings};
use crate::version::Version;

/// What reading depends on besides the text.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The name of the file in messages.
    pub file_name: String,
    /// The environment that `ENV['NAME']` reads; a variable that is not here is unknown.
    pub env: BTreeMap<String, String>,
    /// The release whose package reads the file: it decides which settings exist.
    pub gitlab_version: Version,
}

impl Default for ReadOptions {
    /// `gitlab.rb` of GitLab 14.7, with no environment given.
    fn default() -> Self {
        Self { file_name: "gitlab.rb".to_owned(), env: BTreeMap::new(), gitlab_version: Version::new(14, 7, 0) }
    }
}

/// Reads a settings file without executing it.
///
/// # Errors
/// What Ruby or the package would certainly raise, and the limits of this reader on size, nesting and work.
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read};
///
/// let settings = read("host = 'chat.example.com'\nmattermost_external_url \"https://#{host}\"", &ReadOptions::default())?;
/// let url = settings.call("mattermost_external_url").map(|it| it.value.to_ruby_text());
/// assert_eq!(url, Some(Ok("https://chat.example.com".to_owned())));
/// # Ok::<(), gitlab_mattermost_core::gitlab_rb::ReadError>(())
/// ```
pub fn read(source: &str, options: &ReadOptions) -> Result<Settings, ReadError> {
    let settings =
        parse(source).and_then(|statements| evaluate(&statements, &options.env, options.gitlab_version, Names::all()));
    settings.map_err(|failure| ReadError::new(failure, &options.file_name, source))
}
