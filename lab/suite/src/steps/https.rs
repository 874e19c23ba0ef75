//! Steps of the chapter *Running GitLab Mattermost with HTTPS*, on a machine with the Linux package: certificates, and who is
//! sent where.
//!
//! - `Given a certificate for "mattermost.gitlab.example" is in the administrator's home directory`, as `NAME.crt` and
//!   `NAME.key`; `… as "mattermost-nginx"` under another name
//! - `Given "/etc/gitlab/ssl" has for "gitlab.example.com" a certificate`, on the host of that name, of the run's own authority
//!   and with all that a server has to send; or `a certificate without its intermediate`, `a certificate for "other.example.com"`,
//!   `an expired certificate`, `a certificate with a common name alone`
//! - `Given GitLab is reached at "https://gitlab.example.com" from now on`, by its administrator, too
//! - `Given the authority's certificate is on the host as "/etc/gitlab/trusted-certs/authority.crt"`
//! - `Given the authority's certificate is in the file "authority.pem"`, in the scenario's folder
//! - `Given people open Mattermost at "https://mattermost.gitlab.example"`, where steps about signing in begin from then on
//! - `When the host's file "/var/log/x" is copied to "x"`, to the scenario's folder
//! - `Then "http://a/b" is redirected with status 301 to "https://a:443/b"`

use cucumber::{given, then, when};
use url::Url;

use super::host::do_on_host;
use crate::world::{Missing, StepError, World};
use gitlab_mattermost_authority::ServerCertificate;
use gitlab_mattermost_stage::subject::host::{Host, Shell};

/// A certificate that no step knows how to make.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no certificate that can be made here")]
struct Unknown(String);

#[given(regex = r#"^a certificate for "([^"]+)" is in the administrator's home directory(?: as "([^"]+)")?$"#)]
async fn in_home(world: &mut World, name: String, file: String) -> Result<(), StepError> {
    let certificate = world.lab()?.authority().issue(&[&name])?;
    let file = if file.is_empty() { name } else { file };
    let host = world.host()?;
    put(host, &format!("{}/{file}", host.home()), &certificate.chain, &certificate).await
}

#[given(regex = r#"^"(/[^"]+)" has for "([^"]+)" (an? .+)$"#)]
#[when(regex = r#"^"(/[^"]+)" has for "([^"]+)" (an? .+)$"#)]
async fn in_folder(world: &mut World, folder: String, name: String, kind: String) -> Result<(), StepError> {
    let lab = world.lab()?;
    let authority = lab.authority();
    let of_another = kind.strip_prefix("a certificate for \"").and_then(|rest| rest.strip_suffix('"'));
    let certificate = match (kind.as_str(), of_another) {
        ("a certificate" | "a certificate without its intermediate", _) => authority.issue(&[&name])?,
        ("an expired certificate", _) => authority.issue_expired(&name)?,
        ("a certificate with a common name alone", _) => authority.issue_without_names(&name)?,
        (_, Some(other)) => authority.issue(&[other])?,
        _ => return Err(Unknown(kind).into()),
    };
    let whole = kind != "a certificate without its intermediate";
    let sent = if whole { &certificate.chain } else { &certificate.certificate };
    let host = world.host_named(&name)?;
    host.run(Shell::Root, &format!("mkdir -p {}", shlex::try_quote(&folder)?)).await?;
    put(host, &format!("{folder}/{name}"), sent, &certificate).await
}

#[given(regex = r#"^GitLab is reached at "([^"]*)" from now on$"#)]
fn gitlab_moves(world: &mut World, url: String) -> Result<(), StepError> {
    let root = world.lab()?.authority().root();
    let name = Url::parse(&url)?.host_str().unwrap_or_default().to_owned();
    let address = world.host_named(&name)?.https_address();
    Ok(world.gitlab.as_mut().ok_or(Missing { what: "GitLab" })?.move_to(&url, address, &root)?)
}

#[given(regex = r#"^the authority's certificate is on the host as "([^"]*)"$"#)]
#[when(regex = r#"^the authority's certificate is on the host as "([^"]*)"$"#)]
async fn authority_on_host(world: &mut World, path: String) -> Result<(), StepError> {
    let root = world.lab()?.authority().root();
    let quoted = shlex::try_quote(&path)?;
    do_on_host(world, Shell::Root, &format!("mkdir -p \"$(dirname {quoted})\"")).await?;
    Ok(world.host()?.write(&path, &root, "0644").await?)
}

#[given(regex = r#"^the authority's certificate is in the file "([^"]*)"$"#)]
async fn authority_in_file(world: &mut World, name: String) -> Result<(), StepError> {
    let root = world.lab()?.authority().root();
    let path = super::file::path(world, &name)?;
    Ok(tokio::fs::write(path, root).await?)
}

#[given(regex = r#"^people open Mattermost at "([^"]*)"$"#)]
fn open_at(world: &mut World, url: String) {
    world.site = Some(url);
}

#[when(regex = r#"^the host's file "([^"]*)" is copied to "([^"]*)"$"#)]
async fn copied(world: &mut World, path: String, name: String) -> Result<(), StepError> {
    let text = do_on_host(world, Shell::Root, &format!("cat {}", shlex::try_quote(&path)?)).await?.stdout;
    let target = super::file::path(world, &name)?;
    Ok(tokio::fs::write(target, text).await?)
}

#[then(regex = r#"^"([^"]*)" is redirected with status (\d+) to "([^"]*)"$"#)]
async fn redirected(world: &mut World, url: String, status: u16, target: String) -> Result<(), StepError> {
    let page = world.new_browser().await?.open_only(&url).await?.clone();
    let location = page.header("location").unwrap_or_default().to_owned();
    if page.status == status && location == target {
        return Ok(());
    }
    let told = |status: u16, location: &str| format!("status {status} and the location `{location}`");
    Err(world.fail(format!("`{url}` is redirected"), told(status, &target), told(page.status, &location)))
}

/// Puts what a server sends and its key on the host, as `PLACE.crt` and `PLACE.key`.
async fn put(host: &Host, place: &str, sent: &str, certificate: &ServerCertificate) -> Result<(), StepError> {
    host.write(&format!("{place}.crt"), sent, "0644").await?;
    Ok(host.write(&format!("{place}.key"), certificate.key.expose(), "0600").await?)
}
