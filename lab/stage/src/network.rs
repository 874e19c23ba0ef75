//! The network of one scenario: names that exist nowhere else, and a record of everything that was said.
//!
//! The browser and Mattermost reach others through an HTTP proxy each. The proxy knows the names of the lab
//! (`gitlab.example.com`), passes every request on unchanged, and records it together with its answer; only the icon that
//! browsers ask for by themselves is no part of it. So the subjects
//! need no changes to be observed: Mattermost takes its proxy from `HTTP_PROXY`, as any server does behind a firewall.
//!
//! Connections by HTTPS go through a proxy unopened. What the lab's own browser says on them it notes itself, as [`Watch`];
//! nobody notes what others say.

mod alias;
mod front;
mod names;
mod proxy;
mod recorder;
mod watch;

use std::net::SocketAddr;
use std::sync::Arc;

pub use alias::Alias;
pub use front::{Front, asker_of_gitlab, asker_of_mattermost};
pub use names::{Names, Place};
pub use proxy::Proxy;
pub use recorder::Recorder;
pub use watch::Watch;

use gitlab_mattermost_ground::exchange::Party;

/// The running network of one scenario.
#[derive(Debug)]
pub struct Network {
    names: Arc<Names>,
    recorder: Arc<Recorder>,
    browser: Proxy,
    mattermost: Proxy,
}

impl Network {
    /// Starts the network: no names yet, nothing recorded.
    ///
    /// # Errors
    /// The operating system's, if a listener on 127.0.0.1 cannot be had.
    pub async fn start() -> std::io::Result<Self> {
        let names = Arc::new(Names::default());
        let recorder = Arc::new(Recorder::default());
        let browser = Proxy::start(Party::Browser, Arc::clone(&names), Arc::clone(&recorder)).await?;
        let mattermost = Proxy::start(Party::Mattermost, Arc::clone(&names), Arc::clone(&recorder)).await?;
        Ok(Self { names, recorder, browser, mattermost })
    }

    /// The names of this network.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The exchanges so far.
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// The recorder, for a watcher who reads it while the network goes on.
    pub fn shared_recorder(&self) -> Arc<Recorder> {
        Arc::clone(&self.recorder)
    }

    /// What a browser notes its HTTPS in.
    pub fn watch(&self) -> Arc<Watch> {
        Arc::new(Watch::new(Arc::clone(&self.names), Arc::clone(&self.recorder)))
    }

    /// Address of the proxy through which `party` reaches the others; `None` for those who call nobody.
    pub fn proxy_of(&self, party: Party) -> Option<SocketAddr> {
        match party {
            Party::Browser => Some(self.browser.address()),
            Party::Mattermost => Some(self.mattermost.address()),
            Party::GitLab => None,
        }
    }
}
