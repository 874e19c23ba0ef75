//! A GitLab for tests: an OAuth2 and OpenID Connect provider that refuses what GitLab refuses.
//!
//! Point the program under test at it in place of `https://gitlab.com`. It answers as GitLab 14.7 does, or as another
//! [`Version`], down to the words of errors, and is as strict: it compares redirect URIs as GitLab does, accepts a code
//! once and for ten minutes, and checks secrets, scopes, PKCE, forms' tokens and blocked accounts. Named faults
//! ([`Fault`]) can be switched on, so that a test can see whether the program under test notices them.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! # gitlab_mattermost_ground::tls::install_provider();
//! use gitlab_double::{Expected, GitLab};
//! use std::time::Duration;
//!
//! let gitlab = GitLab::start().await;
//! let application = gitlab.application("notes").redirect_uri("http://localhost:3000/callback").create();
//!
//! // What a browser does: Alice is signed in, and lets the application in.
//! let location = gitlab.user("alice").session().authorize(&application.authorize_url("s1")).unwrap();
//! let code = location.split(['=', '&']).nth(1).unwrap();
//!
//! // What the program under test does.
//! let form = [
//!     ("grant_type", "authorization_code"),
//!     ("code", code),
//!     ("redirect_uri", application.redirect_uri()),
//!     ("client_id", application.client_id()),
//!     ("client_secret", application.client_secret()),
//! ];
//! let redeem = || reqwest::Client::new().post(format!("{}/oauth/token", gitlab.url())).form(&form).send();
//! assert_eq!(redeem().await?.status(), 200);
//! assert_eq!(redeem().await?.status(), 400);
//!
//! gitlab.advance(Duration::from_secs(7200));
//! gitlab.assert_requested(Expected::request("POST", "/oauth/token").has("code").answered(200).times(1));
//! # Ok::<(), reqwest::Error>(())
//! # }).unwrap();
//! ```
//!
//! Programs in other languages start `mattermost-lab serve gitlab` and give their orders to its control listener
//! ([`ORDERS`]).
//!
//! Everything it answers is decided in `gitlab_mattermost_core`; here are only sockets, the clock, randomness and HTML.
#![forbid(unsafe_code)]

mod application;
mod clock;
mod consent;
mod control;
mod expected;
mod fault_guard;
mod gitlab;
mod mask;
mod options;
mod page;
mod randomness;
mod recorder;
mod sequence;
mod server;
mod signing;
mod state;
mod user;
mod write_limit;

pub use application::{Application, NewApplication};
pub use consent::Refused;
pub use control::{ORDERS, Order};
pub use expected::Expected;
pub use fault_guard::FaultGuard;
pub use gitlab::GitLab;
pub use gitlab_mattermost_core::gitlab::{
    Fault, Held, Seed, SeedApplication, SeedError, SeedPersonalAccessToken, SeedUser,
};
pub use gitlab_mattermost_core::secret::Secret;
pub use gitlab_mattermost_core::sequence::Sequence;
pub use gitlab_mattermost_core::time::UnixTime;
pub use gitlab_mattermost_core::version::Version;
pub use gitlab_mattermost_ground::exchange::{Exchange, Party};
pub use options::{Options, StartError};
pub use user::{Session, User};

#[cfg(test)]
mod tests;
