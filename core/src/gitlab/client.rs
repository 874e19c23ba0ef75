//! The application that a request to `/oauth/token`, `/oauth/revoke` or `/oauth/introspect` comes from.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: settings, the token endpoint.

use base64::Engine;

use super::application::{Application, Applications};
use super::fault::{Fault, Faults};
use super::lenient_base64::LENIENT;
use super::parameters::Parameters;
use crate::http::Request;

/// What a client says to prove who it is.
pub(super) struct Credentials {
    client_id: String,
    secret: Option<String>,
}

impl Credentials {
    /// Those of a request: the Basic header, else the parameters; `None` if neither names a client.
    pub fn of(request: &Request, parameters: &Parameters) -> Option<Self> {
        let header = request.headers.get("authorization").and_then(Self::of_header);
        header.or_else(|| Self::of_parameters(parameters))
    }

    fn of_header(field: &str) -> Option<Self> {
        let encoded: String = field
            .strip_prefix("Basic ")?
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/'))
            .collect();
        let pair = String::from_utf8(LENIENT.decode(encoded).ok()?).ok()?;
        let (client_id, secret) = match pair.split_once(':') {
            Some((client_id, secret)) => (client_id.to_owned(), Some(secret.to_owned())),
            None => (pair, None),
        };
        (!client_id.trim().is_empty()).then_some(Self { client_id, secret })
    }

    fn of_parameters(parameters: &Parameters) -> Option<Self> {
        let client_id = parameters.opaque("client_id")?.to_owned();
        Some(Self { client_id, secret: parameters.opaque("client_secret").map(str::to_owned) })
    }

    /// The application that these prove; `None` if it is unknown or the secret is wrong.
    pub fn authenticate<'a>(&self, applications: &'a Applications, faults: Faults) -> Option<&'a Application> {
        applications.find(&self.client_id).filter(|application| {
            application.accepts_secret(self.secret.as_deref()) || faults.has(Fault::AnyClientSecret)
        })
    }
}
