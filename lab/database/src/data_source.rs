//! `SqlSettings.DataSource` as Go's PostgreSQL driver reads it, and connections to what it names.

mod tls;

use std::time::Duration;

use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Client, Config};

pub use tls::CertificateError;
use tls::Tls;

/// A data source that names no database.
#[derive(Debug, thiserror::Error)]
pub enum DataSourceError {
    /// Neither of the two forms.
    #[error("`SqlSettings.DataSource` is neither `postgres://…` nor `user=… host=… dbname=…`")]
    Form {
        /// What is wrong with it, where that can be told.
        source: Option<tokio_postgres::Error>,
    },
    /// A mode of encryption that nobody knows.
    #[error("`sslmode` is none of `disable`, `allow`, `prefer`, `require`, `verify-ca` and `verify-full`")]
    SslMode,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The server, or what stands between.
    #[error(transparent)]
    Server(#[from] tokio_postgres::Error),
    /// A file that `sslrootcert`, `sslcert` or `sslkey` names.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Words of Go's driver that tokio-postgres does not have and that change nothing here.
const FOREIGN: [&str; 2] = ["binary_parameters", "fallback_application_name"];

/// Words about encryption.
const ENCRYPTION: [&str; 4] = ["sslmode", "sslrootcert", "sslcert", "sslkey"];

/// Where a database is, who asks, and how the way to it is kept safe. It may hold a password.
#[derive(Clone)]
pub struct DataSource {
    config: Config,
    tls: Tls,
}

impl std::fmt::Debug for DataSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DataSource").field("tls", &self.tls).finish_non_exhaustive()
    }
}

impl DataSource {
    /// Reads a data source; whoever connects waits five seconds at most.
    ///
    /// # Shape
    /// `postgres://USER[:PASSWORD]@HOST[:PORT]/DATABASE[?OPTION=VALUE&…]` or `user=… host=… port=… dbname=…`, where the
    /// host may be the folder of a socket. Rejected: `mmuser:mostest@tcp(localhost)/mattermost`, the form for MySQL.
    ///
    /// Without `sslmode` the way is encrypted if the server can, and nobody is verified; `sslrootcert` makes `require`
    /// as strict as `verify-ca`. A socket of this machine is never encrypted.
    ///
    /// # Errors
    /// [`DataSourceError`], without the text: it may hold a password.
    ///
    /// # Source
    /// PostgreSQL 15, "SSL Support" of libpq.
    pub fn parse(text: &str) -> Result<Self, DataSourceError> {
        let (known, _) = without_words(text, &FOREIGN);
        let (known, words) = without_words(&known, &ENCRYPTION);
        let mut config: Config = known.parse().map_err(|source| DataSourceError::Form { source: Some(source) })?;
        let Some(host) = config.get_hosts().first() else { return Err(DataSourceError::Form { source: None }) };
        let is_socket = matches!(host, Host::Unix(_));
        if config.get_connect_timeout().is_none_or(|timeout| *timeout > CONNECT_TIMEOUT) {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        let (mode, tls) = Tls::of(&words).ok_or(DataSourceError::SslMode)?;
        config.ssl_mode(if is_socket { SslMode::Disable } else { mode });
        Ok(Self { config, tls })
    }

    /// Without encryption.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The same, for whoever looks at the server's side of a connection.
    #[must_use]
    pub fn named(mut self, application: &str) -> Self {
        self.config.application_name(application);
        self
    }

    /// Connects; what goes wrong later shows in the client's calls.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn connect(&self) -> Result<Client, ConnectError> {
        let (client, connection) = self.config.connect(self.tls.connector()?).await?;
        // It ends with the client.
        tokio::spawn(connection);
        Ok(client)
    }
}

/// The host of a data source for MySQL, which is what servers before 5.30 have unless they are told another.
///
/// # Shape
/// `USER:PASSWORD@tcp(HOST:PORT)/DATABASE`.
pub fn mysql_host(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("@tcp(")?;
    let (address, _) = rest.split_once(')')?;
    Some(address.rsplit_once(':').map_or(address, |(host, _)| host))
}

/// A data source without some of its words, and these with their values, decoded.
pub fn without_words(text: &str, names: &[&str]) -> (String, Vec<(String, String)>) {
    let is_url = text.starts_with("postgres://") || text.starts_with("postgresql://");
    let (address, options, between) = match text.split_once('?') {
        Some((address, options)) if is_url => (address, options, '&'),
        _ if is_url => return (text.to_owned(), Vec::new()),
        _ => ("", text, ' '),
    };
    let (mut taken, mut kept) = (Vec::new(), Vec::new());
    for option in options.split(between).filter(|it| !it.is_empty()) {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        if names.contains(&name) {
            let decoded = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
            let value = if is_url { decoded.into_owned() } else { value.trim_matches('\'').to_owned() };
            taken.push((name.to_owned(), value));
        } else {
            kept.push(option);
        }
    }
    let kept = kept.join(&between.to_string());
    (if is_url { format!("{address}?{kept}") } else { kept }, taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_words_of_another_driver_do_not_matter() {
        for text in [
            "postgres://gitlab_mattermost:pw@localhost:5433/mm?sslmode=disable&connect_timeout=10&binary_parameters=yes",
            "postgres://gitlab_mattermost@/mm?host=%2Fvar%2Frun&port=5433",
            "user=gitlab_mattermost host=/var/opt/gitlab/postgresql port=5433 dbname=mm binary_parameters=yes",
        ] {
            let source = DataSource::parse(text).expect("a data source");
            let config = source.config();
            assert_eq!((config.get_user(), config.get_dbname()), (Some("gitlab_mattermost"), Some("mm")), "{text}");
            assert_eq!(config.get_ports(), [5433], "{text}");
            assert_eq!(config.get_connect_timeout(), Some(&CONNECT_TIMEOUT));
        }
        let socket = DataSource::parse("user=u host=/dir dbname=d sslmode=require").expect("a data source");
        assert_eq!(socket.config().get_hosts(), [Host::Unix("/dir".into())]);
        assert_eq!(socket.config().get_ssl_mode(), SslMode::Disable);
    }

    #[test]
    fn every_mode_of_encryption_is_known_and_no_other() {
        for (mode, expected) in [
            ("disable", SslMode::Disable),
            ("allow", SslMode::Prefer),
            ("prefer", SslMode::Prefer),
            ("require", SslMode::Require),
            ("verify-ca", SslMode::Require),
            ("verify-full", SslMode::Require),
        ] {
            let source = DataSource::parse(&format!("postgres://u@h/d?sslmode={mode}&sslrootcert=%2Fca.pem")).unwrap();
            assert_eq!(source.config().get_ssl_mode(), expected, "{mode}");
        }
        assert!(matches!(DataSource::parse("user=u host=h sslmode=full"), Err(DataSourceError::SslMode)));
    }

    #[test]
    fn the_host_of_a_source_for_mysql_is_found() {
        let factory = "mmuser:mostest@tcp(dockerhost:3306)/mattermost_test?charset=utf8mb4";
        assert_eq!(mysql_host(factory), Some("dockerhost"));
        assert_eq!(mysql_host("postgres://mmuser@localhost/mattermost"), None);
    }

    #[test]
    fn the_form_for_mysql_and_an_empty_text_are_refused() {
        for text in ["", "mmuser:mostest@tcp(localhost:3306)/mattermost", "postgres:///", "host"] {
            assert!(DataSource::parse(text).is_err(), "{text}");
        }
    }
}
