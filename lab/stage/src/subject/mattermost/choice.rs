//! What can be named for Mattermost's slot on the command line.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use gitlab_mattermost_core::masking::shown_text;
use url::Url;

use crate::subject::{UnknownSubject, server_url};

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
const CHOICES: &str =
    "`standin`, the folder or archive of a release (`dir:PATH`, `tarball:PATH`) or `http://HOST[:PORT]`";

impl FromStr for MattermostChoice {
    type Err = UnknownSubject;

    fn from_str(text: &str) -> Result<Self, UnknownSubject> {
        let unknown = || UnknownSubject { given: text.to_owned(), slot: "Mattermost", choices: CHOICES };
        match text.split_once(':') {
            None if text == "standin" => Ok(Self::Standin),
            Some(("dir", path)) if !path.is_empty() => Ok(Self::Dir(path.into())),
            Some(("tarball", path)) if !path.is_empty() => Ok(Self::Tarball(path.into())),
            Some(("url" | "http" | "https", _)) => server_url(text).map(Self::Url).ok_or_else(unknown),
            // A path tells by itself what it leads to.
            _ if [".tar.gz", ".tgz"].iter().any(|ending| text.ends_with(ending)) => Ok(Self::Tarball(text.into())),
            _ if text.contains('/') && !text.contains("://") => Ok(Self::Dir(text.into())),
            _ => Err(unknown()),
        }
    }
}

/// Without the password of an address: the user fills it in to run it again.
impl fmt::Display for MattermostChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standin => f.write_str("standin"),
            Self::Dir(path) => write!(f, "dir:{}", path.display()),
            Self::Tarball(path) => write!(f, "tarball:{}", path.display()),
            Self::Url(url) => write!(f, "url:{}", shown_text(url.as_ref())),
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
    fn a_url_or_a_path_needs_no_kind_before_it() {
        for (bare, full) in [
            ("https://chat.example.com", "url:https://chat.example.com/"),
            ("/opt/mattermost", "dir:/opt/mattermost"),
            ("./mattermost", "dir:./mattermost"),
            ("mattermost-5.36.1-linux-amd64.tar.gz", "tarball:mattermost-5.36.1-linux-amd64.tar.gz"),
        ] {
            assert_eq!(bare.parse::<MattermostChoice>().map(|c| c.to_string()).as_deref(), Ok(full));
        }
    }

    #[test]
    fn a_choice_nobody_knows_names_those_that_exist() {
        for text in
            ["dir:", "tarball:", "stand-in", "mattermost", "url:", "url:chat.example.com", "http:a", "ftp://a/b"]
        {
            let error = text.parse::<MattermostChoice>().map_err(|e| e.to_string());
            assert_eq!(error, Err(format!("`{text}` is no Mattermost; choose {CHOICES}")));
        }
    }
}
