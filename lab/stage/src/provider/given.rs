//! A secret that is given in the description itself, in a file, or in the environment.

use std::path::{Path, PathBuf};

use gitlab_mattermost_core::secret::Secret;
use gitlab_mattermost_ground::named_input;

use super::error::ProviderError;

/// Where a secret stands: at most one of the three.
#[derive(Debug, Clone, Default)]
pub(super) struct Given {
    /// The secret itself.
    pub plain: Option<Secret>,
    /// The file that holds nothing else.
    pub file: Option<PathBuf>,
    /// The variable of the environment.
    pub variable: Option<String>,
}

impl Given {
    /// The secret, if one is given. `what` names it in errors; files are found from `folder`.
    pub(super) fn read(&self, what: &str, folder: &Path) -> Result<Option<Secret>, ProviderError> {
        let ways = [self.plain.is_some(), self.file.is_some(), self.variable.is_some()];
        if ways.into_iter().filter(|way| *way).count() > 1 {
            let message = format!("{what} is given twice; give it itself, by file or by environment");
            return Err(ProviderError::NotDescribed { place: folder.display().to_string(), message });
        }
        if let Some(file) = &self.file {
            let path = folder.join(file);
            let text = named_input::text(&path);
            let text = text.map_err(|source| ProviderError::Unreadable { what: what.to_owned(), path, source })?;
            return Ok(Some(Secret::new(text.trim_end_matches(['\r', '\n']))));
        }
        if let Some(variable) = &self.variable {
            let missing = || ProviderError::NoVariable { what: what.to_owned(), variable: variable.clone() };
            return std::env::var(variable).map(|text| Some(Secret::new(text))).map_err(|_| missing());
        }
        Ok(self.plain.clone())
    }
}
