//! The way from the text of a settings file to [`Settings`].

use super::evaluate::evaluate;
use super::machine::Unseen;
use super::names::Names;
use super::parse::parse;
use super::{ReadError, ReadOptions, Settings};

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
    let settings = parse(source).and_then(|statements| {
        let mut settings = evaluate(&statements, options, Unseen::SetsAnything, Names::all())?;
        if !settings.unseen.is_empty() {
            // Where it then raises, nothing can be said of what stands after it.
            settings.seen = evaluate(&statements, options, Unseen::SetsNothing, Names::all()).ok().map(Box::new);
        }
        Ok(settings)
    });
    settings.map_err(|failure| ReadError::new(failure, &options.file_name, source))
}
