//! Noting what the lab's own browser says where no proxy can read it.

use std::sync::Arc;

use reqwest::Request;
use url::Url;

use super::{Names, Recorder};
use gitlab_mattermost_browser::Page;
use gitlab_mattermost_ground::exchange::Party;

/// Takes the browser's requests by HTTPS into the record of a network.
#[derive(Debug, Clone)]
pub struct Watch {
    names: Arc<Names>,
    recorder: Arc<Recorder>,
}

impl Watch {
    pub(super) const fn new(names: Arc<Names>, recorder: Arc<Recorder>) -> Self {
        Self { names, recorder }
    }
}

impl gitlab_mattermost_browser::Watch for Watch {
    /// Notes a request that is being sent, unless a proxy sees it or nobody is at its place.
    fn asked(&self, request: &Request) -> Option<usize> {
        let url = Some(request.url()).filter(|url| url.scheme() == "https")?;
        let place = self.names.get(&host_and_port(url)?)?;
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        let way = (Party::Browser, place.party);
        Some(self.recorder.asked(way, request.method(), url.as_str(), request.headers(), body))
    }

    fn answered(&self, index: usize, answer: Result<&Page, String>) {
        match answer {
            Ok(page) => self.recorder.answered(index, page.status, &page.headers, page.body.as_bytes()),
            Err(reason) => self.recorder.unanswered(index, reason),
        }
    }
}

/// The name of the place, as a proxy is asked for it.
fn host_and_port(url: &Url) -> Option<String> {
    Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?))
}

#[cfg(test)]
mod tests {
    use reqwest::Certificate;

    use crate::network::{Network, Place};
    use gitlab_mattermost_authority::Authority;
    use gitlab_mattermost_authority::serving::serve;
    use gitlab_mattermost_browser::{Browser, Connection};
    use gitlab_mattermost_ground::exchange::Party;

    #[tokio::test]
    async fn the_browser_checks_certificates_through_the_proxy_and_notes_what_was_said() {
        let authority = Authority::new().unwrap();
        let network = Network::start().await.unwrap();
        for (name, party) in [("gitlab.example.com", Party::GitLab), ("mattermost.example.com", Party::Mattermost)] {
            let certificate = authority.issue(&["gitlab.example.com"]).unwrap();
            let port = serve(&certificate.chain, &certificate).await;
            network.names().set(&format!("{name}:443"), Place { party, address: ([127, 0, 0, 1], port).into() });
        }
        let browser = |authorities: Vec<Certificate>| {
            let (proxy, watch) = (network.proxy_of(Party::Browser).unwrap(), network.watch());
            Browser::new(Connection { proxy, authorities, public: false, watch }).unwrap()
        };
        let root = Certificate::from_pem(authority.root().as_bytes()).unwrap();
        let mut trusting = browser(vec![root]);
        let url = "https://gitlab.example.com/?code=4f0c8b1d2e";
        assert_eq!(trusting.open_only(url).await.unwrap().status, 200);
        assert!(trusting.open_only("https://mattermost.example.com/").await.is_err(), "of another name");
        assert!(browser(Vec::new()).open_only(url).await.is_err(), "of nobody who is trusted");
        assert!(trusting.open_only("https://nowhere.example.com/").await.is_err());
        let told: Vec<_> = network.recorder().exchanges().into_iter().map(|it| (it.to, it.url, it.answer)).collect();
        let asked = "https://gitlab.example.com/?code={code-1}".to_owned();
        assert_eq!(told.len(), 3, "{told:?}");
        assert_eq!(told[0], (Party::GitLab, asked.clone(), Ok(200)));
        let refused = |answer: &Result<u16, String>, words: &str| answer.as_ref().is_err_and(|it| it.contains(words));
        assert!(told[1].0 == Party::Mattermost && refused(&told[1].2, "not valid for name"), "{told:?}");
        assert!(told[2].1 == asked && refused(&told[2].2, "UnknownIssuer"), "{told:?}");
        assert_eq!(network.recorder().strangers(), [(Party::Browser, "nowhere.example.com:443".to_owned())]);
    }
}
