//! GitLab, Mattermost and PostgreSQL on addresses that any browser of this machine can use.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gitlab_double::{GitLab, Options};
use gitlab_mattermost_ground::exchange::{Exchange, Party};
use gitlab_mattermost_stage::cleanup::Keep;
use gitlab_mattermost_stage::fault::Fault;
use gitlab_mattermost_stage::lab::{Lab, NoDatabase, StartError};
use gitlab_mattermost_stage::mail::MailServer;
use gitlab_mattermost_stage::network::{Front, Network, Place, Recorder, asker_of_gitlab, asker_of_mattermost};
use gitlab_mattermost_stage::packaged_server::{PackagedServer, ReconfigureError};
use gitlab_mattermost_stage::postgresql::Database;
use gitlab_mattermost_stage::subject::mattermost::Launch;
use gitlab_mattermost_stage::subject::{Choices, GitLabChoice, Mattermost, SubjectError};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

use crate::sign_in::Tickets;

/// Where the document has its servers.
const DOCUMENTED: [&str; 2] = ["http://gitlab.example.com", "http://mattermost.example.com"];

/// The name of Mattermost's application, as the package registers it.
const APPLICATION: &str = "GitLab Mattermost";

/// What is to stand.
#[derive(Debug)]
pub struct Wishes {
    /// The subjects, and the mistakes that the built-in ones make.
    pub choices: Choices,
    /// The settings file, if the document's two lines will not do.
    pub settings: Option<String>,
    /// Whether the servers are known by the names of the settings file, which a browser reaches through a proxy.
    pub by_name: bool,
    /// This program, which holds the built-in subjects.
    pub program: PathBuf,
}

