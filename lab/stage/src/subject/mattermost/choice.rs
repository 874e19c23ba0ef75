//! What can be named for Mattermost's slot on the command line.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

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
}

/// What can be done with a server that runs already. Scenarios are no use to it: each has settings, a database and a
/// GitLab of its own, with which the lab starts the server.
const RUNNING: &str = "`standin`, `dir:PATH` or `tarball:PATH`, for scenarios start it with settings of their own; \
                       `mattermost-lab trace --mattermost URL` looks at one that runs";

impl FromStr for MattermostChoice {
    type Err = UnknownSubject;

    fn from_str(text: &str) -> Result<Self, UnknownSubject> {
        match text.split_once(':') {
            None if text == "standin" => Ok(Self::Standin),
            Some(("dir", path)) if !path.is_empty() => Ok(Self::Dir(path.into())),
            Some(("tarball", path)) if !path.is_empty() => Ok(Self::Tarball(path.into())),
            Some(("url", _)) => Err(UnknownSubject { given: text.to_owned(), slot: "Mattermost", choices: RUNNING }),
            _ => Err(UnknownSubject {
                given: text.to_owned(),
                slot: "Mattermost",
                choices: "`standin`, `dir:PATH` or `tarball:PATH`",
            }),
        }
    }
}

impl fmt::Display for MattermostChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standin => f.write_str("standin"),
            Self::Dir(path) => write!(f, "dir:{}", path.display()),
            Self::Tarball(path) => write!(f, "tarball:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MattermostChoice;

    #[test]
    fn choices_read_back_as_they_are_printed() {
        for text in ["standin", "dir:/opt/mattermost", "tarball:mattermost-5.36.1-linux-amd64.tar.gz"] {
            assert_eq!(text.parse::<MattermostChoice>().map(|c| c.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_choice_nobody_knows_names_those_that_exist() {
        for text in ["dir:", "tarball:", "stand-in", "/opt/mattermost"] {
            let error = text.parse::<MattermostChoice>().map_err(|e| e.to_string());
            let expected = format!("`{text}` is no Mattermost; choose `standin`, `dir:PATH` or `tarball:PATH`");
            assert_eq!(error, Err(expected));
        }
    }

    #[test]
    fn who_names_a_running_server_is_told_what_can_look_at_it() {
        let error = "url:http://mattermost.example.com".parse::<MattermostChoice>().map_err(|e| e.to_string());
        assert!(
            error.is_err_and(|text| text.contains("`mattermost-lab trace --mattermost URL` looks at one that runs"))
        );
    }
}
