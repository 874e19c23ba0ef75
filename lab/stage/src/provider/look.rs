//! Describes a provider by looking at it, as far as that goes.

use std::fmt::Write as _;
use std::path::Path;

use gitlab_mattermost_browser::{Browser, BrowserError, Page};
use gitlab_mattermost_ground::visible::visible_json;
use url::Url;

use super::described::authorities_in;
use super::endpoints::below;
use super::error::ProviderError;
use super::profile::Profile;

/// What was found.
#[derive(Debug)]
pub struct Looked {
    /// The description, as a file.
    pub file: String,
    /// What was seen, one line each.
    pub seen: Vec<String>,
}

/// What a person knows beforehand.
#[derive(Debug, Default)]
pub struct Known<'a> {
    /// The profile; found out if it is not known.
    pub profile: Option<&'a str>,
    /// The id of the client that Mattermost is; with it the sign-in page can be looked at.
    pub client_id: Option<&'a str>,
    /// The redirect URIs registered for it.
    pub redirect_uris: &'a [String],
    /// Who signs in.
    pub login: Option<&'a str>,
    /// The authority that signed its certificate.
    pub ca: Option<&'a Path>,
}

/// Looks at the provider at `base`.
///
/// # Errors
/// [`ProviderError::NoAnswer`], if nobody is there, and [`ProviderError::UnknownProfile`].
pub async fn look(base: &Url, known: &Known<'_>) -> Result<Looked, ProviderError> {
    let authorities = known.ca.map(authorities_in).transpose()?.unwrap_or_default();
    let no_answer = |error: &BrowserError| ProviderError::NoAnswer {
        url: base.to_string(),
        reason: gitlab_mattermost_ground::error_chain::innermost(error),
    };
    let mut browser = Browser::direct(&authorities).map_err(|error| no_answer(&error))?;
    // Whatever it answers: only that somebody is there is of use.
    browser.open_only(base.as_str()).await.map_err(|error| no_answer(&error))?;
    let mut seen = Vec::new();
    let discovery = fetched(&browser, base, "/.well-known/openid-configuration").await;
    let discovery = discovery.filter(|page| page.status == 200).and_then(|page| page.json());
    let text = |name: &str| discovery.as_ref().and_then(|it| it.get(name)?.as_str().map(str::to_owned));
    let profile = match known.profile {
        Some(name) => Profile::named(name)?,
        None => Profile::named(guess(&browser, base, text("authorization_endpoint").as_deref(), &mut seen).await)?,
    };
    if let Some(issuer) = text("issuer") {
        seen.push(format!("its discovery document names the issuer `{issuer}`"));
    }
    let authorize = text("authorization_endpoint").and_then(|url| Url::parse(&url).ok());
    let authorize = authorize.or_else(|| authorize_of(&profile, base));
    let form = match (known.client_id, authorize) {
        (Some(id), Some(url)) => sign_in_form(&mut browser, url, id, known.redirect_uris, &mut seen).await,
        _ => None,
    };
    Ok(Looked { file: file(base, &profile, known, form.as_ref()), seen })
}

/// The profile that a provider looks like.
async fn guess(browser: &Browser, base: &Url, authorize: Option<&str>, seen: &mut Vec<String>) -> &'static str {
    if let Some(authorize) = authorize {
        let known = [("/realms/", "keycloak"), ("/application/o/", "authentik"), ("/api/oidc/", "authelia")];
        let found = known.into_iter().find(|(part, _)| authorize.contains(part));
        if let Some((part, name)) = found {
            seen.push(format!("its authorize endpoint has `{part}` in it, as that of {name}"));
            return name;
        }
    }
    if base.path().starts_with("/realms/") {
        seen.push("its path begins with `/realms/`, as that of a realm of Keycloak".to_owned());
        return "keycloak";
    }
    let user = fetched(browser, base, "/api/v4/user").await;
    let has_user = user.as_ref().is_some_and(|page| page.status == 401 && page.json().is_some());
    let sign_in = fetched(browser, base, "/users/sign_in").await;
    if sign_in.is_some_and(|page| page.status == 200 && page.body.contains("user[login]")) {
        seen.push("`/users/sign_in` asks for `user[login]`, as GitLab's does".to_owned());
        return "gitlab";
    }
    if authorize.is_some() && !has_user {
        seen.push("it has a discovery document of OpenID Connect".to_owned());
        return "oidc";
    }
    if has_user {
        seen.push(
            "`/api/v4/user` asks for a token, as GitLab's API does, but there is no sign-in page of GitLab".to_owned(),
        );
    } else {
        seen.push("nothing tells what it is; the endpoints of the bridge to LDAP are a guess".to_owned());
    }
    "ldap-bridge"
}