/// Why nothing stands.
#[derive(Debug, thiserror::Error)]
pub enum NotStanding {
    /// The parts that every run has did not start.
    #[error(transparent)]
    Lab(#[from] StartError),
    /// Only the built-in GitLab can be looked into.
    #[error("`up` stands around the built-in GitLab; leave `--gitlab` at `mock`")]
    NotTheMock,
    /// A listener or a file could not be had.
    #[error("cannot {what}")]
    System {
        /// What was to be done.
        what: String,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// The built-in GitLab did not start.
    #[error(transparent)]
    GitLab(#[from] gitlab_double::StartError),
    /// The settings are refused.
    #[error(transparent)]
    Settings(#[from] ReconfigureError),
    /// The settings do not lead to a Mattermost that can be reached.
    #[error("{reason}")]
    Unreachable {
        /// Why not.
        reason: String,
    },
    /// There is no database.
    #[error(transparent)]
    Database(#[from] NoDatabase),
    /// Mattermost did not start.
    #[error(transparent)]
    Mattermost(#[from] SubjectError),
}

/// Everything that stands. Dropping it ends it, and so does [`stop`](Self::stop).
#[derive(Debug)]
pub struct Standing {
    gitlab: GitLab,
    gitlab_url: String,
    mattermost: Mattermost,
    mattermost_url: String,
    recorder: Arc<Recorder>,
    /// Exchanges before this one are not shown any more.
    mark: AtomicUsize,
    tickets: Arc<Tickets>,
    explained: Value,
    mail: MailServer,
    proxy: Option<SocketAddr>,
    database: Database,
    _network: Network,
    _fronts: [Front; 2],
    lab: Lab,
}

impl Standing {
    /// Starts everything.
    ///
    /// # Errors
    /// [`NotStanding`], with what did not start and why.
    pub async fn start(wishes: Wishes) -> Result<Self, NotStanding> {
        let Wishes { choices, settings, by_name, program } = wishes;
        if choices.gitlab != GitLabChoice::Mock {
            return Err(NotStanding::NotTheMock);
        }
        let faults = choices.faults.clone();
        let lab = Lab::start(choices, &program, Keep::Nothing).await?;
        let gitlab = GitLab::start_with(Options { faults: Fault::of_gitlab(&faults), ..Options::default() }).await?;
        let listeners = [listener().await?, listener().await?];
        let own = [url_of(&listeners[0])?, url_of(&listeners[1])?];
        let text = settings_for(settings.as_deref(), if by_name { None } else { Some(&own) });

        let home = lab.folder().join("up");
        std::fs::create_dir(&home).map_err(system("make the lab's folder"))?;
        let mail = MailServer::start().await.map_err(system("listen for mail"))?;
        std::fs::write(home.join("config.json"), mail_settings(&mail)).map_err(system("write `config.json`"))?;
        let mut packaged = PackagedServer::new(&home, &text)?;
        let env = reconfigured(&mut packaged, &gitlab, &lab).await?;
        let (gitlab_url, mattermost_url) = places(&env)?;

        let network = Network::start().await.map_err(system("start the proxies"))?;
        let [gitlab_listener, mattermost_listener] = listeners;
        let front = |listener: &TcpListener| listener.local_addr().map_err(system("listen"));
        for (url, party, address) in [
            (&gitlab_url, Party::GitLab, front(&gitlab_listener)?),
            (&mattermost_url, Party::Mattermost, front(&mattermost_listener)?),
        ] {
            network.names().set(&name_of(url)?, Place { party, address });
        }
        let recorder = Arc::new(Recorder::default());
        let tickets = Arc::new(Tickets::default());
        let place = Place { party: Party::GitLab, address: gitlab.address() };
        let own = Tickets::router(&tickets, &mattermost_url);
        let gitlab_front = Front::start(gitlab_listener, place, asker_of_gitlab, Arc::clone(&recorder), own);

        let database = lab.database("up").await?;
        let data_source = database.data_source();
        let proxy = network.proxy_of(Party::Mattermost).unwrap_or_else(|| gitlab.address());
        let launch = Launch {
            server: lab.mattermost(),
            program: &program,
            faults: Fault::of_mattermost(&faults),
            env: &env,
            home: &home,
            data_source: data_source.expose(),
            proxy,
        };
        let mattermost = Mattermost::start(&launch).await?;
        if let Some(id) = mattermost.process_id() {
            lab.register_process(id).map_err(system("note Mattermost's process"))?;
        }
        let place = Place { party: Party::Mattermost, address: mattermost.address() };
        let nothing = axum::Router::new();
        let front = Front::start(mattermost_listener, place, asker_of_mattermost, Arc::clone(&recorder), nothing);
        Ok(Self {
            gitlab,
            gitlab_url,
            mattermost,
            mattermost_url,
            recorder,
            mark: AtomicUsize::new(0),
            tickets,
            explained: packaged.explained()?,
            mail,
            proxy: network.proxy_of(Party::Browser).filter(|_| by_name),
            database,
            _network: network,
            _fronts: [gitlab_front, front],
            lab,
        })
    }

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
        Some(self.lab.postgres().ok()?.session_command_in(&self.database))
    }

    /// The parts, in a line for people.
    pub fn describe(&self) -> String {
        self.lab.describe()
    }

    /// What was said since it was last cleared, in order.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.recorder.exchanges().into_iter().skip(self.mark.load(Ordering::Relaxed)).collect()
    }

    /// Shows nothing of what was said so far any more.
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
        self.recorder.masker().text(&self.mattermost.log())
    }

    /// The mail that arrived.
    pub const fn mail(&self) -> &MailServer {
        &self.mail
    }

    /// Ends everything, even while a browser still waits for news.
    pub fn stop(&self) {
        self.lab.stop();
    }
}

fn system(what: &str) -> impl Fn(std::io::Error) -> NotStanding {
    let what = what.to_owned();
    move |source| NotStanding::System { what: what.clone(), source }
}

async fn listener() -> Result<TcpListener, NotStanding> {
    TcpListener::bind(("127.0.0.1", 0)).await.map_err(system("listen on a loopback address"))
}

fn url_of(listener: &TcpListener) -> Result<String, NotStanding> {
    Ok(format!("http://{}", listener.local_addr().map_err(system("listen"))?))
}

/// The settings file, at these places in place of its own.
fn settings_for(settings: Option<&str>, places: Option<&[String; 2]>) -> String {
    let lines =
        |[gitlab, mattermost]: [&str; 2]| format!("external_url '{gitlab}'\nmattermost_external_url '{mattermost}'\n");
    let own = settings.unwrap_or_default();
    match places {
        // What is said last holds.
        Some([gitlab, mattermost]) => format!("{own}\n{}", lines([gitlab, mattermost])),
        None if settings.is_some() => own.to_owned(),
        None => lines(DOCUMENTED),
    }
}

/// Lets Mattermost send its mail to where it can be looked at.
fn mail_settings(mail: &MailServer) -> String {
    let address = mail.address();
    let settings = json!({
        "SMTPServer": address.ip().to_string(),
        "SMTPPort": address.port().to_string(),
        "FeedbackEmail": "mattermost@example.com",
        "SendEmailNotifications": true,
    });
    json!({ "EmailSettings": settings }).to_string()
}

type Env = std::collections::BTreeMap<String, String>;

/// Mattermost's variables, once it is registered with GitLab unless the settings have credentials of their own.
async fn reconfigured(packaged: &mut PackagedServer, gitlab: &GitLab, lab: &Lab) -> Result<Env, NotStanding> {
    packaged.reconfigure(None, lab.translator()).await?;
    let enabled = |packaged: &PackagedServer| {
        let reason = "the settings do not enable Mattermost; they need a `mattermost_external_url`".to_owned();
        packaged.env().cloned().ok_or(NotStanding::Unreachable { reason })
    };
    let env = enabled(packaged)?;
    let site = env.get(SITE).cloned().unwrap_or_default();
    let callbacks = ["login", "signup"].map(|kind| format!("{site}/{kind}/gitlab/complete"));
    let application = gitlab.application(APPLICATION);
    let application = callbacks.iter().fold(application, |application, uri| application.redirect_uri(uri));
    let refused = |error: gitlab_double::SeedError| NotStanding::Unreachable {
        reason: format!("GitLab does not take Mattermost as an application: {error}"),
    };
    match (env.get("MM_GITLABSETTINGS_ID").filter(|id| !id.is_empty()), env.get("MM_GITLABSETTINGS_SECRET")) {
        (Some(id), Some(secret)) => {
            drop(application.client_id(id).client_secret(secret).try_create().map_err(refused)?)
        }
        _ => {
            let application = application.try_create().map_err(refused)?;
            packaged.keep_credentials(application.client_id(), application.client_secret())?;
            packaged.reconfigure(None, lab.translator()).await?;
        }
    }
    enabled(packaged)
}

/// The variable that says where people open Mattermost.
const SITE: &str = "MM_SERVICESETTINGS_SITEURL";

/// Where the settings have GitLab and Mattermost.
fn places(env: &Env) -> Result<(String, String), NotStanding> {
    let place = |name: &str| {
        let text = env.get(name).cloned().unwrap_or_default();
        let url = Url::parse(&text).ok().filter(|url| url.scheme() == "http" && url.has_host());
        let reason = || format!("`{name}` is `{text}`, where the lab serves URLs that begin with `http://` alone");
        url.ok_or_else(|| NotStanding::Unreachable { reason: reason() })
    };
    let origin = |url: &Url| url.origin().ascii_serialization();
    let (gitlab, site) = (place("MM_GITLABSETTINGS_AUTHENDPOINT")?, place(SITE)?);
    Ok((origin(&gitlab), site.as_str().trim_end_matches('/').to_owned()))
}

/// The name by which a proxy is asked for this URL.
fn name_of(url: &str) -> Result<String, NotStanding> {
    let parsed = Url::parse(url).map_err(|error| NotStanding::Unreachable { reason: format!("`{url}`: {error}") })?;
    let host = parsed.host_str().unwrap_or_default();
    Ok(parsed.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

#[cfg(test)]
mod tests {
    use super::settings_for;

    #[test]
    fn the_lab_has_the_last_word_on_places_unless_names_are_asked_for() {
        let own = "external_url 'http://a.example'\n";
        let places = ["http://127.0.0.1:1".to_owned(), "http://127.0.0.1:2".to_owned()];
        assert!(settings_for(Some(own), Some(&places)).ends_with("mattermost_external_url 'http://127.0.0.1:2'\n"));
        assert_eq!(settings_for(Some(own), None), own);
        assert!(settings_for(None, None).contains("http://mattermost.example.com"));
    }
}
