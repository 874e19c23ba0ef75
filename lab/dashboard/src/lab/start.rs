//! A lab that is started as a whole.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use gitlab_double::{GitLab, Options};
use gitlab_mattermost_ground::error_chain::chain;
use gitlab_mattermost_ground::exchange::Party;
use gitlab_mattermost_stage::cleanup::Keep;
use gitlab_mattermost_stage::fault::Fault;
use gitlab_mattermost_stage::lab::Lab as Stage;
use gitlab_mattermost_stage::mail::MailServer;
use gitlab_mattermost_stage::network::{Front, Network, Place, Recorder, asker_of_gitlab, asker_of_mattermost};
use gitlab_mattermost_stage::packaged_server::PackagedServer;
use gitlab_mattermost_stage::subject::mattermost::Launch;
use gitlab_mattermost_stage::subject::{Choices, GitLabChoice};
use serde_json::json;
use tokio::net::TcpListener;
use url::Url;

use super::Lab;
use super::error::{NotStanding, system};
use super::server::Server;
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
    /// The program `mattermost-lab`, which cleans up whatever ends this process; none if this process is another program.
    pub program: Option<PathBuf>,
}

impl Lab {
    /// Starts everything, for a test, with the built-in GitLab and Mattermost and the two lines of the document as settings.
    ///
    /// # Panics
    /// If something does not start; the message says what and why. [`start_with`](Self::start_with) gives an error instead.
    #[allow(clippy::panic, reason = "a test that cannot start its lab has failed")]
    pub async fn start() -> Self {
        let choices = Choices::from_env().unwrap_or_else(|error| panic!("{error}"));
        let wishes = Wishes { choices, settings: None, by_name: false, program: None };
        Self::start_with(wishes).await.unwrap_or_else(|error| panic!("{}", chain(&error)))
    }

    /// Starts everything as it is wished.
    ///
    /// # Errors
    /// [`NotStanding`], with what did not start and why.
    pub async fn start_with(wishes: Wishes) -> Result<Self, NotStanding> {
        let Wishes { choices, settings, by_name, program } = wishes;
        if choices.gitlab != GitLabChoice::Mock {
            return Err(NotStanding::NotTheMock);
        }
        let faults = choices.faults.clone();
        let stage = match &program {
            Some(program) => Stage::start(choices, program, Keep::Nothing).await?,
            None => Stage::start_within(choices).await?,
        };
        let gitlab = GitLab::start_with(Options { faults: Fault::of_gitlab(&faults), ..Options::default() }).await?;
        let listeners = [listener().await?, listener().await?];
        let own = [url_of(&listeners[0])?, url_of(&listeners[1])?];
        let text = settings_for(settings.as_deref(), if by_name { None } else { Some(&own) });

        let home = stage.folder().join("up");
        std::fs::create_dir(&home).map_err(system("make the lab's folder"))?;
        let mail = MailServer::start().await.map_err(system("listen for mail"))?;
        std::fs::write(home.join("config.json"), mail_settings(&mail)).map_err(system("write `config.json`"))?;
        let mut packaged = PackagedServer::new(&home, &text)?;
        let env = reconfigured(&mut packaged, &gitlab, &stage).await?;
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

        let database = stage.database("up").await?;
        let data_source = database.data_source();
        let proxy = network.proxy_of(Party::Mattermost).unwrap_or_else(|| gitlab.address());
        let launch = Launch {
            server: stage.mattermost(),
            program: program.as_deref().unwrap_or(Path::new("")),
            faults: Fault::of_mattermost(&faults),
            env: &env,
            home: &home,
            data_source: data_source.expose(),
            proxy,
        };
        let mattermost = Server::start(&launch).await?;
        if let Some(id) = mattermost.process_id() {
            stage.register_process(id).map_err(system("note Mattermost's process"))?;
        }
        let place = Place { party: Party::Mattermost, address: mattermost.address() };
        let nothing = axum::Router::new();
        let front = Front::start(mattermost_listener, place, asker_of_mattermost, Arc::clone(&recorder), nothing);
        Ok(Self {
            gitlab,
            gitlab_url,
            mattermost: Some(mattermost),
            mattermost_url,
            recorder,
            mark: AtomicUsize::new(0),
            tickets,
            explained: packaged.explained()?,
            mail: Some(mail),
            proxy: network.proxy_of(Party::Browser).filter(|_| by_name),
            database: Some(database),
            _network: network,
            _fronts: vec![gitlab_front, front],
            stage: Arc::new(stage),
        })
    }
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
        // The last setting counts.
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
async fn reconfigured(packaged: &mut PackagedServer, gitlab: &GitLab, stage: &Stage) -> Result<Env, NotStanding> {
    packaged.reconfigure(None, stage.translator()).await?;
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
            packaged.reconfigure(None, stage.translator()).await?;
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
