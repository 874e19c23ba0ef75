//! The choice of a GitLab, as it stands on the command line.

use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::subject::UnknownSubject;

/// What stands in GitLab's slot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum GitLabChoice {
    /// The built-in mock; each scenario has its own.
    #[default]
    Mock,
    /// A running provider, reached over plain HTTP.
    Url(Url),
}

impl FromStr for GitLabChoice {
    type Err = UnknownSubject;

    fn from_str(text: &str) -> Result<Self, UnknownSubject> {
        let unknown =
            || UnknownSubject { given: text.to_owned(), slot: "GitLab", choices: "`mock` or `url:http://HOST[:PORT]`" };
        match text.split_once(':') {
            None if text == "mock" => Ok(Self::Mock),
            Some(("url", url)) => {
                let url = Url::parse(url).map_err(|_| unknown())?;
                let plain = url.scheme() == "http" && url.has_host() && matches!(url.path(), "" | "/");
                if plain { Ok(Self::Url(url)) } else { Err(unknown()) }
            }
            _ => Err(unknown()),
        }
    }
}

impl fmt::Display for GitLabChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mock => f.write_str("mock"),
            Self::Url(url) => write!(f, "url:{url}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::GitLabChoice;

    #[test]
    fn choices_read_back_as_they_are_printed() {
        for text in ["mock", "url:http://127.0.0.1:4000/"] {
            assert_eq!(text.parse::<GitLabChoice>().map(|c| c.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_choice_nobody_knows_names_those_that_exist() {
        for text in ["mocks", "url:", "url:gitlab.example.com", "url:https://gitlab.example.com", "url:http://a/b"] {
            let error = text.parse::<GitLabChoice>().map_err(|e| e.to_string());
            let expected = format!("`{text}` is no GitLab; choose `mock` or `url:http://HOST[:PORT]`");
            assert_eq!(error, Err(expected));
        }
    }
}
