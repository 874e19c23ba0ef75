//! What a rule can demand of a value.

use serde::Deserialize;
use serde_json::Value;

use super::super::values::Values;
use super::address::{is_http_url, is_listen_address, is_turn_or_stun_uri, is_uri, is_websocket_url};

/// A demand, worded to follow "must".
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Check {
    /// Be a text with at least one character.
    NotBeEmpty,
    /// Be a text with at least one character if the setting at this path has one.
    NotBeEmptyBeside(String),
    /// Be `false`.
    BeOff,
    /// Be this number or more.
    AtLeast(i64),
    /// Lie between these two, both included.
    BeBetween(i64, i64),
    /// Be one of these texts.
    BeOneOf(Vec<String>),
    /// Have this many bytes or more.
    HaveAtLeastBytes(usize),
    /// Have this many bytes or fewer.
    HaveAtMostBytes(usize),
    /// Contain this text.
    Contain(String),
    /// Contain the text at this path.
    ContainTheValueOf(String),
    /// Be `name=value`, with one equals sign.
    BeAnAssignment,
    /// Be hours and minutes, `2:00` or `02:00`.
    BeATimeOfDay,
    /// Be what a request line may hold: an absolute path, or anything with a scheme.
    BeAUri,
    /// Be a URL with `http` or `https`.
    BeAnHttpUrl,
    /// Be a URL with `ws` or `wss`.
    BeAWebsocketUrl,
    /// Be a URI with `turn` or `stun`.
    BeATurnOrStunUri,
    /// Be `host:port`; the host may be missing.
    BeAListenAddress,
    /// Be a list of nothing but these.
    HoldOnly(Vec<String>),
    /// Be a list of names of URL schemes.
    HoldOnlyUrlSchemes,
}

impl Check {
    /// Whether `value` meets the demand; `values` are all settings. A value of another type meets none.
    pub(super) fn is_met(&self, value: &Value, values: &Values) -> bool {
        let other = |path: &str| values.get(path).and_then(Value::as_str).unwrap_or_default();
        match self {
            Self::BeOff => value == &Value::Bool(false),
            Self::AtLeast(least) => value.as_i64().is_some_and(|n| n >= *least),
            Self::BeBetween(least, most) => value.as_i64().is_some_and(|n| (*least..=*most).contains(&n)),
            Self::HoldOnly(allowed) => all(value, |text| allowed.iter().any(|a| a == text)),
            Self::HoldOnlyUrlSchemes => all(value, is_url_scheme),
            _ => value.as_str().is_some_and(|text| self.is_met_by_text(text, other)),
        }
    }

    fn is_met_by_text<'a>(&self, text: &str, other: impl Fn(&str) -> &'a str) -> bool {
        match self {
            Self::NotBeEmpty => !text.is_empty(),
            Self::NotBeEmptyBeside(path) => !text.is_empty() || other(path).is_empty(),
            Self::BeOneOf(allowed) => allowed.iter().any(|a| a == text),
            Self::HaveAtLeastBytes(least) => text.len() >= *least,
            Self::HaveAtMostBytes(most) => text.len() <= *most,
            Self::Contain(part) => text.contains(part),
            Self::ContainTheValueOf(path) => text.contains(other(path)),
            Self::BeAnAssignment => text.matches('=').count() == 1,
            Self::BeATimeOfDay => is_time_of_day(text),
            Self::BeAUri => is_uri(text),
            Self::BeAnHttpUrl => is_http_url(text),
            Self::BeAWebsocketUrl => is_websocket_url(text),
            Self::BeATurnOrStunUri => is_turn_or_stun_uri(text),
            Self::BeAListenAddress => is_listen_address(text),
            Self::BeOff | Self::AtLeast(_) | Self::BeBetween(..) | Self::HoldOnly(_) | Self::HoldOnlyUrlSchemes => {
                false
            }
        }
    }
}

fn all(list: &Value, allowed: impl Fn(&str) -> bool) -> bool {
    list.as_array().is_some_and(|list| list.iter().all(|element| element.as_str().is_some_and(&allowed)))
}

fn is_time_of_day(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let Some((hours, minutes)) = text.split_once(':') else { return false };
    let well_formed = (1..=2).contains(&hours.len()) && minutes.len() == 2 && digits(hours) && digits(minutes);
    let below = |part: &str, limit: u8| part.parse::<u8>().is_ok_and(|n| n < limit);
    well_formed && below(hours, 24) && below(minutes, 60)
}

fn is_url_scheme(text: &str) -> bool {
    let name = text.trim_matches(['\t', '\n', '\x0c', '\r', ' ']);
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}
