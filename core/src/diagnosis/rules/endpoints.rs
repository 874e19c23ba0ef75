//! P03 to P06 and P10 in the settings: GitLab's endpoints, the scope, and the variables that stand in the way to them.

use crate::diagnosis::Finding;
use crate::diagnosis::case::Case;
use crate::diagnosis::mask;
use crate::diagnosis::problem::{P03, P04, P05, P06, P10};
use crate::diagnosis::text::address;
use crate::version::Version;

const AUTH: &str = "GitLabSettings.AuthEndpoint";
const TOKEN: &str = "GitLabSettings.TokenEndpoint";
const USER: &str = "GitLabSettings.UserApiEndpoint";
/// Where GitLab tells who a token belongs to.
const USER_PATHS: [&str; 2] = ["/api/v4/user", "/api/v3/user"];
/// Where the package keeps the certificates that Mattermost trusts.
const PACKAGE_CERTIFICATES: &str = "/opt/gitlab/embedded/ssl/certs";
/// Since about then GitLab's form demands a scope; the exact release is not known.
const DEMANDS_A_SCOPE: Version = Version::new(16, 0, 0);

/// P03: the token endpoint is no address, is not GitLab's, or will be redirected.
pub(super) fn token_endpoint(case: &Case<'_>) -> Vec<Finding> {
    let Some((text, place)) = case.filled(TOKEN) else { return Vec::new() };
    let Some(token) = address(&text) else {
        return vec![P03.seen("the token endpoint is no URL with http or https").at([place])];
    };
    let mut found = Vec::new();
    if let Some((site, site_place)) = case.address("ServiceSettings.SiteURL") {
        let own = format!("{}/oauth/token", site.path.trim_end_matches('/'));
        if (&token.host, token.port, &token.path) == (&site.host, site.port, &own) {
            found.push(P03.seen("the token endpoint is Mattermost's own site").at([place.clone(), site_place]));
        }
    }
    if !token.path.ends_with("/oauth/token") && !is_of_another_provider(case) {
        let shown = mask::value(TOKEN, &token.to_string());
        found
            .push(P03.suspected(format!("the token endpoint is `{shown}`, which is not GitLab's")).at([place.clone()]));
    }
    let gitlab = case.ruby_call("external_url").and_then(|(url, at)| Some((address(&url)?, at)));
    let others = [case.address(AUTH), gitlab];
    let other =
        others.into_iter().flatten().find(|(other, _)| other.host == token.host && other.scheme != token.scheme);
    if let Some((other, other_place)) = other.filter(|_| token.scheme == "http") {
        let evidence = format!(
            "the token endpoint is http, while GitLab is `{}://{}`: a redirect turns the POST into a GET",
            other.scheme, other.host
        );
        found.push(P03.suspected(evidence).at([place, other_place]));
    }
    found
}

/// Whether sign-ins go to something else in GitLab's place, which has paths of its own: Keycloak, authentik, a bridge.
fn is_of_another_provider(case: &Case<'_>) -> bool {
    let Some((authorize, _)) = case.address(AUTH) else { return false };
    !authorize.path.ends_with("/oauth/authorize")
}

/// P10: the user endpoint is not GitLab's. The one of the old API answers to this day, for clients such as Mattermost.
pub(super) fn user_endpoint(case: &Case<'_>) -> Vec<Finding> {
    let Some((user, place)) = case.address(USER) else { return Vec::new() };
    if USER_PATHS.iter().any(|path| user.path.ends_with(path)) || is_of_another_provider(case) {
        return Vec::new();
    }
    let shown = mask::value(USER, &user.to_string());
    vec![P10.suspected(format!("the user endpoint is `{shown}`, which is not GitLab's")).at([place])]
}

/// P06: the scope is one that Mattermost or GitLab refuses.
pub(super) fn scope(case: &Case<'_>) -> Vec<Finding> {
    if !case.is_on("GitLabSettings.Enable") {
        return Vec::new();
    }
    if let Some((scope, place)) = case.filled("GitLabSettings.Scope") {
        let openid = scope.split(' ').any(|it| it == "openid");
        let evidence = match (openid, scope.contains([',', '\t'])) {
            (true, _) => "the scope has `openid`, with which Team Edition switches the sign-in through GitLab off",
            (_, true) => "the scope has a comma or a tab; GitLab takes only blanks between scopes",
            _ => return Vec::new(),
        };
        return vec![P06.seen(evidence).at([place])];
    }
    let gitlab = case.evidence.target.gitlab.into_iter().chain(case.evidence.installed.gitlab).max();
    let (Some((_, place)), Some(gitlab)) = (case.ruby_text("mattermost", "gitlab_id"), gitlab) else {
        return Vec::new();
    };
    if gitlab < DEMANDS_A_SCOPE {
        return Vec::new();
    }
    let evidence =
        format!("`gitlab_id` is given by hand without a `gitlab_scope`, and GitLab {gitlab} demands a scope");
    vec![P06.suspected(evidence).at([place])]
}

/// P04: the certificates that Mattermost trusts are not looked for where the package keeps them.
pub(super) fn certificate_directory(case: &Case<'_>) -> Vec<Finding> {
    let name = "SSL_CERT_DIR";
    let Some(given) = case.variable(name) else { return Vec::new() };
    let Some(value) = &given.value else { return Vec::new() };
    if value.split(':').any(|folder| folder.trim_end_matches('/') == PACKAGE_CERTIFICATES) {
        return Vec::new();
    }
    let evidence = format!(
        "`{name}` does not name `{PACKAGE_CERTIFICATES}`, so certificates in /etc/gitlab/trusted-certs do not count"
    );
    vec![P04.suspected(evidence).at([given.place.clone()])]
}

/// P05: Mattermost's calls to GitLab go to a proxy.
pub(super) fn proxy_variables(case: &Case<'_>) -> Vec<Finding> {
    let gitlab = case.address(TOKEN).map(|(token, _)| token);
    let Some(gitlab) = gitlab.or_else(|| address(&case.ruby_call("external_url")?.0)) else { return Vec::new() };
    let variable = |name: &str| {
        let given = case.variable(name).or_else(|| case.variable(&name.to_ascii_lowercase()))?;
        Some((given.value.as_deref().filter(|value| !value.is_empty())?, given))
    };
    let name = format!("{}_PROXY", gitlab.scheme.to_ascii_uppercase());
    let Some((_, proxy)) = variable(&name) else { return Vec::new() };
    if variable("NO_PROXY").is_some_and(|(list, _)| list.split(',').any(|entry| covers(entry.trim(), &gitlab.host))) {
        return Vec::new();
    }
    let evidence = format!(
        "`{name}` is set and `NO_PROXY` does not name `{}`: Mattermost asks the proxy for the token",
        gitlab.host
    );
    vec![P05.suspected(evidence).at([proxy.place.clone()])]
}

/// Whether an entry of `NO_PROXY` names the host or its domain.
fn covers(entry: &str, host: &str) -> bool {
    let entry = entry.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let domain = entry.trim_start_matches("*.").trim_start_matches('.');
    entry == "*" || !domain.is_empty() && (host == domain || host.ends_with(&format!(".{domain}")))
}
