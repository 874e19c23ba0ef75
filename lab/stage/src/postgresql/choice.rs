//! What the user may ask for with `--postgres`.

use std::fmt;
use std::str::FromStr;

use gitlab_mattermost_core::masking::shown_text;
use tokio_postgres::Config;

/// Where the PostgreSQL server of a run comes from.
///
/// # Shape
/// `auto`, `container`, `local`, or a connection URL, with or without `url:` before it. Accepted:
/// `postgres://me@db.example.com/postgres`; rejected: `docker`, `postgres://db.example.com`, which names no user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PostgresChoice {
    /// A container if its image is at hand, else installed programs, else a container whose image is built first.
    #[default]
    Auto,
    /// A container.
    Container,
    /// Installed programs.
    Local,
    /// A server that runs already.
    Url(Box<ServerUrl>),
}

/// Connection URL of a running server. Printed without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerUrl {
    text: String,
    config: Config,
}

impl ServerUrl {
    /// The connection it describes.
    pub fn config(&self) -> &Config {
        &self.config
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(mut url) = url::Url::parse(&self.text) else { return f.write_str("postgres://…") };
        if url.password().is_some() {
            // A URL that had a password can have another one.
            let _ = url.set_password(Some("redacted"));
        }
        // `?password=` is another place for it.
        url.set_query(None);
        url.fmt(f)
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerUrl({self})")
    }
}

/// Without the password of an address: the user fills it in to run it again.
impl fmt::Display for PostgresChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Container => f.write_str("container"),
            Self::Local => f.write_str("local"),
            Self::Url(url) => write!(f, "url:{}", shown_text(&url.to_string())),
        }
    }
}

/// The text names no way to a PostgreSQL server.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAChoice {
    /// None of the four kinds.
    #[error("expected `auto`, `container`, `local` or `postgres://…`")]
    Kind,
    /// A `url:` that cannot be read. The URL is not repeated: it may hold a password.
    #[error("this URL is no PostgreSQL connection URL: {0}")]
    Url(String),
}

impl FromStr for PostgresChoice {
    type Err = NotAChoice;

    fn from_str(text: &str) -> Result<Self, NotAChoice> {
        match text.split_once(':') {
            None if text == "auto" => Ok(Self::Auto),
            None if text == "container" => Ok(Self::Container),
            None if text == "local" => Ok(Self::Local),
            Some(("url", url)) => server_url(url).map(|url| Self::Url(Box::new(url))),
            Some(("postgres" | "postgresql", _)) => server_url(text).map(|url| Self::Url(Box::new(url))),
            _ => Err(NotAChoice::Kind),
        }
    }
}

fn server_url(text: &str) -> Result<ServerUrl, NotAChoice> {
    if !["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
        return Err(NotAChoice::Url("it must start with `postgres://`".to_owned()));
    }
    let config: Config = text.parse().map_err(|error: tokio_postgres::Error| NotAChoice::Url(error.to_string()))?;
    match (config.get_hosts(), config.get_user()) {
        ([_], Some(_)) => Ok(ServerUrl { text: text.to_owned(), config }),
        ([_], None) => Err(NotAChoice::Url("it names no user".to_owned())),
        _ => Err(NotAChoice::Url("it must name one host".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_back_from_its_text() {
        for text in ["auto", "container", "local", "url:postgres://me@db.example.com/postgres"] {
            assert_eq!(text.parse::<PostgresChoice>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_url_needs_no_kind_before_it() {
        let url = "postgres://me@db.example.com/postgres";
        assert_eq!(url.parse::<PostgresChoice>(), format!("url:{url}").parse());
    }

    #[test]
    fn a_password_is_never_printed() {
        for url in ["postgres://me:hush@h/db", "postgresql://me@h/db?password=hush"] {
            let choice: PostgresChoice = format!("url:{url}").parse().unwrap();
            assert!(!format!("{choice} {choice:?}").contains("hush"));
        }
        for wrong in ["url:mysql://me:hush@h/db", "postgres://me:hush@/db"] {
            let error = wrong.parse::<PostgresChoice>().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hush"));
        }
    }

    #[test]
    fn what_names_no_server_is_refused() {
        for text in [
            "",
            "docker",
            "Auto",
            "local:",
            "url:",
            "url:postgres://h/db",
            "postgres://h/db",
            "mysql://me@h/db",
            "url:postgres://me@/db",
        ] {
            assert!(text.parse::<PostgresChoice>().is_err(), "{text}");
        }
    }
}
