//! The pages a sign-in ends on when it does not end in Mattermost itself.

use sha2::{Digest, Sha256};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;

use super::go::{html_escape, js_escape, query_escape};
use super::settings::Settings;
use crate::http::{Body, Headers, Response};

/// The frame of a page for the mobile application; `{message}` stands for what it says.
const MOBILE: &str = include_str!("../../data/mattermost-mobile-page.html");
/// What it says after a sign-in; `{link}` stands for the way back.
const MOBILE_COMPLETE: &str = include_str!("../../data/mattermost-mobile-complete.html");
/// What it says after a failure; `{text}`, `{link}` and `{site}` stand for the error and the way back.
const MOBILE_ERROR: &str = include_str!("../../data/mattermost-mobile-error.html");

/// An answer with a status, a content type and a body.
pub(super) fn response(status: u16, content_type: &str, body: String) -> Response {
    let mut headers = Headers::default();
    headers.push("Content-Type", content_type);
    let body = if body.is_empty() { Body::Empty } else { Body::Bytes(body.into_bytes()) };
    Response { status, headers, body }
}

/// The address of the error page, signed so that nobody else can put words into it.
///
/// DIFFERENCE: a real server signs with an elliptic key that its web client knows; here a keyed digest of the same
/// address takes its place.
fn error_address(settings: &Settings, query: &str) -> String {
    let address = format!("{}/error?{query}", settings.subpath().trim_end_matches('/'));
    let digest = Sha256::new().chain_update(settings.error_page_key.expose()).chain_update(&address).finalize();
    format!("{address}&s={}", URL_SAFE.encode(digest))
}

/// The words of an error page's address, if this server signed it.
pub fn signed_error(settings: &Settings, query: &str) -> Option<String> {
    let (words, _) = query.rsplit_once("&s=")?;
    let genuine = error_address(settings, words).ends_with(&format!("/error?{query}"));
    let value = |name| super::go::query_value(words, name);
    genuine.then(|| value("message").or_else(|| value("type"))).flatten()
}

/// The answer that shows an error to a browser: its status, and a page that goes on to the error page by script.
pub fn error_page(settings: &Settings, status: u16, message: &str) -> Response {
    let address = error_address(settings, &format!("message={}", query_escape(message)));
    let (script, link) = (html_escape(&js_escape(&address)), html_escape(&address));
    let body = format!(
        "<!DOCTYPE html><html><head></head>\n\
         <body onload=\"window.location = '{script}'\">\n\
         <noscript><meta http-equiv=\"refresh\" content=\"0; url={link}\"></noscript>\n\
         <!-- web error message -->\n\
         <a href=\"{link}\" style=\"color: #c0c0c0;\">...</a>\n\
         </body></html>\n"
    );
    response(status, "text/html", body)
}

/// The answer that sends a browser to an error page known by its type.
pub(super) fn error_redirect(settings: &Settings, service: &str, kind: &str) -> Response {
    let mut response = response(307, "application/json", String::new());
    response.headers.push("Location", error_address(settings, &format!("service={service}&type={kind}")));
    response
}

/// The page that leads a person back into the mobile application.
pub(super) fn mobile_complete(link: &str) -> Response {
    let message = MOBILE_COMPLETE.replace("{link}", &html_escape(link));
    response(200, "text/html", MOBILE.replace("{message}", &message))
}

/// The page that shows an error to the mobile application; its status is 200 whatever went wrong.
pub(super) fn mobile_error(settings: &Settings, message: &str, redirect_to: &str) -> Response {
    let unsafe_scheme = super::go::scheme(redirect_to)
        .is_some_and(|scheme| ["data", "javascript", "vbscript"].contains(&scheme.to_ascii_lowercase().as_str()));
    let link = if unsafe_scheme { &settings.site_url } else { redirect_to };
    // DIFFERENCE: the real page has the link in it as it is; escaped here, it cannot put anything else into the page.
    let message = MOBILE_ERROR
        .replace("{text}", &html_escape(message))
        .replace("{site}", &html_escape(&settings.site_name))
        .replace("{link}", &html_escape(link));
    response(200, "text/html", MOBILE.replace("{message}", &message))
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::super::tests::settings_of;
    use super::mobile_error;
    use crate::http::Body;
    use crate::version::Version;

    #[test]
    fn the_error_page_of_the_mobile_application_is_the_recorded_one() {
        let mut settings = settings_of(Version::new(5, 36, 1));
        settings.site_name = "GitLab Mattermost".to_owned();
        let page = mobile_error(&settings, "Token request failed.", "mmauth://callback");
        let Body::Bytes(body) = page.body else { panic!("a page") };
        // Of what a real 5.36.1 answered.
        let recorded = "3117f24bebeefba1cdcf3d35b1183084fc7aaba939a961ae60ba97f086dbf06f";
        let digest = crate::hexadecimal::digits(&Sha256::digest(&body));
        assert_eq!((page.status, body.len(), digest.as_str()), (200, 1889, recorded));
    }

    #[test]
    fn the_mobile_page_leads_nowhere_by_script() {
        let settings = settings_of(Version::new(5, 36, 1));
        for target in ["javascript:alert(1)", "DATA:text/html,x", "vbscript:x"] {
            let Body::Bytes(body) = mobile_error(&settings, "no", target).body else { panic!("a page") };
            let body = String::from_utf8_lossy(&body).into_owned();
            assert!(body.contains("<a href=\"https://mattermost.example.com\">") && !body.contains(target), "{target}");
        }
    }
}
