//! How the server calls others, by the rules of Go's HTTP client: through which proxy, whom it trusts, where it follows a
//! redirect to, and which addresses it refuses.
//!
//! Not here: sockets, and the checking of signatures.

mod proxies;
mod reach;
mod trust;

pub use proxies::Proxies;
pub use reach::{is_internal, keeps_body, keeps_credentials};
pub use trust::{CertificateNames, Places, Refused, judge};
