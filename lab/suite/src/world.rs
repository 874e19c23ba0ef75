//! What one scenario knows while it runs. Steps reach the lab through it; nothing is shared between scenarios.

mod browsers;
mod finished;
mod hosts;
mod kept;
mod own_program;
mod provider;
mod remembered;

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use tempfile::TempDir;

pub use finished::Finished;
use gitlab_mattermost_browser::{Browser, Page};
use gitlab_mattermost_ground::exchange::{Exchange, Party};
use gitlab_mattermost_stage::chromium::Chromium;
use gitlab_mattermost_stage::fault::Fault;
use gitlab_mattermost_stage::lab::Lab;
use gitlab_mattermost_stage::mail::MailServer;
use gitlab_mattermost_stage::network::{Network, Place};
use gitlab_mattermost_stage::packaged_server::PackagedServer;
use gitlab_mattermost_stage::postgresql::Database;
use gitlab_mattermost_stage::subject::gitlab::{Application, Bringing};
use gitlab_mattermost_stage::subject::host::{Host, HostNetwork};
use gitlab_mattermost_stage::subject::mattermost::{Launch, ServerProgram};
use gitlab_mattermost_stage::subject::program::Answer;
use gitlab_mattermost_stage::subject::{GitLab, Mattermost};
pub use kept::Kept;
pub use own_program::Call;
pub use provider::{Ended, Provided, Standing};
pub use remembered::{Answered, Remembered, Tables};

/// What a failed check has to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// The requirement that was not met, as a sentence.
    pub requirement: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub actual: String,
}

/// Why a step ended its scenario: made by [`World::fail`], or by `?` from any error, whose causes it then tells too.
///
/// It is no [`Error`] itself, so that every error can become one.
#[derive(Debug)]
pub struct StepError(String);

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: Error> From<E> for StepError {
    fn from(error: E) -> Self {
        Self(gitlab_mattermost_ground::error_chain::chain(&error))
    }
}

/// A step that needs what no earlier step has brought up.
#[derive(Debug, thiserror::Error)]
#[error("the scenario has no {what} at this point; a step before must bring it")]
pub struct Missing {
    /// What is not there.
    pub what: &'static str,
}

/// The name under which a scenario's servers are reached, unless it says otherwise.
pub const GITLAB_URL: &str = "http://gitlab.example.com";
/// See [`GITLAB_URL`].
pub const MATTERMOST_URL: &str = "http://mattermost.example.com";

/// State of one scenario.
#[derive(Debug, Default, cucumber::World)]
pub struct World {
    lab: Option<Arc<Lab>>,
    program: PathBuf,
    scenario: String,
    faults: Vec<Fault>,
    deviation: Option<Deviation>,
    folder: Option<TempDir>,
    network: Option<Network>,
    database: Option<Database>,
    /// GitLab, once it runs.
    pub gitlab: Option<GitLab>,
    /// Mattermost, once it runs.
    pub mattermost: Option<Mattermost>,
    /// Whether the later Mattermost has taken the place of the first.
    pub upgraded: bool,
    /// The mail server, once it runs.
    pub mail: Option<MailServer>,
    /// Machines with the Linux package, the latest last.
    hosts: Vec<Host>,
    /// What joins them.
    host_network: Option<HostNetwork>,
    /// Where people open Mattermost, if not at [`MATTERMOST_URL`].
    pub site: Option<String>,
    /// The server with the package, once it has settings.
    pub packaged_server: Option<PackagedServer>,
    /// The application that the scenario registered by hand.
    pub application: Option<Application>,
    /// The person's browser.
    browser: Option<Browser>,
    /// Whose browser it is: a login of GitLab; nobody's in particular if the scenario does not say.
    person: Option<String>,
    copy: Option<Browser>,
    /// A window of a real browser, if the scenario opened one.
    pub window: Option<Chromium>,
    /// GitLab's answer to the code that was redeemed by hand.
    pub redeemed: Option<Page>,
    /// The command that was run last.
    pub finished: Option<Finished>,
    /// What the translator or the planner answered last.
    pub answer: Option<Answer>,
    /// Number of exchanges before the action that the next checks are about.
    pub mark: usize,
    /// Who stands in GitLab's place, where a scenario is about that.
    pub provided: Provided,
    /// What steps remember for later ones.
    pub remembered: Remembered,
}

