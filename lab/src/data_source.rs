//! `SqlSettings.DataSource` as Go's PostgreSQL driver reads it.

use std::time::Duration;

use tokio_postgres::Config;

/// A data source that names no database.
#[derive(Debug, thiserror::Error)]
#[error("`SqlSettings.DataSource` is neither `postgres://…` nor `user=… host=… dbname=…`")]
pub struct DataSourceError {
    source: Option<tokio_postgres::Error>,
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Words of Go's driver that tokio-postgres does not have and that change nothing here.
const FOREIGN: [&str; 5] = ["binary_parameters", "fallback_application_name", "sslcert", "sslkey", "sslrootcert"];

/// Reads a data source; whoever connects waits five seconds at most.
///
/// # Shape
/// `postgres://USER[:PASSWORD]@HOST[:PORT]/DATABASE[?OPTION=VALUE&…]` or `user=… host=… port=… dbname=…`, where the host
/// may be the folder of a socket. Rejected: `mmuser:mostest@tcp(localhost)/mattermost`, the form for MySQL.
///
/// # Errors
/// [`DataSourceError`], without the text: it may hold a password.
pub fn parse(text: &str) -> Result<Config, DataSourceError> {
    let is_url = text.starts_with("postgres://") || text.starts_with("postgresql://");
    let known = match text.split_once('?') {
        Some((address, options)) if is_url => format!("{address}?{}", without_foreign(options, '&')),
        _ if is_url => text.to_owned(),
        _ => without_foreign(text, ' '),
    };
    let mut config: Config = known.parse().map_err(|source| DataSourceError { source: Some(source) })?;
    if config.get_hosts().is_empty() {
        return Err(DataSourceError { source: None });
    }
    if config.get_connect_timeout().is_none_or(|timeout| *timeout > CONNECT_TIMEOUT) {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    Ok(config)
}

/// The host of a data source for MySQL, which is what servers before 5.30 have unless they are told another.
///
/// # Shape
/// `USER:PASSWORD@tcp(HOST:PORT)/DATABASE`.
pub(crate) fn mysql_host(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("@tcp(")?;
    let (address, _) = rest.split_once(')')?;
    Some(address.rsplit_once(':').map_or(address, |(host, _)| host))
}

/// `options` without the words of another driver.
fn without_foreign(options: &str, between: char) -> String {
    let known = |option: &&str| option.split('=').next().is_none_or(|name| !FOREIGN.contains(&name));
    options.split(between).filter(known).collect::<Vec<_>>().join(&between.to_string())
}

#[cfg(test)]
mod tests {
    use tokio_postgres::config::Host;

    use super::*;

    #[test]
    fn both_forms_are_read_and_words_of_another_driver_do_not_matter() {
        for text in [
            "postgres://gitlab_mattermost:pw@localhost:5433/mm?sslmode=disable&connect_timeout=10&binary_parameters=yes",
            "postgres://gitlab_mattermost@/mm?host=%2Fvar%2Frun&port=5433",
            "user=gitlab_mattermost host=/var/opt/gitlab/postgresql port=5433 dbname=mm binary_parameters=yes",
        ] {
            let config = parse(text).expect("a data source");
            assert_eq!((config.get_user(), config.get_dbname()), (Some("gitlab_mattermost"), Some("mm")), "{text}");
            assert_eq!(config.get_ports(), [5433], "{text}");
            assert_eq!(config.get_connect_timeout(), Some(&CONNECT_TIMEOUT));
        }
        let socket = parse("user=u host=/dir dbname=d").expect("a data source");
        assert_eq!(socket.get_hosts(), [Host::Unix("/dir".into())]);
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
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
