//! Where people open the two servers, as far as the evidence tells.

use serde_json::Value as Json;

use super::Evidence;
use super::text::address;

/// The addresses that people open, without user, query and trailing slash.
///
/// # Shape
/// `https://chat.example.com`; rejected, and so absent: a text without a scheme of the web.
///
/// ```
/// use gitlab_mattermost_core::diagnosis::{Evidence, Servers};
/// use gitlab_mattermost_core::installation::JsonFile;
///
/// let json = serde_json::json!({"ServiceSettings": {"SiteURL": "https://chat.example.com/"}});
/// let config_json = Some(JsonFile { name: "config.json".to_owned(), text: json.to_string(), json });
/// let servers = Servers::of(&Evidence { config_json, ..Evidence::default() });
/// assert_eq!(servers.mattermost.as_deref(), Some("https://chat.example.com"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Servers {
    /// Mattermost's site URL.
    pub mattermost: Option<String>,
    /// GitLab's URL.
    pub gitlab: Option<String>,
}

impl Servers {
    /// The addresses that settings, variables or `config.json` tell, in this order.
    pub fn of(evidence: &Evidence) -> Self {
        let variables = evidence.installation().variables();
        let called = |name: &str| {
            let settings = &evidence.gitlab_rb.as_ref()?.settings;
            settings.call(name)?.value.to_ruby_text().ok()
        };
        let variable = |name: &str| variables.get(name).cloned();
        let saved = |path: &str| {
            let json = &evidence.config_json.as_ref()?.json;
            json.pointer(path).and_then(Json::as_str).map(str::to_owned)
        };
        let origin = |url: String| Some(url[..url.find("/oauth/")?].to_owned());
        Self {
            mattermost: variable("MM_SERVICESETTINGS_SITEURL")
                .or_else(|| called("mattermost_external_url"))
                .or_else(|| saved("/ServiceSettings/SiteURL"))
                .and_then(|url| opened(&url)),
            gitlab: called("external_url")
                .or_else(|| variable("MM_GITLABSETTINGS_AUTHENDPOINT").and_then(origin))
                .or_else(|| saved("/GitLabSettings/AuthEndpoint").and_then(origin))
                .and_then(|url| opened(&url)),
        }
    }
}

fn opened(url: &str) -> Option<String> {
    Some(address(url)?.to_string().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Evidence;
    use super::Servers;
    use crate::installation::{JsonFile, SettingsFile};

    #[test]
    fn addresses_come_from_settings_and_else_from_config_json() {
        let text =
            "external_url 'https://user:word@git.example.com/'\nmattermost_external_url 'https://chat.example.com'\n";
        let file = SettingsFile::read("gitlab.rb", text, Default::default(), "14.7.0".parse().unwrap()).unwrap();
        let evidence = Evidence { gitlab_rb: Some(file), ..Evidence::default() };
        let found = Servers::of(&evidence);
        assert_eq!(found.gitlab.as_deref(), Some("https://git.example.com"));
        assert_eq!(found.mattermost.as_deref(), Some("https://chat.example.com"));
        let json = json!({"GitLabSettings": {"AuthEndpoint": "https://git.example.com/sub/oauth/authorize"}});
        let config_json = Some(JsonFile { name: "config.json".to_owned(), text: json.to_string(), json });
        let found = Servers::of(&Evidence { config_json, ..Evidence::default() });
        assert_eq!(found, Servers { mattermost: None, gitlab: Some("https://git.example.com/sub".to_owned()) });
    }
}