impl World {
    /// Called by the suite before the first step: the shared lab, the file of `mattermost-lab` itself, the scenario's id,
    /// and the mistakes that the built-in parts make on purpose.
    pub fn enter(&mut self, lab: Arc<Lab>, program: PathBuf, scenario: &str, faults: Vec<Fault>) {
        self.lab = Some(lab);
        self.program = program;
        self.scenario = scenario.to_owned();
        self.faults = faults;
    }

    /// Called by the suite after the last step: stops what the scenario started.
    pub async fn leave(&mut self) {
        if let Some(window) = self.window.take() {
            window.close().await;
        }
        if let Some(mut mattermost) = self.mattermost.take() {
            // Nobody looks at it or its database again. It may have ended by itself.
            let _ = mattermost.kill().await;
        }
        if let Some(gitlab) = &mut self.gitlab {
            gitlab.clean_up().await;
        }
        self.gitlab = None;
        self.database = None;
        for host in std::mem::take(&mut self.hosts) {
            // The next scenario need not wait for it. What is still there at the end of the run, the reaper removes.
            tokio::spawn(host.remove());
        }
        if let Some(network) = self.host_network.take() {
            network.remove().await;
        }
    }

    /// Called by the suite in place of [`Self::leave`], where everything is to stay: hands over what stands.
    pub async fn stay(&mut self) -> Kept {
        if let Some(window) = self.window.take() {
            window.close().await;
        }
        let server = self.packaged_server.take();
        Kept {
            scenario: self.scenario.clone(),
            gitlab: self.gitlab.take(),
            mattermost: self.mattermost.take(),
            mattermost_url: self.mattermost_url().to_owned(),
            explained: server.and_then(|server| server.explained().ok()),
            network: self.network.take(),
            database: self.database.take(),
            mail: self.mail.take(),
            hosts: std::mem::take(&mut self.hosts),
            host_network: self.host_network.take(),
            folder: self.folder.take(),
        }
    }

    /// What the last failed check said, if it said it in parts.
    pub fn deviation(&self) -> Option<&Deviation> {
        self.deviation.as_ref()
    }

