//! How a server is reached and as whom, in the forms that different clients want.

use std::fmt::{self, Write as _};
use std::path::PathBuf;

use tokio_postgres::{Client, Config, NoTls};

/// A role's password. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// A password as it was given.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// 128 random bits in hexadecimal digits: safe to quote anywhere.
    pub fn random() -> Self {
        Self(format!("{:032x}", rand::random::<u128>()))
    }

    /// The password itself, for the server or a client's settings.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(redacted)")
    }
}

/// A connection string with the password in it. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct DataSource(String);

impl DataSource {
    /// The string itself, for a client's settings.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DataSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataSource(redacted)")
    }
}

/// The roles that a server has for the lab, and where it listens.
#[derive(Debug, Clone)]
pub struct Access {
    /// May create databases.
    pub superuser: String,
    /// Owns the scenarios' databases.
    pub owner: String,
    /// Password of both.
    pub password: Option<Password>,
    /// The database to connect to when it does not matter which.
    pub maintenance: String,
    /// Host name or address where it listens on TCP.
    pub host: Option<String>,
    /// Folder of its socket, where it has one that we may use.
    pub socket: Option<PathBuf>,
    /// Port of both.
    pub port: u16,
}

impl Access {
    /// Opens a connection, through the socket where there is one: checking a password is slow.
    ///
    /// # Errors
    /// The server does not answer or refuses.
    pub async fn connect(&self, role: &str, database: &str) -> Result<Client, tokio_postgres::Error> {
        let mut config = Config::new();
        config.user(role).dbname(database).port(self.port).connect_timeout(std::time::Duration::from_secs(5));
        match (&self.socket, &self.host) {
            (Some(socket), _) => config.host_path(socket),
            (None, Some(host)) => config.host(host),
            (None, None) => &mut config,
        };
        if let Some(password) = &self.password {
            config.password(password.expose());
        }
        let (client, connection) = config.connect(NoTls).await?;
        // It ends with the client; what goes wrong on the way shows in the client's calls.
        tokio::spawn(connection);
        Ok(client)
    }

    /// The URL form, as the owner: over TCP where the server listens on it.
    pub fn data_source(&self, database: &str) -> DataSource {
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let user = match &self.password {
            Some(password) => format!("{}:{}", encode(&self.owner), encode(password.expose())),
            None => encode(&self.owner),
        };
        let database = encode(database);
        let port = self.port;
        let text = match (&self.host, &self.socket) {
            (Some(host), _) => {
                let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
                format!("postgres://{user}@{host}:{port}/{database}?sslmode=disable&connect_timeout=10")
            }
            (None, socket) => {
                let socket = encode(&socket.as_ref().map(|path| path.to_string_lossy()).unwrap_or_default());
                format!("postgres://{user}@/{database}?host={socket}&port={port}&sslmode=disable&connect_timeout=10")
            }
        };
        DataSource(text)
    }

    /// The keyword form that the Linux package writes, as the owner: through the socket where there is one.
    pub fn keyword_data_source(&self, database: &str) -> DataSource {
        let socket = self.socket.as_ref().map(|path| path.to_string_lossy().into_owned());
        let host = socket.or_else(|| self.host.clone()).unwrap_or_default();
        let mut text = format!("user={} host={} port={}", quoted(&self.owner), quoted(&host), self.port);
        // Writing to a string cannot fail.
        if let Some(password) = &self.password {
            let _ = write!(text, " password={}", quoted(password.expose()));
        }
        let _ = write!(text, " dbname={} sslmode=disable", quoted(database));
        DataSource(text)
    }
}

/// A value of the keyword form: in single quotes if it has to be.
fn quoted(value: &str) -> String {
    let plain = !value.is_empty() && !value.contains(|c: char| c.is_whitespace() || matches!(c, '\'' | '\\'));
    if plain { value.to_owned() } else { format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(host: Option<&str>, socket: Option<&str>) -> Access {
        Access {
            superuser: "gitlab-psql".into(),
            owner: "gitlab_mattermost".into(),
            maintenance: "postgres".into(),
            password: Some(Password::new("p@ss 'w/rd\\")),
            host: host.map(Into::into),
            socket: socket.map(Into::into),
            port: 5433,
        }
    }

    #[test]
    fn both_forms_say_the_same_to_a_client() {
        for (host, socket) in [(Some("127.0.0.1"), None), (Some("::1"), None), (None, Some("/run/my pg"))] {
            let access = access(host, socket);
            let url: Config = access.data_source("a b").expose().parse().unwrap();
            let keywords: Config = access.keyword_data_source("a b").expose().parse().unwrap();
            assert_eq!(url.get_dbname(), Some("a b"));
            assert_eq!(url.get_password(), Some(&b"p@ss 'w/rd\\"[..]));
            for same in [Config::get_user, Config::get_dbname] {
                assert_eq!(same(&url), same(&keywords));
            }
            assert_eq!(url.get_password(), keywords.get_password());
            assert_eq!(url.get_hosts(), keywords.get_hosts());
            assert_eq!(url.get_ports(), keywords.get_ports());
        }
    }

    #[test]
    fn no_printed_form_has_the_password() {
        let access = access(Some("h"), None);
        let printed = format!("{access:?} {:?} {:?}", access.data_source("d"), access.keyword_data_source("d"));
        assert!(!printed.contains("p@ss") && !printed.contains("p%40ss"), "{printed}");
    }
}
