//! A machine with the Linux package: a container whose commands, files and services are those of a server.
//!
//! Everything is done from outside, as an administrator would: commands by a shell, files by their paths, HTTP through
//! the published port. What the machine is made of is not its job (`lab/stage/images/host`, `gitlab_mattermost_lab::package_programs`).

mod command;
mod container;
mod network;
mod plan;

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::{Duration, Instant};

use gitlab_mattermost_core::releases::bundled_mattermost;

pub use command::{Ran, Shell};
pub use network::HostNetwork;
pub use plan::HostPlan;

use self::container::HostContainer;
use super::{SubjectError, UnknownSubject};
use crate::owner::Owner;
use gitlab_mattermost_ground::exchange::Party;

/// What stands in the machine's slot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum HostChoice {
    /// The lab's own machine where a container engine runs; other built-in parts in this program.
    #[default]
    Auto,
    /// The lab's own machine, and other built-in parts in containers, too.
    Container,
    /// A container of an image that has the real package.
    Image(String),
}

impl FromStr for HostChoice {
    type Err = UnknownSubject;

    fn from_str(text: &str) -> Result<Self, UnknownSubject> {
        match text.split_once(':') {
            None if text == "auto" => Ok(Self::Auto),
            None if text == "container" => Ok(Self::Container),
            Some(("image", name)) if !name.is_empty() => Ok(Self::Image(name.to_owned())),
            _ => Err(UnknownSubject {
                given: text.to_owned(),
                slot: "host",
                choices: "`auto`, `container` or `image:NAME`",
            }),
        }
    }
}

impl fmt::Display for HostChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Container => f.write_str("container"),
            Self::Image(name) => write!(f, "image:{name}"),
        }
    }
}

/// Who works on the machine.
const ADMINISTRATOR: &str = "admin";

/// A running machine.
#[derive(Debug)]
pub struct Host {
    container: HostContainer,
    names: Vec<String>,
    administrator: &'static str,
}

impl Host {
    /// Starts a machine of `image` and waits until its services can be used.
    ///
    /// # Errors
    /// [`SubjectError::NotStarted`] with the last lines it logged.
    pub async fn start(
        choice: &HostChoice,
        image: Result<String, String>,
        owner: &Owner,
        plan: HostPlan,
    ) -> Result<Self, SubjectError> {
        let not_started = |reason: String| SubjectError::NotStarted { part: "the host".to_owned(), reason };
        let image = image.map_err(not_started)?;
        let real = matches!(choice, HostChoice::Image(_));
        let container = HostContainer::start(&image, real, owner, &plan).await.map_err(not_started)?;
        // An image of the package has no account but root's.
        let administrator = if real { "root" } else { ADMINISTRATOR };
        let host = Self { container, names: plan.names.clone(), administrator };
        if let Err(reason) = host.make_ready(real, &plan).await {
            let reason = format!("{reason}; its last lines:\n{}", host.container.log().await);
            host.remove().await;
            return Err(not_started(reason));
        }
        Ok(host)
    }

    async fn make_ready(&self, real: bool, plan: &HostPlan) -> Result<(), String> {
        if real {
            self.wait_for_services().await?;
        } else {
            self.container.wait_for_line("the host is ready").await?;
        }
        let mut commands = Vec::new();
        if let Some(gitlab) = plan.gitlab_version {
            let mattermost =
                bundled_mattermost(gitlab).ok_or_else(|| format!("GitLab {gitlab} bundles no Mattermost"))?;
            let service = "/opt/gitlab/embedded/service";
            commands.push(format!("echo {gitlab} > {service}/gitlab-rails/VERSION"));
            commands.push(format!("echo {mattermost} > {service}/mattermost/VERSION"));
        }
        if let Some(mattermost) = plan.mattermost_version.filter(|_| !real) {
            commands.push(format!("echo {mattermost} > /opt/gitlab/embedded/service/mattermost/VERSION"));
        }
        if plan.rules_before_postgresql_15 {
            commands.push("gitlab-psql -d template1 -c 'GRANT CREATE ON SCHEMA public TO PUBLIC'".to_owned());
        }
        for command in commands {
            let ran = self.run(Shell::Root, &command).await.map_err(|error| error.to_string())?;
            if ran.code != 0 {
                return Err(format!("`{command}` failed: {}", ran.stderr.trim()));
            }
        }
        Ok(())
    }

