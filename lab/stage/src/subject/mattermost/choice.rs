//! What can be named for Mattermost's slot on the command line.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use gitlab_mattermost_core::masking::shown_text;
use gitlab_mattermost_core::releases::documented_mattermost;
use gitlab_mattermost_core::version::Version;
use url::Url;

use crate::subject::{UnknownSubject, server_url};

/// What stands in Mattermost's slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MattermostChoice {
    /// The built-in stand-in, which behaves as this version.
    Standin(Version),
    /// A release of the real server, unpacked: the folder that holds `bin`, `i18n` and `templates`.
    Dir(PathBuf),
    /// A release of the real server as it is downloaded: a tar archive compressed with gzip.
    Tarball(PathBuf),
    /// A server that runs already, whose settings the lab cannot change.
    Url(Url),
}

/// What can be chosen.
const CHOICES: &str = "`standin`, `standin:VERSION`, the folder or archive of a release (`dir:PATH`, `tarball:PATH`) or `http://HOST[:PORT]`";

/// What can be chosen as the version of the stand-in.
const VERSIONS: &str = "`standin:VERSION` with a version from 5.31 to 6.7, as `standin:5.36.1`";

/// The least and the greatest version that the stand-in can behave as, to the minor: those whose sign-in, settings, tables
/// and command line are known.
const STANDIN: [Version; 2] = [Version::new(5, 31, 0), Version::new(6, 7, 0)];

/// Without a version the stand-in is what the document's GitLab ships.
impl Default for MattermostChoice {
    fn default() -> Self {
        Self::Standin(documented_mattermost())
    }
}

impl MattermostChoice {
    /// Whether it is the built-in stand-in.
    pub fn is_standin(&self) -> bool {
        matches!(self, Self::Standin(_))
    }
}

/// The version of `standin:VERSION`; nothing if the stand-in cannot be one of that version.
fn standin(version: &str) -> Option<Version> {
    let version: Version = version.parse().ok()?;
    let [least, greatest] = STANDIN;
    (version >= least && version.minor_line() <= greatest.minor_line()).then_some(version)
}

impl FromStr for MattermostChoice {
    type Err = UnknownSubject;

    fn from_str(text: &str) -> Result<Self, UnknownSubject> {
        let unknown = || UnknownSubject { given: text.to_owned(), slot: "Mattermost", choices: CHOICES };
        let no_version = || UnknownSubject { choices: VERSIONS, ..unknown() };
        match text.split_once(':') {
            None if text == "standin" => Ok(Self::default()),
            Some(("standin", version)) => standin(version).map(Self::Standin).ok_or_else(no_version),
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
            Self::Standin(version) if *version == documented_mattermost() => f.write_str("standin"),
            Self::Standin(version) => write!(f, "standin:{version}"),
            Self::Dir(path) => write!(f, "dir:{}", path.display()),
            Self::Tarball(path) => write!(f, "tarball:{}", path.display()),
            Self::Url(url) => write!(f, "url:{}", shown_text(url.as_ref())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CHOICES, MattermostChoice, VERSIONS};

    #[test]
    fn choices_read_back_as_they_are_printed() {
        for text in [
            "standin",
            "standin:5.36.1",
            "standin:6.7.0",
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
    fn the_stand_in_is_of_the_documents_mattermost_unless_another_is_named() {
        let standin = "standin:6.2.1".parse::<MattermostChoice>();
        assert_eq!(standin, "standin".parse());
        assert_eq!(standin.map(|choice| choice.to_string()).as_deref(), Ok("standin"));
        for text in ["standin:", "standin:5.30.2", "standin:6.8.0", "standin:7.0", "standin:new"] {
            let error = text.parse::<MattermostChoice>().map_err(|e| e.to_string());
            assert_eq!(error, Err(format!("`{text}` is no Mattermost; choose {VERSIONS}")));
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
