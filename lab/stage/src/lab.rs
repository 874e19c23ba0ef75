//! What all scenarios of a run share: the running PostgreSQL server and the choice of subjects.

mod error;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gitlab_mattermost_core::gitlab::Seed;
use gitlab_mattermost_core::secret::Secret;
use gitlab_mattermost_core::version::Version;
use gitlab_mattermost_ground::named_input;
use tokio::sync::OnceCell;

use crate::cleanup::{Keep, Run};
use crate::engine::Engine;
use crate::image;
use crate::owner::Owner;
use crate::postgresql::{Database, Postgres, PostgresChoice};
use crate::provider::{Endpoints, Provider};
use crate::reach::reach;
use crate::seed_file;
use crate::subject::mattermost::{Rehearsal, ServerProgram, told_version};
use crate::subject::planner::PLANNER;
use crate::subject::program::{Asked, Program, Slot};
use crate::subject::translator::{ENV, TRANSLATOR};
use crate::subject::{Choices, GitLabChoice, HostChoice, MattermostChoice, ProgramChoice};
use gitlab_mattermost_authority::Authority;

pub use self::error::{NoDatabase, NoPostgres, StartError};

/// The started lab of one run.
#[derive(Debug)]
pub struct Lab {
    choices: Choices,
    gitlab_seed: Seed,
    provider: Provider,
    endpoints: Endpoints,
    gitlab_admin_token: Secret,
    translator: Asked,
    planner: Asked,
    mattermost: ServerProgram,
    mattermost_after: Option<ServerProgram>,
    /// The version of [`Self::mattermost`], where it tells one.
    mattermost_version: Option<Version>,
    /// What a real server made of an empty database.
    rehearsal: Option<Rehearsal>,
    host_image: OnceCell<Result<String, String>>,
    /// Signs the certificates of the run's servers.
    authority: Authority,
    // Stopped before the run ends, in the order of the fields.
    postgres: Result<Postgres, NoPostgres>,
    run: Run,
}

impl Lab {
    /// Starts the parts that a run shares. `program` is this program, which holds the built-in subjects and cleans up.
    ///
    /// # Errors
    /// [`StartError`], saying which part did not start and what to do.
    pub async fn start(choices: Choices, program: &Path, keep: Keep) -> Result<Self, StartError> {
        Self::start_in(choices, Some(program), keep).await
    }

    /// Starts the parts from a process that is another program: of Mattermost only a real release can be started then.
    ///
    /// # Errors
    /// [`StartError`], as above.
    pub async fn start_within(choices: Choices) -> Result<Self, StartError> {
        Self::start_in(choices, None, Keep::Nothing).await
    }

    async fn start_in(choices: Choices, program: Option<&Path>, keep: Keep) -> Result<Self, StartError> {
        let gitlab_seed = match &choices.gitlab_seed {
            Some(_) if choices.gitlab == GitLabChoice::Mock => return Err(StartError::SeedOfMock),
            Some(path) => seed_file::read(path)?,
            None => Seed::default(),
        };
        let provider = choices.provider()?;
        let gitlab_admin_token = match &choices.gitlab_admin_token_file {
            Some(path) => {
                let read = named_input::text(path);
                Secret::new(read.map_err(|source| StartError::NoToken { path: path.clone(), source })?.trim())
            }
            None => match &provider.applications {
                Some((_, token)) => token.clone(),
                None if provider.client.is_some() || gitlab_seed.administrator_token().is_some() => Secret::default(),
                None => return Err(StartError::NoAdministrator),
            },
        };
        if let Some(reason) = silent_gitlab(&choices.gitlab, &provider, None).await {
            return Err(StartError::Silent { reason });
        }
        let endpoints = provider.endpoints().await?;
        if let Some(reason) = silent_gitlab(&choices.gitlab, &provider, Some(&endpoints)).await {
            return Err(StartError::Silent { reason });
        }
        let run = match program {
            Some(program) => Run::start(program, keep).await?,
            None => Run::without_reaper().await?,
        };
        let mattermost = ServerProgram::at_hand(&choices.mattermost, run.directory().path()).await?;
        let mattermost_after = match &choices.mattermost_after {
            Some(choice) => Some(ServerProgram::at_hand(choice, run.directory().path()).await?),
            None => None,
        };
        let postgres = match Postgres::start(&choices.postgres, run.directory()).await {
            Err(error) if choices.postgres == PostgresChoice::Auto && error.is_lack() => {
                Err(NoPostgres { reason: gitlab_mattermost_ground::error_chain::chain(&error) })
            }
            started => Ok(started?),
        };
        let rehearsal = match (&mattermost, &postgres) {
            (ServerProgram::Release(_), Ok(postgres)) => {
                // A release holds no built-in part.
                let program = program.unwrap_or_else(|| Path::new("/nonexistent"));
                Some(Rehearsal::hold(&mattermost, program, run.directory(), postgres).await?)
            }
            _ => None,
        };
        let mattermost_version = match (&mattermost, &choices.mattermost, &rehearsal) {
            (ServerProgram::Standin(version), ..) => Some(*version),
            (_, MattermostChoice::Url(url), _) => told_version(url.as_str()).await,
            (_, _, Some(rehearsal)) => rehearsal.version(),
            (program, ..) => program.version().await,
        };
        let asked = |slot: Slot, choice: &ProgramChoice| match choice {
            ProgramChoice::Builtin => Asked::Builtin(slot),
            ProgramChoice::Command(command) => {
                let directory = run.directory().clone();
                let register = move |id| directory.register_process(id);
                Asked::Program(Box::new(Program::new(slot, command, choices.answer_within.0, register)))
            }
        };
        let (translator, planner) = (asked(TRANSLATOR, &choices.translator), asked(PLANNER, &choices.planner));
        Ok(Self {
            choices,
            gitlab_seed,
            provider,
            endpoints,
            gitlab_admin_token,
            translator,
            planner,
            mattermost,
            mattermost_after,
            mattermost_version,
            rehearsal,
            host_image: OnceCell::new(),
            authority: Authority::new()?,
            postgres,
            run,
        })
    }

