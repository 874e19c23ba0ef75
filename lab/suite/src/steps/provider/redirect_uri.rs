//! Redirect URIs: which one an address is, and others that look like it.

use url::Url;

/// Whether an address is a redirect URI, whatever was put behind it.
pub(super) fn is_at(url: &Url, redirect_uri: &str) -> bool {
    let Ok(wanted) = Url::parse(redirect_uri) else { return false };
    let own_query = wanted.query().is_none_or(|query| url.query().is_some_and(|found| found.starts_with(query)));
    url.origin() == wanted.origin() && url.path() == wanted.path() && own_query
}

/// A redirect URI like `registered` that nobody registered.
pub(super) fn changed(registered: &str, part: &str) -> Option<String> {
    let mut url = Url::parse(registered).ok()?;
    let host = url.host_str()?.to_owned();
    match part {
        "a trailing slash" => return Some(format!("{registered}/")),
        "a longer path" => return Some(format!("{registered}/and/more")),
        "a longer host" => url.set_host(Some(&format!("{host}.evil.example.com"))).ok()?,
        "another host" => url.set_host(Some("evil.example.com")).ok()?,
        "another port" => {
            // A program on the person's own machine may listen on any port (RFC 8252, section 7.3).
            if ["127.0.0.1", "[::1]", "localhost"].contains(&host.as_str()) {
                url.set_host(Some("evil.example.com")).ok()?;
            }
            url.set_port(Some(url.port_or_known_default()?.checked_add(1)?)).ok()?;
        }
        "another scheme" => {
            let other = if url.scheme() == "http" { "https" } else { "http" };
            return Some(registered.replacen(url.scheme(), other, 1));
        }
        "case in its path" => url.set_path(&capitalised(url.path())),
        "a missing end" => url.set_path(&url.path().rsplit_once('/').map(|(begin, _)| begin.to_owned())?),
        "a name before it" => {
            url.set_username(&host).ok()?;
            url.set_host(Some("evil.example.com")).ok()?;
        }
        _ => return None,
    }
    Some(url.into())
}

/// A path whose first letter is a capital.
fn capitalised(path: &str) -> String {
    let mut letters = path.trim_start_matches('/').chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase().to_string()).unwrap_or_default();
    format!("/{first}{}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::{changed, is_at};

    #[test]
    fn each_difference_makes_another_uri() {
        let registered = "http://mattermost.example.com/signup/gitlab/complete";
        for (part, expected) in [
            ("a trailing slash", "http://mattermost.example.com/signup/gitlab/complete/"),
            ("a longer path", "http://mattermost.example.com/signup/gitlab/complete/and/more"),
            ("a longer host", "http://mattermost.example.com.evil.example.com/signup/gitlab/complete"),
            ("another host", "http://evil.example.com/signup/gitlab/complete"),
            ("another port", "http://mattermost.example.com:81/signup/gitlab/complete"),
            ("another scheme", "https://mattermost.example.com/signup/gitlab/complete"),
            ("case in its path", "http://mattermost.example.com/Signup/gitlab/complete"),
            ("a missing end", "http://mattermost.example.com/signup/gitlab"),
            ("a name before it", "http://mattermost.example.com@evil.example.com/signup/gitlab/complete"),
        ] {
            assert_eq!(changed(registered, part).as_deref(), Some(expected), "{part}");
        }
    }

    #[test]
    fn a_redirect_uri_is_known_again_with_what_is_put_behind_it() {
        let uri = "http://m/signup/gitlab/complete";
        assert!(is_at(&"http://m/signup/gitlab/complete?code=1".parse().unwrap(), uri));
        assert!(!is_at(&"http://m/login/gitlab/complete?code=1".parse().unwrap(), uri));
        assert!(!is_at(
            &"http://m/signup/gitlab/complete?code=1".parse().unwrap(),
            "http://m/signup/gitlab/complete?a=b"
        ));
    }
}
