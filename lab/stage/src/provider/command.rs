//! A command that signs somebody in where no form does.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use url::Url;

use super::described::Person;
use super::error::ProviderError;

/// How long it may take.
const WITHIN: Duration = Duration::from_secs(30);

/// Runs `command` with the shell and returns the cookies that it prints, as `name=value`, from lines `Cookie: name=value`.
///
/// It finds the person in `LAB_LOGIN` and `LAB_PASSWORD`, the address where the provider asks who they are in `LAB_URL`, and
/// the proxy of the lab's browser in `LAB_PROXY`.
///
/// # Errors
/// [`ProviderError::NotDescribed`], with what it said on stderr.
pub async fn sign_in_by_command(
    command: &str,
    person: &Person,
    url: &Url,
    proxy: Option<SocketAddr>,
) -> Result<Vec<String>, ProviderError> {
    let failed =
        |message: String| ProviderError::NotDescribed { place: format!("sign-in.command: {command}"), message };
    let mut process = Command::new("sh");
    process
        .args(["-c", command])
        .env("LAB_LOGIN", &person.login)
        .env("LAB_PASSWORD", person.password.expose())
        .env("LAB_URL", url.as_str())
        .env("LAB_PROXY", proxy.map(|proxy| format!("http://{proxy}")).unwrap_or_default())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let ended = tokio::time::timeout(WITHIN, process.output()).await;
    let ended = ended.map_err(|_| failed(format!("it did not end within {} s", WITHIN.as_secs())))?;
    let ended = ended.map_err(|error| failed(error.to_string()))?;
    if !ended.status.success() {
        return Err(failed(format!("{}: {}", ended.status, String::from_utf8_lossy(&ended.stderr).trim())));
    }
    let printed = String::from_utf8_lossy(&ended.stdout);
    let cookies = printed.lines().filter_map(|line| line.strip_prefix("Cookie:"));
    Ok(cookies.map(|cookie| cookie.trim().to_owned()).collect())
}