    /// Why nothing more can be played, if a part that the lab did not start answers no more.
    pub async fn silent(&self) -> Option<String> {
        if let Some(silent) = silent_gitlab(&self.choices.gitlab, &self.provider, Some(&self.endpoints)).await {
            return Some(silent);
        }
        match (&self.choices.postgres, &self.postgres) {
            (PostgresChoice::Url(_), Ok(postgres)) => postgres.check().await.err().map(|error| error.to_string()),
            _ => None,
        }
    }

    /// What stands in each slot, for people who read a report.
    pub fn subjects(&self) -> BTreeMap<String, String> {
        let Choices { gitlab, translator, planner, .. } = &self.choices;
        let slots = [
            ("GitLab", self.provider_with_name(gitlab)),
            ("Mattermost", self.mattermost_with_version()),
            ("PostgreSQL", self.postgres.as_ref().map_or_else(|_| "none".to_owned(), Postgres::kind)),
            ("translator", self.translator_with_env(translator)),
            ("planner", planner.to_string()),
        ];
        slots.map(|(slot, subject)| (slot.to_owned(), subject)).into()
    }

    /// What stands in GitLab's slot, and what its description calls it.
    fn provider_with_name(&self, choice: &GitLabChoice) -> String {
        match choice {
            GitLabChoice::Described(path) => format!("{} ({})", self.provider.name, path.display()),
            other => other.to_string(),
        }
    }

    /// What stands in the translator's slot, and who else configures the servers that are started where it cannot.
    fn translator_with_env(&self, choice: &ProgramChoice) -> String {
        let told = choice.to_string();
        if self.translator.declares(ENV) {
            return told;
        }
        format!("{told} (servers are started with the env of the built-in one)")
    }

    /// What stands in Mattermost's slot, and its version where it says one.
    fn mattermost_with_version(&self) -> String {
        let told = self.mattermost_version.filter(|_| !self.choices.mattermost.is_standin());
        let version = told.map(|version| format!(" (version {version})")).unwrap_or_default();
        let Choices { mattermost, mattermost_after, .. } = &self.choices;
        let after = mattermost_after.as_ref().map(|after| format!(", then `{after}`")).unwrap_or_default();
        format!("`{mattermost}`{version}{after}")
    }

    /// The parts that all scenarios share, in a line for people.
    pub fn describe(&self) -> String {
        let Choices { gitlab, translator, planner, seed, .. } = &self.choices;
        let asked = [("translator", translator), ("planner", planner)];
        let asked = asked.into_iter().filter(|(_, choice)| **choice != ProgramChoice::Builtin);
        let asked: String = asked.map(|(slot, choice)| format!(", {slot} `{choice}`")).collect();
        let postgres = self.postgres.as_ref().map_or_else(|_| "no PostgreSQL".to_owned(), Postgres::describe);
        let mattermost = self.mattermost_with_version();
        format!("{postgres}, GitLab `{gitlab}`, Mattermost {mattermost}{asked}, seed {seed}")
    }

    /// Who says what settings mean.
    pub fn translator(&self) -> &Asked {
        &self.translator
    }

    /// Who plans upgrades.
    pub fn planner(&self) -> &Asked {
        &self.planner
    }

    /// How much programs in the place of built-in parts were asked, one line per program.
    pub fn accounts(&self) -> Vec<String> {
        [&self.translator, &self.planner].into_iter().filter_map(Asked::account).collect()
    }

    /// Ends the run: everything that was started in its name is removed, even if a scenario that was given up still
    /// holds the lab. A lab that is dropped ends by itself.
    pub fn stop(&self) {
        self.run.end();
    }

