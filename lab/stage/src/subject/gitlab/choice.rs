//! The choice of a GitLab, as it stands on the command line.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use gitlab_mattermost_core::masking::shown_text;
use url::Url;

use crate::subject::{UnknownSubject, server_url};

/// What stands in GitLab's slot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum GitLabChoice {
    /// The built-in mock; each scenario has its own.
    #[default]
    Mock,
    /// A running provider.
    Url(Url),
    /// A running provider that this file describes.
    Described(PathBuf),
}

/// What can be chosen.
const CHOICES: &str = "`mock`, `http://HOST[:PORT]` or a file `NAME.toml` that describes a provider";

impl FromStr for GitLabChoice {
    type Err = UnknownSubject;

    fn from_str(text: &str) -> Result<Self, UnknownSubject> {
        let unknown = || UnknownSubject { given: text.to_owned(), slot: "GitLab", choices: CHOICES };
        match text.split_once(':') {
            None if text == "mock" => Ok(Self::Mock),
            Some(("url" | "http" | "https", _)) => server_url(text).map(Self::Url).ok_or_else(unknown),
            _ if Path::new(text).extension().is_some_and(|ending| ending == "toml") => Ok(Self::Described(text.into())),
            _ => Err(unknown()),
        }
    }
}

/// Without the password of an address: the user fills it in to run it again.
impl fmt::Display for GitLabChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mock => f.write_str("mock"),
            Self::Url(url) => write!(f, "url:{}", shown_text(url.as_ref())),
            Self::Described(path) => path.display().fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CHOICES, GitLabChoice};

    #[test]
    fn choices_read_back_as_they_are_printed() {
        for text in ["mock", "url:http://127.0.0.1:4000/", "url:https://sso.example.com/realms/company", "a/sso.toml"] {
            assert_eq!(text.parse::<GitLabChoice>().map(|c| c.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_url_needs_no_kind_before_it() {
        for url in ["http://127.0.0.1:4000/", "https://sso.example.com/realms/company"] {
            assert_eq!(url.parse::<GitLabChoice>(), format!("url:{url}").parse());
        }
    }

    #[test]
    fn a_choice_nobody_knows_names_those_that_exist() {
        for text in [
            "mocks",
            "url:",
            "url:gitlab.example.com",
            "url:ftp://gitlab.example.com",
            "url:http://a/?b",
            "http:a",
            "toml",
        ] {
            let error = text.parse::<GitLabChoice>().map_err(|e| e.to_string());
            assert_eq!(error, Err(format!("`{text}` is no GitLab; choose {CHOICES}")));
        }
    }
}
