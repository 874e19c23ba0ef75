//! `SqlSettings.DataSource` as Go's PostgreSQL driver reads it, and connections to what it names.

mod parameters;
mod tls;

use std::time::Duration;

use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Client, Config};

pub use parameters::{FOREIGN, without_parameters};
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
    /// An unknown mode of encryption.
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
    /// Reads a data source; a connection attempt waits five seconds at most.
    ///
    /// # Shape
    /// `postgres://USER[:PASSWORD]@HOST[:PORT]/DATABASE[?OPTION=VALUE&…]` or `user=… host=… port=… dbname=…`, where the
    /// host may be the folder of a socket; words that do not say how to connect are parameters of the server. Rejected: `mmuser:mostest@tcp(localhost)/mattermost`, the form for MySQL.
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
        let (known, parameters) = without_parameters(&known);
        let mut config: Config = known.parse().map_err(|source| DataSourceError::Form { source: Some(source) })?;
        let Some(host) = config.get_hosts().first() else { return Err(DataSourceError::Form { source: None }) };
        let is_socket = matches!(host, Host::Unix(_));
        if config.get_connect_timeout().is_none_or(|timeout| *timeout > CONNECT_TIMEOUT) {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if !parameters.is_empty() {
            let given = config.get_options().unwrap_or_default();
            config.options([given, &parameters.join(" ")].join(" ").trim());
        }
        let (mode, tls) = Tls::of(&words).ok_or(DataSourceError::SslMode)?;
        config.ssl_mode(if is_socket { SslMode::Disable } else { mode });
        Ok(Self { config, tls })
    }

    /// Without encryption.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Names its connections, for people who look at the server's side.
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
    let (mut taken, mut kept) = (Vec::new(), Vec::new());
    let (address, options) = options(text);
    for option in options {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        if names.contains(&name.trim()) {
            taken.push((name.trim().to_owned(), decoded(value, address.is_some())));
        } else {
            kept.push(option);
        }
    }
    match address {
        Some(address) if kept.is_empty() => (address.to_owned(), taken),
        Some(address) => (format!("{address}?{}", kept.join("&")), taken),
        None => (kept.join(" "), taken),
    }
}

/// The names of the words that a data source has.
pub fn words(text: &str) -> Vec<&str> {
    let name = |option: &'_ str| option.split_once('=').map_or(option.len(), |(name, _)| name.len());
    options(text).1.into_iter().map(|option| option[..name(option)].trim()).collect()
}

/// The address of the one form, and the options of either.
fn options(text: &str) -> (Option<&str>, Vec<&str>) {
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        let (address, options) = text.split_once('?').unwrap_or((text, ""));
        return (Some(address), options.split('&').filter(|it| !it.is_empty()).collect());
    }
    (None, split(text))
}

/// The words of `name=value name='va lue'`; a backslash takes the next letter as it is, and `=` may stand between spaces.
fn split(text: &str) -> Vec<&str> {
    let (mut words, mut start) = (Vec::new(), None);
    let (mut quoted, mut escaped, mut has_value, mut expects_value) = (false, false, false, false);
    for (at, letter) in text.char_indices() {
        let ends = letter.is_whitespace() && !quoted && !escaped;
        let equals_follows = || text[at..].trim_start().starts_with('=') && !has_value;
        if ends && (start.is_none() || expects_value || equals_follows()) {
            continue;
        }
        if ends {
            words.extend(start.take().map(|from: usize| &text[from..at]));
            has_value = false;
            continue;
        }
        start = start.or(Some(at));
        expects_value = false;
        if std::mem::take(&mut escaped) {
            continue;
        }
        match letter {
            '\\' => escaped = true,
            '\'' => quoted = !quoted,
            '=' if !quoted && !has_value => (has_value, expects_value) = (true, true),
            _ => {}
        }
    }
    words.extend(start.map(|from| &text[from..]));
    words
}

/// What a value stands for.
fn decoded(value: &str, is_url: bool) -> String {
    if is_url {
        return percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned();
    }
    let value = value.trim();
    let value = value.strip_prefix('\'').and_then(|it| it.strip_suffix('\'')).unwrap_or(value);
    let mut letters = value.chars();
    std::iter::from_fn(|| match letters.next() {
        Some('\\') => letters.next(),
        other => other,
    })
    .collect()
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
    fn words_are_told_apart_whatever_stands_in_quotes() {
        let text = r"user=mm  password = 'a  b=\'c' search_path='chat, public' x=a\ b dbname=d";
        assert_eq!(words(text), ["user", "password", "search_path", "x", "dbname"]);
        let (kept, taken) = without_words(text, &["search_path", "x"]);
        assert_eq!(kept, r"user=mm password = 'a  b=\'c' dbname=d");
        let taken: Vec<&str> = taken.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(taken, ["chat, public", "a b"]);
        let url = "postgres://mm@h/d?search_path=a%2Cb&sslmode=disable";
        assert_eq!(without_words(url, &["search_path"]).0, "postgres://mm@h/d?sslmode=disable");
        assert_eq!(words("postgres://mm@h/d"), Vec::<&str>::new());
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