    /// The subjects of the run.
    pub fn choices(&self) -> &Choices {
        &self.choices
    }

    /// The PostgreSQL server.
    ///
    /// # Errors
    /// The lab has none.
    pub fn postgres(&self) -> Result<&Postgres, NoPostgres> {
        self.postgres.as_ref().map_err(Clone::clone)
    }

    /// The server that scenarios start as their Mattermost.
    pub fn mattermost(&self) -> &ServerProgram {
        &self.mattermost
    }

    /// The releases of the real server in the slot, the later one after the first, with the versions that they tell.
    pub async fn releases(&self) -> Vec<(PathBuf, Option<Version>)> {
        let mut releases = Vec::new();
        if let ServerProgram::Release(folder) = &self.mattermost {
            releases.push((folder.clone(), self.mattermost_version));
        }
        if let Some(later @ ServerProgram::Release(folder)) = &self.mattermost_after {
            releases.push((folder.clone(), later.version().await));
        }
        releases
    }

    /// The version of that server, where it tells one.
    pub fn mattermost_version(&self) -> Option<Version> {
        self.mattermost_version
    }

    /// The later server that takes the place of the first, if there is one.
    pub fn mattermost_after(&self) -> Option<&ServerProgram> {
        self.mattermost_after.as_ref()
    }

    /// A database for a scenario, whose name holds `hint`: as a real Mattermost left it after its first start, which
    /// takes long; an empty one for the stand-in.
    ///
    /// # Errors
    /// There is no server, it cannot be restarted, or refuses.
    pub async fn database(&self, hint: &str) -> Result<Database, NoDatabase> {
        let postgres = self.postgres()?;
        Ok(match &self.rehearsal {
            Some(rehearsal) => postgres.copy_of(rehearsal.database(), hint).await?,
            None => postgres.database(hint).await?,
        })
    }

    /// The image of hosts, built when first asked for; `program` is this program, which goes into it.
    ///
    /// # Errors
    /// Why there is no server, repeated to every caller.
    pub async fn host_image(&self, program: &Path) -> Result<String, String> {
        let make = async || -> Result<String, String> {
            if let HostChoice::Image(name) = &self.choices.host {
                return Ok(name.clone());
            }
            let engine = Engine::require().await.map_err(|error| error.to_string())?;
            let release = match &self.mattermost {
                ServerProgram::Release(folder) => Some(folder.as_path()),
                ServerProgram::Standin(_) | ServerProgram::Running => None,
            };
            let image = image::host(&engine, program, release)
                .await
                .map_err(|error| gitlab_mattermost_ground::error_chain::chain(&error))?;
            Ok(image.to_string())
        };
        self.host_image.get_or_init(make).await.clone()
    }

    /// Who signs the certificates of the run's servers.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The mark of the run.
    pub fn owner(&self) -> &Owner {
        self.run.owner()
    }

    /// The folder of the run; it goes when the lab goes.
    pub fn folder(&self) -> &Path {
        self.run.directory().path()
    }

    /// Lets the process group of `id` be ended with the run, however that ends.
    ///
    /// # Errors
    /// If it cannot be written down.
    pub fn register_process(&self, id: u32) -> std::io::Result<()> {
        self.run.directory().register_process(id)
    }

    /// The password with which a person signs in to GitLab; nothing if it is not known.
    pub fn gitlab_password_of(&self, login: &str) -> Option<&Secret> {
        if let GitLabChoice::Described(_) = self.choices.gitlab {
            let person = self.provider.people.iter().find(|person| person.login == login);
            return person.map(|person| &person.password);
        }
        self.gitlab_seed.password_of(login)
    }

    /// The provider in GitLab's place, and where it is asked what.
    pub fn provider(&self) -> (&Provider, &Endpoints) {
        (&self.provider, &self.endpoints)
    }

    /// The personal access token of an administrator of GitLab, with the scope `api`.
    pub fn gitlab_admin_token(&self) -> String {
        self.gitlab_admin_token.expose().to_owned()
    }
}

/// Why a GitLab that the lab did not start does not answer at all, if it does not: the server of its base, or of an endpoint.
async fn silent_gitlab(choice: &GitLabChoice, provider: &Provider, endpoints: Option<&Endpoints>) -> Option<String> {
    let servers = match (choice, endpoints) {
        (GitLabChoice::Mock, _) => return None,
        (GitLabChoice::Url(url), _) => vec![url.clone()],
        (GitLabChoice::Described(_), None) => vec![provider.base.clone()],
        (GitLabChoice::Described(_), Some(endpoints)) => endpoints.origins(),
    };
    for url in servers {
        if let Err(reason) = reach(&url).await {
            let server = if matches!(choice, GitLabChoice::Url(_)) { String::new() } else { format!("`{url}` of ") };
            return Some(format!("{server}GitLab `{choice}` does not answer: {reason}"));
        }
    }
    None
}
