//! What can be named for Mattermost's slot on the command line.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use gitlab_mattermost_core::masking::shown_text;
use url::Url;

use crate::subject::UnknownSubject;

/// What stands in Mattermost's slot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum MattermostChoice {
    /// The built-in stand-in.
    #[default]
    Standin,
    /// A release of the real server, unpacked: the folder that holds `bin`, `i18n` and `templates`.
    Dir(PathBuf),
    /// A release of the real server as it is downloaded: a tar archive compressed with gzip.
    Tarball(PathBuf),
    /// A server that runs already, whose settings the lab cannot change.
    Url(Url),
}

/// What can be chosen.
const CHOICES: &str = "`standin`, `dir:PATH`, `tarball:PATH` or `url:http://HOST[:PORT]`";

impl FromStr for MattermostChoice {
    type Err = UnknownSubject;

    fn from_str(text: &str) -> Result<Self, UnknownSubject> {
        let unknown = || UnknownSubject { given: text.to_owned(), slot: "Mattermost", choices: CHOICES };
        match text.split_once(':') {
            None if text == "standin" => Ok(Self::Standin),
            Some(("dir", path)) if !path.is_empty() => Ok(Self::Dir(path.into())),
            Some(("tarball", path)) if !path.is_empty() => Ok(Self::Tarball(path.into())),
            Some(("url", url)) => {
                let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
                url.filter(|url| url.query().is_none()).map(Self::Url).ok_or_else(unknown)
            }
            _ => Err(unknown()),
        }
    }
}

/// Without the password of an address: whoever runs it again fills that in.
impl fmt::Display for MattermostChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standin => f.write_str("standin"),
            Self::Dir(path) => write!(f, "dir:{}", path.display()),
            Self::Tarball(path) => write!(f, "tarball:{}", path.display()),
            Self::Url(url) => write!(f, "url:{}", shown_text(&url.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CHOICES, MattermostChoice};

    #[test]
    fn choices_read_back_as_they_are_printed() {
        for text in [
            "standin",
            "dir:/opt/mattermost",
            "tarball:mattermost-5.36.1-linux-amd64.tar.gz",
            "url:https://chat.example.com/",
        ] {
            assert_eq!(text.parse::<MattermostChoice>().map(|c| c.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_choice_nobody_knows_names_those_that_exist() {
        for text in ["dir:", "tarball:", "stand-in", "/opt/mattermost", "url:", "url:chat.example.com"] {
            let error = text.parse::<MattermostChoice>().map_err(|e| e.to_string());
            assert_eq!(error, Err(format!("`{text}` is no Mattermost; choose {CHOICES}")));
        }
    }
}
