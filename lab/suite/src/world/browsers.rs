//! The browsers of a scenario: whose they are, and how they reach its servers.

use gitlab_mattermost_browser::{Browser, Connection};
use gitlab_mattermost_ground::exchange::Party;
use gitlab_mattermost_stage::chromium::Chromium;
use reqwest::Certificate;
use tempfile::TempDir;

use super::{GITLAB_URL, MATTERMOST_URL, Missing, StepError, World};

impl World {
    /// Opens a window of a real browser with a profile of its own, and closes the one before.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn open_window(&mut self) -> Result<(), StepError> {
        if let Some(window) = self.window.take() {
            window.close().await;
        }
        let lab = self.lab()?;
        // High up, as the path of a socket that the browser makes below it has an end.
        let profile = TempDir::with_prefix_in("w", lab.folder())?.keep();
        let proxy = self.network().await?.proxy_of(Party::Browser).ok_or(Missing { what: "proxy" })?;
        let window = Chromium::open(proxy, &profile).await?;
        if let Some(id) = window.process_id() {
            lab.register_process(id)?;
        }
        self.window = Some(window);
        Ok(())
    }

    /// Opens a new browser without cookies, nobody's in particular.
    ///
    /// # Errors
    /// If it cannot be set up.
    pub async fn new_browser(&mut self) -> Result<&mut Browser, StepError> {
        let connection = self.connection().await?;
        self.person = None;
        Ok(self.browser.insert(Browser::new(connection)?))
    }

    /// Gives the person with this login a new browser without cookies.
    ///
    /// # Errors
    /// If it cannot be set up.
    pub async fn new_browser_of(&mut self, login: &str) -> Result<&mut Browser, StepError> {
        self.new_browser().await?;
        self.person = Some(login.to_owned());
        Ok(self.browser()?)
    }

    /// The browser of the person with this login: the open one if it is theirs, else a new one.
    ///
    /// # Errors
    /// If it cannot be set up.
    pub async fn browser_of(&mut self, login: &str) -> Result<&mut Browser, StepError> {
        if self.person.as_deref() == Some(login) {
            return Ok(self.browser()?);
        }
        self.new_browser_of(login).await
    }

    /// Keeps a copy of the person's browser as it is now.
    ///
    /// # Errors
    /// [`Missing`], if none was opened yet; if it cannot be set up.
    pub async fn copy_browser(&mut self) -> Result<(), StepError> {
        let connection = self.connection().await?;
        self.copy = Some(self.browser()?.copy(connection, &[GITLAB_URL, MATTERMOST_URL])?);
        Ok(())
    }

    /// How a person's browser reaches others. It trusts the run's authority, and keeps the intermediate as browsers keep
    /// those that they have met.
    pub(super) async fn connection(&mut self) -> Result<Connection, StepError> {
        let lab = self.lab()?;
        let authorities = [lab.authority().root(), lab.authority().intermediate()];
        let authorities =
            authorities.iter().map(|pem| Certificate::from_pem(pem.as_bytes())).collect::<Result<Vec<_>, _>>()?;
        let network = self.network().await?;
        let proxy = network.proxy_of(Party::Browser).ok_or(Missing { what: "proxy" })?;
        let watch = network.watch();
        let mut connection = Connection { proxy, authorities, public: false, watch };
        if let Ok(standing) = self.standing() {
            connection.authorities.extend(standing.provider.authorities());
            connection.public = standing.provider.base.scheme() == "https";
        }
        connection.public |= self.mattermost_url().starts_with("https:") && self.mattermost.is_none();
        Ok(connection)
    }

    /// Goes on with the copy that was made of the person's browser.
    ///
    /// # Errors
    /// [`Missing`], if none was made.
    pub fn use_copy_of_browser(&mut self) -> Result<(), Missing> {
        self.browser = Some(self.copy.take().ok_or(Missing { what: "copy of a browser" })?);
        Ok(())
    }

    /// The person's browser.
    ///
    /// # Errors
    /// [`Missing`], if none was opened yet.
    pub fn browser(&mut self) -> Result<&mut Browser, Missing> {
        self.browser.as_mut().ok_or(Missing { what: "open browser" })
    }
}
