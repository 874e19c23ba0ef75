//! The `state` parameter and the row that vouches for it.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::go::json_escape;

/// How long a row of the token table is kept; older ones are swept.
pub const MAX_AGE_OF_TOKENS: Duration = Duration::from_secs(48 * 3600);

/// Kind of the token rows that a sign-in leaves.
pub(super) const OAUTH: &str = "oauth";

/// A row of the token table.
///
/// # Shape
/// `extra` of a sign-in is `EMAIL:ACTION:COOKIE`. `Debug` prints kind and age alone.
#[derive(Clone, PartialEq, Eq)]
pub struct StateToken {
    /// 64 random characters; known to the browser that started the sign-in and to GitLab.
    pub token: String,
    /// Creation, in milliseconds since 1970.
    pub create_at: u64,
    /// `oauth` for a sign-in, `team_invitation` or `guest_invitation` for an invitation by mail.
    pub kind: String,
    /// For a sign-in `EMAIL:ACTION:COOKIE`: ties the token to the action and to the browser's cookie.
    pub extra: String,
}

/// Kind and age only: the token and the cookie are secrets.
impl std::fmt::Debug for StateToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StateToken({} of {})", self.kind, self.create_at)
    }
}

/// The fields of a `state` parameter: `action`, `token` and as needed `email`, `isMobile`, `redirect_to`, `team_id`.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct State(BTreeMap<String, String>);

impl State {
    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// The field `name`; empty if there is none, as the server treats it.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    pub(super) fn is_mobile(&self) -> bool {
        self.get("action") == "mobile"
    }

    /// What the token's row must say for a browser with this cookie.
    pub(super) fn extra(&self, cookie: &str) -> String {
        format!("{}:{}:{cookie}", self.get("email"), self.get("action"))
    }

    /// Standard base64, with padding, of the fields as JSON in the order of their names.
    pub(super) fn encode(&self) -> String {
        let json = serde_json::Value::from_iter(self.0.clone()).to_string();
        base64().encode(json_escape(&json))
    }

    /// Reads a `state` parameter. Base64 that holds no map of texts is a state without fields.
    ///
    /// # Errors
    /// Where the text is no base64, the place of the first wrong byte.
    pub(super) fn decode(text: &str) -> Result<Self, String> {
        let plain: String = text.chars().filter(|c| !"\r\n".contains(*c)).collect();
        let bytes = base64().decode(plain).map_err(|error| match error {
            base64::DecodeError::InvalidByte(place, _) => format!("illegal base64 data at input byte {place}"),
            _ => format!("illegal base64 data at input byte {}", text.len() / 4 * 4),
        })?;
        let mut values = serde_json::Deserializer::from_slice(&bytes).into_iter::<BTreeMap<String, Option<String>>>();
        let fields = values.next().and_then(Result::ok).unwrap_or_default();
        Ok(Self(fields.into_iter().map(|(name, value)| (name, value.unwrap_or_default())).collect()))
    }
}

fn base64() -> GeneralPurpose {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&STANDARD, config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_reads_back_as_it_was_written() {
        let mut state = State::default();
        state.set("action", "login");
        state.set("redirect_to", "http://site/?a=1&b=<2>");
        assert!(State::decode(&state.encode()).is_ok_and(|read| read == state));
    }

    #[test]
    fn only_what_is_no_base64_is_an_error() {
        assert!(State::decode("!").is_err());
        assert!(State::decode("e30").is_err(), "padding is demanded");
        for text in ["", "aGVsbG8=", "e30=", "W10=", "eyJ0b2tlbiI6MX0="] {
            assert_eq!(State::decode(text).map(|state| state.get("token").to_owned()), Ok(String::new()), "{text}");
        }
    }
}
