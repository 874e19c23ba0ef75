//! Malformed text, which GitLab refuses before it looks at what a request wants.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: revocation, introspection, token info, malformed input.

use base64::Engine;
use percent_encoding::percent_decode;

use super::lenient_base64::LENIENT;
use crate::http::Request;

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Malformed {
    /// A broken percent-encoding, a NUL byte, bytes that are no UTF-8, or parameter names that contradict each other.
    #[error("a part of the request is not well-formed text")]
    Text,
    /// A body that says it is JSON and is not.
    #[error("the body is not JSON")]
    Json,
}

/// Checks the path and the credentials; the parameters are checked where they are read.
pub(super) fn check(request: &Request) -> Result<(), Malformed> {
    decode(request.path.as_bytes())?;
    let Some(credentials) = request.headers.get("authorization") else { return Ok(()) };
    // Bytes that are no UTF-8 reach the messages as this character.
    if credentials.contains('\u{fffd}') {
        return Err(Malformed::Text);
    }
    match credentials.split_once(' ') {
        Some((scheme, encoded)) if scheme.eq_ignore_ascii_case("basic") => {
            LENIENT.decode(encoded.trim()).map_or(Ok(()), |pair| text(pair).map(drop))
        }
        _ => Ok(()),
    }
}

/// Percent-decodes a name or value of a form.
pub(super) fn decode(encoded: &[u8]) -> Result<String, Malformed> {
    let spaced: Vec<u8> = encoded.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let well_formed = spaced
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'%')
        .all(|(at, _)| spaced.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)));
    if !well_formed {
        return Err(Malformed::Text);
    }
    text(percent_decode(&spaced).collect())
}

/// Text without NUL bytes.
pub(super) fn text(bytes: Vec<u8>) -> Result<String, Malformed> {
    if bytes.contains(&0) {
        return Err(Malformed::Text);
    }
    String::from_utf8(bytes).map_err(|_| Malformed::Text)
}

#[cfg(test)]
mod tests {
    use super::{Malformed, check};
    use crate::http::{Headers, Request};

    #[test]
    fn paths_and_credentials_must_be_text() {
        let with = |path: &str, authorization: &str| Request {
            path: path.to_owned(),
            headers: Headers(vec![("Authorization".to_owned(), authorization.to_owned())]),
            ..Request::default()
        };
        for good in [with("/oauth/%C3%A4", "Basic YTpi"), with("/", "Basic %%%"), with("/", "Bearer x"), with("/", "")]
        {
            assert_eq!(check(&good), Ok(()), "{good:?}");
        }
        for bad in
            [with("/%FF", ""), with("/%00", ""), with("/%zz", ""), with("/", "Basic AGI="), with("/", "basic /zpi")]
        {
            assert_eq!(check(&bad), Err(Malformed::Text), "{bad:?}");
        }
    }
}
