//! What reading depends on besides the text.

use super::Surroundings;
use crate::version::{DOCUMENTED, Version};

/// What reading depends on besides the text.
///
/// # Shape
/// The default is `gitlab.rb` of GitLab 14.7 on a machine of which nothing is known.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The name of the file in messages.
    pub file_name: String,
    /// What the file learns from the machine, as far as that is known.
    pub surroundings: Surroundings,
    /// The release whose package reads the file: it decides which settings exist.
    pub gitlab_version: Version,
}

impl Default for ReadOptions {
    /// `gitlab.rb` of the document's GitLab, with nothing known of the machine.
    fn default() -> Self {
        Self { file_name: "gitlab.rb".to_owned(), surroundings: Surroundings::default(), gitlab_version: DOCUMENTED }
    }
}
