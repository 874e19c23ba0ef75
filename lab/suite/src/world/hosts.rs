//! The machines of a scenario.

use super::{MATTERMOST_URL, Missing, StepError, World};
use gitlab_mattermost_core::releases::documented_mattermost;
use gitlab_mattermost_core::version::Version;
use gitlab_mattermost_ground::exchange::Party;
use gitlab_mattermost_stage::network::Place;
use gitlab_mattermost_stage::subject::gitlab::Bringing;
use gitlab_mattermost_stage::subject::host::{Host, HostNetwork, HostPlan, Shell};
use gitlab_mattermost_stage::subject::{GitLab, GitLabChoice, MattermostChoice};

/// The field in which a server tells its version.
const FIELD: &str = "X-Version-Id";

impl World {
    /// Starts a machine with the Linux package. Its names lead to it on the scenario's network, and where GitLab's is
    /// among them its API is at hand, too.
    ///
    /// # Errors
    /// Any that keeps it from starting.
    pub async fn start_host(&mut self, plan: HostPlan) -> Result<&Host, StepError> {
        let lab = self.lab()?;
        let image = lab.host_image(&self.program).await;
        let plan = match (&lab.choices().mattermost, plan.gitlab_version) {
            (MattermostChoice::Standin(version), None) if *version != documented_mattermost() => {
                HostPlan { mattermost_version: Some(*version), ..plan }
            }
            _ => plan,
        };
        let host = Host::start(&lab.choices().host, image, lab.owner(), plan).await?;
        for (name, party) in host.parties() {
            let names = self.network().await?.names();
            names.set(name, Place { party, address: host.address() });
            names.set(&format!("{name}:443"), Place { party, address: host.https_address() });
        }
        let gitlab =
            host.parties().find(|(_, party)| *party == Party::GitLab).map(|(name, _)| format!("http://{name}"));
        if let Some(url) = gitlab {
            let choice = GitLabChoice::Url(format!("http://{}/", host.address()).parse()?);
            let bringing = Bringing {
                choice: &choice,
                provider: lab.provider().0,
                host: &lab.choices().host,
                url: &url,
                admin_token: lab.gitlab_admin_token(),
                program: &self.program.clone(),
                faults: Vec::new(),
                owner: lab.owner(),
                network: self.network().await?,
            };
            self.gitlab = Some(GitLab::start(bringing).await?);
        }
        self.hosts.push(host);
        self.host().map_err(StepError::from)
    }

    /// The version of the scenario's Mattermost: on a host, as the server there tells it, else that of the server in the
    /// slot.
    ///
    /// # Errors
    /// Nobody tells it.
    pub async fn mattermost_version(&self) -> Result<Version, StepError> {
        let silent = Missing { what: "Mattermost that tells its version" };
        let Ok(host) = self.host() else { return Ok(self.lab()?.mattermost_version().ok_or(silent)?) };
        // What follows the three numbers is the build, which is the exact version.
        let ask = format!("curl --silent --dump-header - --output /dev/null {MATTERMOST_URL}/api/v4/system/ping");
        let told = host.run(Shell::Root, &ask).await?.stdout;
        let line =
            told.lines().find_map(|line| line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case(FIELD)));
        let numbers = line.map(|(_, value)| value.trim().split('.').skip(3).take(3).collect::<Vec<_>>().join("."));
        Ok(numbers.and_then(|numbers| numbers.parse().ok()).ok_or(silent)?)
    }

    /// The machine that was started last.
    ///
    /// # Errors
    /// [`Missing`], if there is none.
    pub fn host(&self) -> Result<&Host, Missing> {
        self.hosts.last().ok_or(Missing { what: "host" })
    }

    /// The machine that answers to `name`.
    ///
    /// # Errors
    /// [`Missing`], if there is none.
    pub fn host_named(&self, name: &str) -> Result<&Host, Missing> {
        self.hosts.iter().find(|host| host.answers_to(name)).ok_or(Missing { what: "host of that name" })
    }

    /// Starts machines of one name each, which reach one another by these names.
    ///
    /// # Errors
    /// Any that keeps one from starting.
    pub async fn start_hosts(&mut self, names: &[&str]) -> Result<(), StepError> {
        let network = HostNetwork::create(self.lab()?.owner()).await?;
        let network = self.host_network.insert(network).name().to_owned();
        for &name in names {
            let plan = HostPlan { network: Some(network.clone()), ..HostPlan::of(&[name]) };
            self.start_host(plan).await?;
        }
        Ok(())
    }
}
