//! GitLab, Mattermost and PostgreSQL on addresses that any browser of this machine can use, or a scenario as it was left.

mod error;
mod scene;
mod server;
mod session;
mod start;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gitlab_double::GitLab;
use gitlab_mattermost_ground::exchange::Exchange;
use gitlab_mattermost_stage::lab::Lab as Stage;
use gitlab_mattermost_stage::mail::{Mail, MailServer};
use gitlab_mattermost_stage::network::{Front, Network, Recorder};
use gitlab_mattermost_stage::postgresql::Database;
use gitlab_mattermost_stage::postgresql::access::DataSource;
use serde_json::Value;

pub use error::NotStanding;
pub use scene::Scene;
use server::Server;
pub use session::NotSignedIn;
pub use start::Wishes;

use crate::sign_in::Tickets;

/// GitLab, Mattermost and PostgreSQL, standing. Dropping it ends them, and so does [`stop`](Self::stop).
///
/// # Shape
/// A test starts one with [`start`](Self::start), points its browser at [`mattermost_url`](Self::mattermost_url) and asks
/// [`gitlab`](Self::gitlab) for the exchanges. It needs PostgreSQL: a container engine with the lab's image, installed
/// programs, or Debian's packages, from which the programs are brought along; `LAB_POSTGRES` chooses.
///
/// ```no_run
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use gitlab_mattermost_dashboard::Lab;
///
/// let lab = Lab::start().await;
/// let alice = lab.sign_in("alice").await.unwrap();
/// let me = alice.get(format!("{}/api/v4/users/me", lab.mattermost_url())).send().await.unwrap();
/// assert!(me.text().await.unwrap().contains("alice@example.com"));
/// lab.gitlab().assert_requested("POST /oauth/token");
/// # });
/// ```
#[derive(Debug)]
pub struct Lab {
    gitlab: GitLab,
    gitlab_url: String,
    mattermost: Option<Server>,
    mattermost_url: String,
    recorder: Arc<Recorder>,
    /// Exchanges before this one are not shown any more.
    mark: AtomicUsize,
    tickets: Arc<Tickets>,
    explained: Value,
    mail: Option<MailServer>,
    proxy: Option<SocketAddr>,
    database: Option<Database>,
    _network: Network,
    _fronts: Vec<Front>,
    stage: Arc<Stage>,
}

impl Lab {
    /// The GitLab.
    pub const fn gitlab(&self) -> &GitLab {
        &self.gitlab
    }

    /// Where a browser opens GitLab.
    pub fn gitlab_url(&self) -> &str {
        &self.gitlab_url
    }

    /// Where a browser opens Mattermost.
    pub fn mattermost_url(&self) -> &str {
        &self.mattermost_url
    }

    /// The proxy that a browser needs to open them, if it needs one.
    pub const fn proxy(&self) -> Option<SocketAddr> {
        self.proxy
    }

    /// The command that opens a session in Mattermost's database.
    pub fn session_command(&self) -> Option<String> {
        Some(self.stage.postgres().ok()?.session_command_in(self.database.as_ref()?))
    }

    /// The address of Mattermost's database, with the password; `None` without a database.
    pub fn data_source(&self) -> Option<DataSource> {
        Some(self.database.as_ref()?.data_source())
    }

    /// The exchanges since the last clearing, in order.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.recorder.exchanges().into_iter().skip(self.mark.load(Ordering::Relaxed)).collect()
    }

    /// Clears the exchanges so far.
    pub fn clear(&self) {
        self.mark.store(self.recorder.len(), Ordering::Relaxed);
    }

    /// A way to be signed in to GitLab as `login` and to be led to Mattermost, which works once; nothing if there is nobody
    /// of that login.
    pub fn way_in(&self, login: &str) -> Option<String> {
        let cookie = self.gitlab.sign_in(login)?;
        Some(format!("{}{}", self.gitlab_url, self.tickets.issue(cookie)))
    }

    /// Every variable of Mattermost's with where it comes from, secrets masked.
    pub const fn explained(&self) -> &Value {
        &self.explained
    }

    /// What Mattermost printed, secrets masked.
    pub fn mattermost_log(&self) -> String {
        self.recorder.masker().text(&self.mattermost.as_ref().map(Server::log).unwrap_or_default())
    }

    /// The mail that arrived, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.mail.as_ref().map(MailServer::mails).unwrap_or_default()
    }

    /// Ends everything, even while a browser still waits for news.
    pub fn stop(&self) {
        self.stage.stop();
    }
}