    /// Every exchange observed so far, in order.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.network.as_ref().map(|network| network.recorder().exchanges()).unwrap_or_default()
    }

    /// The exchanges since the last action began.
    pub fn recent_exchanges(&self) -> Vec<Exchange> {
        self.exchanges().into_iter().skip(self.mark).collect()
    }

    /// Notes that an action begins; later checks look at what it causes.
    pub fn begin_action(&mut self) {
        self.mark = self.exchanges().len();
    }

    /// Records what a check found to be wrong; the step returns the result as its error.
    #[must_use = "only the step that returns it fails"]
    pub fn fail(
        &mut self,
        requirement: impl Into<String>,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> StepError {
        let (requirement, expected, actual) = (requirement.into(), expected.into(), actual.into());
        let error = StepError(format!("{requirement}: expected {expected}, found {actual}"));
        self.deviation = Some(Deviation { requirement, expected, actual });
        error
    }

    /// The parts of the lab that are down, each with what is known of it, and the hosts that somebody asked for although
    /// the lab has none of their name: a failure may be theirs.
    pub async fn parts_down(&mut self) -> Vec<String> {
        let postgres = match self.lab.as_ref().map(|lab| lab.postgres()) {
            Some(Ok(postgres)) => postgres.check().await.err(),
            _ => None,
        };
        let silent = self.exchanges().into_iter().rev().find_map(|exchange| exchange.answer.err());
        let ended = self.mattermost.as_mut().and_then(Mattermost::ended);
        let mut down: Vec<_> = postgres.into_iter().map(|error| error.to_string()).collect();
        down.extend(silent);
        down.extend(ended);
        let strangers = self.network.as_ref().map(|network| network.recorder().strangers()).unwrap_or_default();
        down.extend(
            strangers.into_iter().map(|(who, host)| format!("{who} asked for `{host}`, which the lab does not have")),
        );
        down
    }

    /// `text` with every secret hidden that was seen on the scenario's network.
    pub fn masked(&self, text: &str) -> String {
        self.network.as_ref().map_or_else(|| text.to_owned(), |network| network.recorder().masker().text(text))
    }

    /// The shared lab.
    ///
    /// # Errors
    /// [`Missing`], before the suite has entered the scenario.
    pub fn lab(&self) -> Result<Arc<Lab>, Missing> {
        self.lab.clone().ok_or(Missing { what: "lab" })
    }

    /// The file of `mattermost-lab` itself.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// A folder of the scenario's own, empty at first and gone with the scenario.
    ///
    /// # Errors
    /// If it cannot be created.
    pub fn folder(&mut self) -> std::io::Result<&Path> {
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => match &self.lab {
                Some(lab) => TempDir::with_prefix_in("scenario-", lab.folder())?,
                None => TempDir::with_prefix("mattermost-lab-")?,
            },
        };
        Ok(self.folder.insert(folder).path())
    }

    /// The scenario's network, started when first asked for.
    ///
    /// # Errors
    /// The operating system's, if it has no port left.
    pub async fn network(&mut self) -> std::io::Result<&Network> {
        let network = match self.network.take() {
            Some(network) => network,
            None => Network::start().await?,
        };
        Ok(self.network.insert(network))
    }

    /// The password with which a person signs in to GitLab.
    ///
    /// # Errors
    /// [`Missing`], if nobody said what it is.
    pub fn gitlab_password_of(&self, login: &str) -> Result<String, Missing> {
        let lab = self.lab()?;
        let password = lab.gitlab_password_of(login).ok_or(Missing { what: "password of this account in the seed" })?;
        Ok(password.expose().to_owned())
    }

    /// Starts GitLab under `url`.
    ///
    /// # Errors
    /// Any that keeps it from starting.
    pub async fn start_gitlab(&mut self, url: &str) -> Result<(), StepError> {
        let lab = self.lab()?;
        let program = self.program.clone();
        let bringing = Bringing {
            choice: &lab.choices().gitlab,
            provider: lab.provider().0,
            host: &lab.choices().host,
            url,
            admin_token: lab.gitlab_admin_token(),
            program: &program,
            faults: Fault::of_gitlab(&self.faults),
            owner: lab.owner(),
            network: self.network().await?,
        };
        self.gitlab = Some(GitLab::start(bringing).await?);
        Ok(())
    }

    /// Starts Mattermost under `url` with what the last reconfigure put into its env directory, on the database it had
    /// before if it ran before.
    ///
    /// # Errors
    /// Any that keeps it from starting.
    pub async fn start_mattermost(&mut self, url: &str) -> Result<(), StepError> {
        let lab = self.lab()?;
        let env = self.packaged_server.as_ref().and_then(PackagedServer::env).cloned();
        let env = env.ok_or(Missing { what: "settings that enable Mattermost" })?;
        let home = self.folder()?.to_owned();
        let database = match self.database.take() {
            Some(database) => database,
            None => lab.database(&self.scenario).await?,
        };
        let data_source = database.data_source();
        self.database = Some(database);
        let proxy = self.network().await?.proxy_of(Party::Mattermost).ok_or(Missing { what: "proxy" })?;
        let launch = Launch {
            server: self.server(&lab)?,
            program: &self.program,
            faults: Fault::of_mattermost(&self.faults),
            env: &env,
            home: &home,
            data_source: data_source.expose(),
            proxy,
        };
        let mattermost = Mattermost::start(&launch).await?;
        if let Some(id) = mattermost.process_id() {
            lab.register_process(id)?;
        }
        let host = url.split_once("://").map_or(url, |(_, host)| host).trim_end_matches('/');
        let place = Place { party: Party::Mattermost, address: mattermost.address() };
        self.network().await?.names().set(host, place);
        self.mattermost = Some(mattermost);
        Ok(())
    }

    /// Gives the scenario an empty database and an empty folder in place of what it had; the database it had is dropped, the
    /// folder is handed over. What the env directory holds stays.
    ///
    /// # Errors
    /// The database server refuses, or no folder can be made.
    pub async fn move_to_another_server(&mut self) -> Result<TempDir, StepError> {
        let lab = self.lab()?;
        self.database = Some(lab.postgres()?.database(&self.scenario).await?);
        let old = self.folder.take().ok_or(Missing { what: "folder" })?;
        self.folder()?;
        Ok(old)
    }

    /// The server that is started as Mattermost at this point.
    ///
    /// # Errors
    /// [`Missing`], if the scenario has upgraded and there is no later server.
    pub fn server<'a>(&self, lab: &'a Lab) -> Result<&'a ServerProgram, Missing> {
        if self.upgraded {
            lab.mattermost_after().ok_or(Missing { what: "later Mattermost" })
        } else {
            Ok(lab.mattermost())
        }
    }

    /// The scenario's database.
    ///
    /// # Errors
    /// [`Missing`], before Mattermost has been started.
    pub fn database(&self) -> Result<&Database, Missing> {
        self.database.as_ref().ok_or(Missing { what: "database" })
    }

    /// Where people open Mattermost.
    pub fn mattermost_url(&self) -> &str {
        self.site.as_deref().unwrap_or(MATTERMOST_URL)
    }
}
