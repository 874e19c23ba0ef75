//! The OAuth application by which Mattermost signs users in through GitLab, and whether reconfigure registers it.
//!
//! Not here: the sign-in itself (`gitlab` and `mattermost`).

use serde::Serialize;

use super::DeriveError;
use super::configuration::{Configuration, known_text};
use super::services;
use crate::gitlab_rb::Value;
use crate::version::Version;

/// The application as reconfigure registers it.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OauthApplication {
    /// Its name.
    pub name: String,
    /// Its redirect URIs, joined by CR LF.
    ///
    /// DIFFERENCE: (erratum 17) they come from `mattermost_external_url` as written, so `service_site_url` does not
    /// change them and a trailing slash doubles.
    pub redirect_uris: Option<String>,
    /// Whether it is registered without doing.
    pub registration: Registration,
}

/// Whether reconfigure registers the application, provided that the GitLab database is there.
///
/// On success it writes the id and secret to the secrets file, `gitlab_enable` becomes true and the scope empty; the env
/// of [`super::Deployment`] is that of before.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Registration {
    /// Whether it does; `None` where only Ruby could tell.
    pub automatic: Option<bool>,
    /// The condition that decided.
    pub because: String,
}

pub(super) fn oauth_application(configuration: &mut Configuration) -> OauthApplication {
    let url = configuration.call("mattermost_external_url");
    let url = known_text(configuration, &url, "mattermost_external_url");
    if let Some(url) = url.as_deref().filter(|url| url.ends_with('/')) {
        let message = format!("the redirect URIs of the OAuth application get a double slash, as `{url}` ends in one");
        configuration.warn(
            "redirect_uri_double_slash",
            message,
            configuration.call("mattermost_external_url").origin.span(),
        );
    }
    OauthApplication {
        name: "GitLab Mattermost".to_owned(),
        redirect_uris: url.map(|url| format!("{url}/signup/gitlab/complete\r\n{url}/login/gitlab/complete")),
        registration: registration(configuration),
    }
}

fn registration(configuration: &Configuration) -> Registration {
    let decided = |automatic, because: &str| Registration { automatic: Some(automatic), because: because.to_owned() };
    match obstacle(configuration) {
        Ok(Some(obstacle)) => decided(false, obstacle),
        Ok(None) => decided(true, "nothing stands against it, once the GitLab database exists"),
        Err(error) => Registration { automatic: None, because: error.to_string() },
    }
}

/// The first condition that keeps reconfigure from registering, in the package's order.
fn obstacle(configuration: &Configuration) -> Result<Option<&'static str>, DeriveError> {
    let table = configuration.table;
    if table.has_default("register_as_oauth_app") {
        let secrets_file_off =
            matches!(configuration.value("package", "generate_secrets_json_file"), Value::Bool(false));
        if table.version >= Version::new(16, 1, 0) && secrets_file_off {
            return Ok(Some("`package['generate_secrets_json_file']` is false"));
        }
        if !configuration.flag("mattermost", "register_as_oauth_app", true)? {
            return Ok(Some("`mattermost['register_as_oauth_app']` is false, in the settings or the secrets file"));
        }
    } else if configuration.flag("mattermost", "gitlab_enable", false)? {
        return Ok(Some("`mattermost['gitlab_enable']` is true, in the settings or the secrets file"));
    }
    if !services::rails_enabled(configuration)? {
        return Ok(Some("`gitlab_rails['enable']` is false: GitLab is not on this server"));
    }
    if !services::postgresql_runs(configuration)? {
        return Ok(Some("the bundled PostgreSQL does not run on this server"));
    }
    Ok(None)
}
