//! Where a data source leads, without its credentials.

/// Where a data source of PostgreSQL leads. A password in it is not kept.
///
/// # Shape
/// `user=mm host=db.example.com dbname=chat`, or `postgres://mm@db.example.com:5432/chat?sslmode=require`.
///
/// ```
/// use gitlab_mattermost_core::installation::DataSource;
///
/// let source = DataSource::parse("postgres://mm:secret@db.example.com/chat?sslmode=require").unwrap();
/// assert_eq!((source.host.as_str(), source.database.as_str()), ("db.example.com", "chat"));
/// assert_eq!(DataSource::parse("mm:secret@tcp(db.example.com:3306)/chat"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSource {
    /// Host, address, or folder of the socket.
    pub host: String,
    /// Its port, in digits.
    pub port: Option<String>,
    /// The database.
    pub database: String,
    /// The role.
    pub role: Option<String>,
    /// How the connection is encrypted: `sslmode`.
    pub ssl_mode: Option<String>,
}

impl DataSource {
    /// Reads a data source; `None` if it is not PostgreSQL's, or names no host or no database.
    pub fn parse(text: &str) -> Option<Self> {
        let words = match text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://")) {
            Some(rest) => words_of_url(rest)?,
            None => words(text)?,
        };
        let word = |name: &str| {
            let found = words.iter().rev().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
        };
        Some(Self {
            host: word("host")?,
            port: word("port"),
            database: word("dbname")?,
            role: word("user"),
            ssl_mode: word("sslmode"),
        })
    }
}

/// The words of `name=value name='a value'`.
fn words(text: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        let (mut value, mut quoted, mut end) = (String::new(), false, after.len());
        let mut characters = after.trim_start().char_indices();
        let skipped = after.len() - after.trim_start().len();
        while let Some((at, c)) = characters.next() {
            match c {
                '\\' => value.extend(characters.next().map(|(_, c)| c)),
                '\'' => quoted = !quoted,
                c if c.is_whitespace() && !quoted => {
                    end = skipped + at;
                    break;
                }
                c => value.push(c),
            }
        }
        let name = name.trim();
        if quoted || name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return None;
        }
        found.push((name.to_owned(), value));
        rest = after.get(end..).unwrap_or_default().trim_start();
    }
    Some(found)
}

/// The words `name=value` of what comes after `postgres://`.
fn words_of_url(rest: &str) -> Option<Vec<(String, String)>> {
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = place.split_once('/').unwrap_or((place, ""));
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let user = user.split(':').next().unwrap_or_default();
    let bracketed = host.strip_prefix('[').and_then(|host| host.split_once(']'));
    let (host, port) = match bracketed {
        Some((host, rest)) => (host, rest.trim_start_matches(':')),
        None => host.split_once(':').unwrap_or((host, "")),
    };
    let mut found = Vec::new();
    for (name, value) in [("user", user), ("host", host), ("port", port), ("dbname", database)] {
        if !value.is_empty() {
            found.push((name.to_owned(), decoded(value)?));
        }
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=')?;
        found.push((name.to_owned(), decoded(value)?));
    }
    Some(found)
}

/// A text with its `%` escapes decoded.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        let digits = std::str::from_utf8(&digits).ok().filter(|it| it.bytes().all(|b| b.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::DataSource;

    #[test]
    fn both_forms_lead_to_the_same_place() {
        let url = "postgres://mm:s%40cret@/chat?host=%2Frun%2Fpg&port=5433&sslmode=disable&binary_parameters=yes";
        let words = "user=mm password='it''s a \\'secret' host=/run/pg port = 5433 sslmode=disable dbname=chat";
        let found = DataSource::parse(url);
        assert_eq!(found, DataSource::parse(words));
        let found = found.unwrap();
        assert_eq!((found.host.as_str(), found.port.as_deref()), ("/run/pg", Some("5433")));
        assert_eq!((found.role.as_deref(), found.ssl_mode.as_deref()), (Some("mm"), Some("disable")));
        assert!(!format!("{found:?}").contains("secret"));
        let address = DataSource::parse("postgresql://[::1]:5432/chat").unwrap();
        assert_eq!((address.host.as_str(), address.port.as_deref()), ("::1", Some("5432")));
    }

    #[test]
    fn what_is_no_data_source_of_postgresql_is_none() {
        for text in [
            "",
            "mm:s@tcp(localhost:3306)/chat",
            "postgres://host",
            "host=h",
            "host='h dbname=c",
            "host=h dbname",
            "postgres://h/%zz",
        ] {
            assert_eq!(DataSource::parse(text), None, "{text}");
        }
    }
}