    /// Waits until all services of a real package run.
    async fn wait_for_services(&self) -> Result<(), String> {
        let begun = Instant::now();
        loop {
            let status = command::run(&self.container, "root", &["gitlab-ctl", "status"]).await?;
            if status.code == 0 {
                return Ok(());
            }
            if begun.elapsed() > REAL_READY_WITHIN {
                let seconds = REAL_READY_WITHIN.as_secs();
                return Err(format!("`gitlab-ctl status` was not 0 within {seconds} s but {}", status.code));
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// Its host name.
    pub fn name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    /// Whether `name` leads to it.
    pub fn answers_to(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    /// Its names, each with whom a browser expects there.
    pub fn parties(&self) -> impl Iterator<Item = (&str, Party)> {
        let party = |name: &str| if name.starts_with("gitlab") { Party::GitLab } else { Party::Mattermost };
        self.names.iter().map(move |name| (name.as_str(), party(name)))
    }

    /// Where its port 80 is reached.
    pub fn address(&self) -> SocketAddr {
        self.container.http()
    }

    /// Where its port 443 is reached.
    pub fn https_address(&self) -> SocketAddr {
        self.container.https()
    }

    /// Runs `command`, any text that bash takes, and waits for its end.
    ///
    /// # Errors
    /// The engine fails, or the command takes longer than [`COMMAND_WITHIN`].
    pub async fn run(&self, shell: Shell, command: &str) -> Result<Ran, SubjectError> {
        let user = match shell {
            Shell::Root => "root",
            Shell::Administrator | Shell::Interactive => self.administrator,
        };
        let words = match shell {
            Shell::Interactive => ["bash", "-i", "-c", command],
            _ => ["bash", "+i", "-c", command],
        };
        let ran = tokio::time::timeout(COMMAND_WITHIN, command::run(&self.container, user, &words)).await;
        let late = || Err(format!("`{command}` had not ended after {} s", COMMAND_WITHIN.as_secs()));
        ran.unwrap_or_else(|_| late()).map_err(|reason| SubjectError::NotUsable { part: "the host".to_owned(), reason })
    }

    /// Writes a small file, as root.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn write(&self, path: &str, text: &str, mode: &str) -> Result<(), SubjectError> {
        use base64::Engine as _;
        let quoted = |word: &str| shlex::try_quote(word).map(std::borrow::Cow::into_owned).unwrap_or_default();
        let encoded = base64::engine::general_purpose::STANDARD.encode(text);
        let path = quoted(path);
        let command = format!("printf %s {encoded} | base64 -d > {path} && chmod {} {path}", quoted(mode));
        let ran = self.run(Shell::Root, &command).await?;
        if ran.code == 0 {
            return Ok(());
        }
        let reason = format!("{path} cannot be written: {}", ran.stderr.trim());
        Err(SubjectError::NotUsable { part: "the host".to_owned(), reason })
    }

    /// The home directory of its administrator.
    pub fn home(&self) -> String {
        command::home_of(self.administrator)
    }

    /// How a person gets a shell on it.
    pub fn session_command(&self) -> String {
        format!("docker exec -it {} bash", self.container.short_id())
    }

    /// Removes it with everything on it.
    pub async fn remove(self) {
        self.container.remove().await;
    }
}

/// How long a real package may take: it configures itself when it starts.
const REAL_READY_WITHIN: Duration = Duration::from_secs(900);

/// How long a command on the machine may take; a shorter time limit of the scenario comes first.
pub const COMMAND_WITHIN: Duration = Duration::from_secs(300);

#[cfg(test)]
mod tests {
    use super::HostChoice;

    #[test]
    fn choices_read_back_as_they_are_printed() {
        for text in ["auto", "container", "image:registry.example.com/gitlab:14.7.0"] {
            assert_eq!(text.parse::<HostChoice>().map(|c| c.to_string()).as_deref(), Ok(text));
        }
        let error = "image:".parse::<HostChoice>().map_err(|e| e.to_string());
        assert_eq!(error, Err("`image:` is no host; choose `auto`, `container` or `image:NAME`".to_owned()));
    }
}
