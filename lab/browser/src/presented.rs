//! Header fields that a browser sends to one site by itself.

use reqwest::header::HeaderMap;
use url::Url;

/// Header fields that a browser sends to one site by itself.
#[derive(Debug, Clone)]
pub(super) struct Presented {
    pub(super) origin: url::Origin,
    pub(super) fields: HeaderMap,
}

impl Presented {
    /// What is sent along to `url`.
    pub(super) fn to(&self, url: &Url) -> HeaderMap {
        if url.origin() == self.origin { self.fields.clone() } else { HeaderMap::new() }
    }
}
