//! Parameters of the server in a data source: Go's driver hands every word on that does not say how to connect.

use super::{without_words, words};

/// Words of Go's driver that other clients do not have and that change nothing here.
pub const FOREIGN: [&str; 5] =
    ["binary_parameters", "fallback_application_name", "disable_prepared_binary_result", "sslsni", "sslinline"];

/// Words that say how to connect.
const OF_THE_CONNECTION: [&str; 18] = [
    "user",
    "password",
    "dbname",
    "host",
    "hostaddr",
    "port",
    "application_name",
    "connect_timeout",
    "options",
    "sslnegotiation",
    "target_session_attrs",
    "channel_binding",
    "load_balance_hosts",
    "tcp_user_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
];

/// A data source without its parameters of the server, and these as the server's options: `-c search_path=chat`.
pub fn without_parameters(text: &str) -> (String, Vec<String>) {
    let names: Vec<String> = words(text)
        .into_iter()
        .filter(|name| !OF_THE_CONNECTION.contains(name) && is_parameter(name))
        .map(str::to_owned)
        .collect();
    let (known, parameters) = without_words(text, &names.iter().map(String::as_str).collect::<Vec<_>>());
    let options = parameters.iter().map(|(name, value)| format!("-c {name}={}", option(value)));
    (known, options.collect())
}

/// Whether a word can be the name of a parameter.
fn is_parameter(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
}

/// A value among the server's options, which spaces divide.
fn option(value: &str) -> String {
    value.chars().flat_map(|c| (c == '\\' || c.is_whitespace()).then_some('\\').into_iter().chain([c])).collect()
}
