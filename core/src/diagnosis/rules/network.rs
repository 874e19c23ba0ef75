//! P18 and P21 in the settings: addresses that integrations may call, and the GitLab plugin.

use serde_json::Value as Json;

use crate::diagnosis::Finding;
use crate::diagnosis::case::Case;
use crate::diagnosis::problem::{P18, P21};

const CONNECTIONS: &str = "ServiceSettings.AllowedUntrustedInternalConnections";
const SITE_URL: &str = "ServiceSettings.SiteURL";
const PLUGIN: &str = "com.github.manland.mattermost-plugin-gitlab";

/// P18: the list of allowed addresses is written as the server does not read it.
pub(super) fn untrusted_connections(case: &Case<'_>) -> Vec<Finding> {
    let Some((list, place)) = case.filled(CONNECTIONS) else { return Vec::new() };
    let mut found = Vec::new();
    if list.contains([',', ';']) {
        let evidence = "the list has commas or semicolons; the server splits it at blanks, so it names no such host";
        found.push(P18.seen(evidence).at([place.clone()]));
    }
    if list.contains('*') {
        found.push(P18.seen("the list has `*`, which the server does not take for a wildcard").at([place.clone()]));
    }
    if list.contains("://") {
        found.push(P18.seen("the list has a URL; the server looks for host names and networks").at([place]));
    }
    found
}

/// P21: the plugin is on, and lacks what it cannot work without.
pub(super) fn plugin(case: &Case<'_>) -> Vec<Finding> {
    let Some((Json::Object(states), _)) = case.in_file("PluginSettings.PluginStates") else { return Vec::new() };
    let is_on = states.get(PLUGIN).and_then(|state| state.get("Enable")) == Some(&Json::Bool(true));
    if !is_on {
        return Vec::new();
    }
    let plugins = case.in_file("PluginSettings.Plugins");
    let settings = plugins.as_ref().and_then(|(plugins, _)| plugins.get(PLUGIN)).and_then(Json::as_object);
    let is_set = |wanted: &str| {
        let values = settings.into_iter().flatten().filter(|(key, _)| key.eq_ignore_ascii_case(wanted));
        values.into_iter().any(|(_, value)| value.as_str().is_some_and(|text| !text.is_empty()))
    };
    let lacking: Vec<&str> = ["gitlaboauthclientid", "gitlaboauthclientsecret", "webhooksecret"]
        .into_iter()
        .filter(|name| !is_set(name))
        .collect();
    let place = || case.place_in_file("PluginSettings.PluginStates");
    let mut found = Vec::new();
    if !lacking.is_empty() {
        let evidence = format!("the GitLab plugin is on, but `{}` is not set", lacking.join("`, `"));
        found.push(P21.seen(evidence).at([place()]));
    }
    // The package gives the site URL by environment, and leaves it empty in the file.
    if case.text(SITE_URL).is_some_and(|(url, _)| url.is_empty()) {
        let evidence = "the GitLab plugin is on, but there is no site URL, from which it makes its own addresses";
        found.push(P21.suspected(evidence).at([place(), case.place_in_file(SITE_URL)]));
    }
    found
}
