//! The server settings that decide about a sign-in. Reading them from files and variables is not this module's job.

use std::collections::BTreeSet;

use super::fault::Fault;
use super::go::path_clean;
use super::release::Release;
use crate::secret::Secret;

/// `GitLabSettings`: GitLab as the server was told to find it.
///
/// # Shape
/// Endpoints are absolute URLs, `scope` is a list separated by blanks. The default has sign-in through GitLab off.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GitLabSettings {
    /// Sign-in through GitLab is on.
    pub enable: bool,
    /// Application id, sent as `client_id`.
    pub id: String,
    /// Application secret, sent to the token endpoint alone.
    pub secret: Secret,
    /// Scope asked for; empty: the parameter is left out.
    pub scope: String,
    /// Where the browser is sent.
    pub auth_endpoint: String,
    /// Where the code is exchanged.
    pub token_endpoint: String,
    /// Where the user is read.
    pub user_api_endpoint: String,
}

/// Everything the sign-in reads of the server's settings.
///
/// # Shape
/// Each field is a setting of the server, but for `release`, `error_page_key` and `faults`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Version the server behaves as.
    pub release: Release,
    /// `ServiceSettings.SiteURL` without a slash at its end; may be empty.
    pub site_url: String,
    /// The section `GitLabSettings`.
    pub gitlab: GitLabSettings,
    /// The setting `TeamSettings.EnableUserCreation`.
    pub enable_user_creation: bool,
    /// `TeamSettings.RestrictCreationToDomains`; empty: any domain.
    pub restrict_creation_to_domains: String,
    /// The setting `TeamSettings.SiteName`.
    pub site_name: String,
    /// `LocalizationSettings.DefaultClientLocale`, given to new accounts.
    pub default_client_locale: String,
    /// The setting `ServiceSettings.SessionLengthWebInDays`.
    pub session_web_days: u64,
    /// The setting `ServiceSettings.SessionLengthMobileInDays`.
    pub session_mobile_days: u64,
    /// The setting `ServiceSettings.AllowCookiesForSubdomains`.
    pub allow_cookies_for_subdomains: bool,
    /// `NativeAppSettings.AppCustomURLSchemes`: where a mobile log-in may end.
    pub app_custom_url_schemes: Vec<String>,
    /// Signs the addresses of error pages.
    pub error_page_key: Secret,
    /// What it does wrong on purpose.
    pub faults: BTreeSet<Fault>,
}

impl Settings {
    /// The folder the site lives in: `/`, or the path of the site URL.
    pub fn subpath(&self) -> String {
        let after_scheme = self.site_url.split_once("://").map_or("", |(_, rest)| rest);
        let path = after_scheme.find('/').map_or("", |slash| &after_scheme[slash..]);
        let path = path.split(['?', '#']).next().unwrap_or_default();
        if path.is_empty() { "/".to_owned() } else { path_clean(path) }
    }

    /// Whether the mistake is to be made.
    pub(super) fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    /// Whether new accounts are made.
    pub(super) fn makes_accounts(&self) -> bool {
        self.enable_user_creation || self.has(Fault::ClosedSignUpIgnored)
    }

    /// `Domain` of the session cookies, where subdomains shall see them.
    pub(super) fn cookie_domain(&self) -> Option<String> {
        let authority = self.site_url.split_once("://")?.1.split(['/', '?', '#']).next()?;
        let host = authority.rsplit('@').next()?.split(':').next()?;
        (self.allow_cookies_for_subdomains && !host.is_empty()).then(|| host.to_owned())
    }
}