async fn fetched(browser: &Browser, base: &Url, path: &str) -> Option<Page> {
    let url = below(base, path).ok()?;
    browser.fetch(url.as_str()).await.ok()
}

fn authorize_of(profile: &Profile, base: &Url) -> Option<Url> {
    let lines: toml::Table = profile.lines.parse().ok()?;
    below(base, lines.get("endpoints")?.get("authorize")?.as_str()?).ok()
}

/// The names of the fields of a sign-in page.
struct FormSeen {
    login: Option<String>,
    /// Nothing if it asks for none.
    password: Option<String>,
}

async fn sign_in_form(
    browser: &mut Browser,
    mut url: Url,
    id: &str,
    redirect_uris: &[String],
    seen: &mut Vec<String>,
) -> Option<FormSeen> {
    let redirect_uri = redirect_uris.first().map(String::as_str).unwrap_or_default();
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", id)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("scope", "openid")
        .append_pair("state", "looking");
    let page = browser.open(url.as_str()).await.ok()?.clone();
    let forms = page.forms();
    let form =
        forms.iter().find(|form| form.password.is_some()).or_else(|| forms.iter().find(|form| form.login.is_some()));
    match form {
        Some(form) => {
            let FormSeen { login, password } = FormSeen { login: form.login.clone(), password: form.password.clone() };
            let names: Vec<String> = login.iter().chain(&password).map(|name| format!("`{name}`")).collect();
            seen.push(format!("the sign-in page `{}` has the fields {}", page.place(), names.join(" and ")));
            Some(FormSeen { login, password })
        }
        None => {
            let text: String = page.text().chars().take(120).collect();
            seen.push(format!(
                "no form with a password at `{}`: \"{text}\"; say under `[sign-in]` how one signs in",
                page.place()
            ));
            None
        }
    }
}

fn file(base: &Url, profile: &Profile, known: &Known<'_>, form: Option<&FormSeen>) -> String {
    // What JSON writes in quotes, TOML reads in quotes.
    let quoted = |text: &str| visible_json(&serde_json::Value::from(text).to_string());
    let mut out = format!(
        "# This describes {}.\nprofile = {}\nbase = {}\n",
        profile.sentence,
        quoted(profile.name),
        quoted(base.as_str().trim_end_matches('/'))
    );
    let uris: Vec<String> = match known.redirect_uris {
        [] => ["signup", "login"].map(|way| format!("http://mattermost.example.com/{way}/gitlab/complete")).to_vec(),
        given => given.to_vec(),
    };
    let uris: Vec<String> = uris.iter().map(|uri| format!("    {},\n", quoted(uri))).collect();
    if form.is_some_and(|form| form.password.is_none()) {
        out += "lacks = [\"password\"]\n";
    }
    if let Some(path) = known.ca {
        // A string takes every write.
        let _ = writeln!(out, "ca = {}", quoted(&path.display().to_string()));
    }
    let _ = write!(
        out,
        "\n# The client that Mattermost is. Register it with these redirect URIs, or write here those that it has.\n\
         [client]\nid = {}\nsecret-env = \"PROVIDER_CLIENT_SECRET\"\nredirect-uris = [\n{}]\n",
        quoted(known.client_id.unwrap_or("mattermost")),
        uris.concat()
    );
    let _ = write!(
        out,
        "\n# People who can sign in; a second one lets more be checked.\n[[user]]\nlogin = {}\n\
         password-env = \"PROVIDER_USER_PASSWORD\"\n",
        quoted(known.login.unwrap_or("alice"))
    );
    if let Some(FormSeen { login, password }) = form {
        let line = |called: &str, name: &Option<String>| {
            name.as_deref().map(|name| format!("{called} = {}\n", quoted(name))).unwrap_or_default()
        };
        let _ = write!(out, "\n[sign-in]\n{}{}", line("login", login), line("password", password));
    }
    out
}
