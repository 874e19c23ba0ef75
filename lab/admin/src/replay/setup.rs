//! Sets the applications of a case up through the control listener, and reads how transcripts describe them.

use gitlab_mattermost_core::gitlab::{Seed, SeedApplication};
use gitlab_mattermost_core::hexadecimal;
use gitlab_mattermost_core::secret::Secret;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::bindings::{Bindings, placeholder};
use super::control::Control;
use super::error::ReplayError;
use super::transcript::Case;

/// Puts the mock into the state a case starts from.
pub(super) async fn by_control(
    control: &Control,
    case: &Case,
    bindings: &mut Bindings,
) -> Result<Vec<SeedApplication>, ReplayError> {
    let mut applications = Vec::new();
    for described in &case.setup.applications {
        applications.push(application_of(described, bindings)?);
    }
    control.put_state(&Seed { applications: applications.clone(), ..Seed::default() }).await?;
    Ok(applications)
}

/// An application as a transcript describes it; binds its id and secret, made up for this replay.
pub(super) fn application_of(described: &Value, bindings: &mut Bindings) -> Result<SeedApplication, ReplayError> {
    let reference = described["ref"].as_str().unwrap_or("mm");
    for name in ["client_id", "client_secret"] {
        let name = placeholder(name, reference);
        if bindings.get(&name).is_none() {
            bindings.set(&name, hexadecimal::digits(&Sha256::digest(&name)));
        }
    }
    let filled = bindings.fill(&described.to_string());
    let mut application: SeedApplication = serde_json::from_str(&filled).map_err(|error| {
        ReplayError::skip(&format!("the application `{reference}` is described in unknown terms: {error}"))
    })?;
    let value = |name| bindings.get(&placeholder(name, reference)).unwrap_or_default().to_owned();
    application.client_id.get_or_insert_with(|| value("client_id"));
    application.client_secret.get_or_insert_with(|| Secret::new(value("client_secret")));
    application.reference.get_or_insert_with(|| reference.to_owned());
    Ok(application)
}
