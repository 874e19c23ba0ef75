//! Registering Mattermost with the GitLab of this machine.
//!
//! The package writes into GitLab's database; here GitLab's own API for administrators does the same.

use std::time::{Duration, Instant};

use gitlab_mattermost_core::gitlab::Seed;
use gitlab_mattermost_core::omnibus::Secrets;
use serde::Deserialize;
use serde_json::json;

use super::whole_file::write;
use super::{HostError, SECRETS_FILE, read_if_there};

/// Where GitLab listens on the machine, behind nginx.
const GITLAB: &str = "http://127.0.0.1:8080";

/// A GitLab that the same reconfigure has restarted listens within this.
const LISTENS_WITHIN: Duration = Duration::from_secs(30);
/// Pause between two attempts to reach it.
const PAUSE: Duration = Duration::from_millis(50);

#[derive(Deserialize)]
struct Application {
    application_id: String,
    secret: String,
}

/// Registers the application, without scopes as the package does, and keeps its id and secret in the secrets file.
///
/// # Errors
/// GitLab does not answer or refuses, or the secrets file cannot be written.
pub(super) fn register(name: &str, redirect_uris: &str) -> Result<(), HostError> {
    let failed = |reason: String| HostError::Command {
        command: format!("register the application `{name}`"),
        status: "no application".to_owned(),
        stderr: reason,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| failed(error.to_string()))?;
    let application = runtime.block_on(create(name, redirect_uris)).map_err(failed)?;
    let secrets = Secrets::read(read_if_there(SECRETS_FILE)?.as_deref().unwrap_or("{}"))?;
    let section = json!({
        "gitlab_enable": true,
        "gitlab_id": application.application_id,
        "gitlab_secret": application.secret,
    });
    let entries = section.as_object().cloned().unwrap_or_default();
    write(SECRETS_FILE.as_ref(), &secrets.with(&entries).to_text(), "root:root", "0600")
}

async fn create(name: &str, redirect_uris: &str) -> Result<Application, String> {
    gitlab_mattermost_ground::tls::install_provider();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().map_err(|error| error.to_string())?;
    let seed = Seed::default();
    let token = seed.administrator_token().ok_or("the seed of this GitLab names no administrator")?;
    let form = [("name", name), ("redirect_uri", redirect_uris), ("scopes", "")];
    let begun = Instant::now();
    let answer = loop {
        let request = client.post(format!("{GITLAB}/api/v4/applications")).header("PRIVATE-TOKEN", token.expose());
        match request.form(&form).send().await {
            Ok(answer) => break answer,
            Err(error) if error.is_connect() && begun.elapsed() < LISTENS_WITHIN => tokio::time::sleep(PAUSE).await,
            Err(error) => return Err(gitlab_mattermost_ground::error_chain::chain(&error)),
        }
    };
    let status = answer.status();
    if !status.is_success() {
        return Err(format!("GitLab answers with status {status}"));
    }
    answer.json().await.map_err(|error| gitlab_mattermost_ground::error_chain::chain(&error))
}
