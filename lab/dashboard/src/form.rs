//! The fields of a form that the page sends.

use std::collections::BTreeMap;

use url::form_urlencoded;

/// The fields of a form.
pub(crate) type Form = BTreeMap<String, String>;

/// Reads the body of a form.
pub(crate) fn form(body: &str) -> Form {
    form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}
