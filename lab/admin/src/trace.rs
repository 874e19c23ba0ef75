//! Follows a sign-in between running servers, as far as a browser gets, and looks for known problems.
//!
//! What the browser sees is recorded; what Mattermost asks GitLab behind it is not seen and judged by how the sign-in ends.
//! Not here: the rules of the problems (`gitlab_mattermost_core::diagnosis`).

mod asked;
mod error;
mod follow;
mod place;
mod probe;
mod reached;

use gitlab_mattermost_core::diagnosis::Finding;
use gitlab_mattermost_core::diagnosis::sign_in::diagnose;
use gitlab_mattermost_ground::exchange::{Exchange, Party};
use serde::Serialize;

pub use self::asked::{Account, Asked};
pub use self::error::TraceError;
use self::place::below;
pub use self::reached::Reached;

/// What was seen.
#[derive(Debug, Serialize)]
pub struct Trace {
    /// How far the sign-in got.
    pub reached: Reached,
    /// The known problems seen.
    pub findings: Vec<Finding>,
    /// What the browser said and was told, secrets masked.
    pub exchanges: Vec<Exchange>,
}

/// Follows the sign-in.
///
/// # Errors
/// [`TraceError`], where a given server does not answer at all. A certificate of GitLab's that is not trusted is a
/// finding instead.
pub async fn trace(asked: &Asked) -> Result<Trace, TraceError> {
    gitlab_mattermost_ground::tls::install_provider();
    let client = probe::client(&asked.authorities)?;
    probe::answers(&client, &asked.mattermost, Party::Mattermost).await?;
    probe::answers(&client, &asked.gitlab, Party::GitLab).await?;
    let followed = follow::sign_in(asked).await?;
    let (mut evidence, reached, exchanges) = (followed.evidence, followed.reached, followed.exchanges);
    evidence.client = probe::client_configuration(&client, &asked.mattermost).await;
    if let (None, Some(base)) = (&evidence.unreachable, followed.gitlab_base) {
        evidence.token_endpoint = probe::endpoint(client.post(below(&base, "oauth/token"))).await;
        evidence.user_endpoint = probe::endpoint(client.get(below(&base, "api/v4/user"))).await;
    }
    Ok(Trace { reached, findings: diagnose(&evidence), exchanges })
}
