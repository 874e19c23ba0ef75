//! What the chosen subjects can do and the machine has, and so which scenarios can be served.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use gitlab_mattermost_core::version::Version;
use gitlab_mattermost_stage::provider::{Ability, Provider};
use gitlab_mattermost_stage::subject::gitlab::{
    missing_administration, missing_blocked_user, missing_pages, missing_projects,
};
use gitlab_mattermost_stage::subject::planner::PLANNER;
use gitlab_mattermost_stage::subject::program::{Program, Slot};
use gitlab_mattermost_stage::subject::translator::TRANSLATOR;
use gitlab_mattermost_stage::subject::{
    Choices, GitLabChoice, HostChoice, MattermostChoice, ProgramChoice, SubjectError,
};
use gitlab_mattermost_stage::supply::{self, Effort, Lack};

/// Every need a scenario may name, as a tag without its `@`.
pub const NEEDS: &[&str] = &[
    "needs-container",
    "needs-host",
    "needs-standin",
    "needs-chosen-gitlab",
    "needs-browser",
    "needs-mock-gitlab",
    "needs-gitlab-admin",
    "needs-gitlab-projects",
    "needs-gitlab-pages",
    "needs-gitlab-blocked-user",
    "needs-provider-client",
    "needs-provider-user",
    "needs-provider-two-users",
    "needs-provider-password",
    "needs-provider-two-clients",
    "needs-provider-two-redirect-uris",
    "needs-provider-consent",
    "needs-provider-consent-once",
    "needs-provider-denial",
    "needs-provider-scope",
    "needs-provider-blocked-user",
    "needs-provider-clock",
    "needs-own-mattermost",
    "needs-shared-provider",
    "needs-mattermost-after",
    "needs-mattermost-5.32",
    "needs-postgresql",
    "needs-postgresql-programs",
    "needs-translate",
    "needs-translate-as-documented",
    "needs-env",
    "needs-plan",
    "needs-plan-in-full",
    BUILTIN_TRANSLATOR,
    BUILTIN_PLANNER,
];

/// The scenario is about this program's own output, which nobody else's can be.
const BUILTIN_TRANSLATOR: &str = "needs-builtin-translator";
/// See [`BUILTIN_TRANSLATOR`].
const BUILTIN_PLANNER: &str = "needs-builtin-planner";

/// What the parts that are asked can do; nothing is noted of a built-in part, which can do everything.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Abilities {
    /// Of a program in the place of the translator.
    pub translator: Option<BTreeSet<String>>,
    /// Of a program in the place of the planner.
    pub planner: Option<BTreeSet<String>>,
}

impl Abilities {
    /// Asks each program that was chosen.
    fn of(choices: &Choices) -> Result<Self, SubjectError> {
        let of = |slot: Slot, choice: &ProgramChoice| match choice {
            ProgramChoice::Builtin => Ok(None),
            ProgramChoice::Command(command) => Program::greet(slot, command).map(|hello| Some(hello.abilities)),
        };
        Ok(Self { translator: of(TRANSLATOR, &choices.translator)?, planner: of(PLANNER, &choices.planner)? })
    }
}

/// The environment variable that forbids to skip a scenario because this need is not met, if it is set to `1`; none where
/// what is needed is a choice.
pub fn demanded_by(need: &str) -> Option<&'static str> {
    let variable = match need {
        "needs-container" | "needs-host" => "LAB_REQUIRE_CONTAINERS",
        "needs-browser" => "LAB_REQUIRE_BROWSER",
        "needs-postgresql" | "needs-postgresql-programs" => "LAB_REQUIRE_POSTGRESQL",
        _ => return None,
    };
    std::env::var_os(variable).filter(|value| value == "1").map(|_| variable)
}

/// What the chosen subjects and the machine offer.
#[derive(Debug)]
pub struct Offer<'a> {
    choices: &'a Choices,
    abilities: Abilities,
    effort: Effort,
    /// What the machine lacks for a need, looked for once.
    lacks: RefCell<BTreeMap<&'static str, Option<String>>>,
    /// A running GitLab is asked once, when a scenario first needs to know.
    missing_administration: OnceCell<Option<String>>,
    missing_projects: OnceCell<Option<String>>,
    missing_pages: OnceCell<Option<String>>,
    provider: OnceCell<Option<Provider>>,
}

impl<'a> Offer<'a> {
    /// What the subjects of `choices` and the machine offer; each program that was chosen is asked. What the machine has not
    /// is made, if `effort` says so, once a scenario needs it.
    ///
    /// # Errors
    /// It does not start, or does not say what it can do.
    pub fn of(choices: &'a Choices, effort: Effort) -> Result<Self, SubjectError> {
        let abilities = Abilities::of(choices)?;
        Ok(Self {
            choices,
            abilities,
            effort,
            lacks: RefCell::default(),
            missing_administration: OnceCell::new(),
            missing_projects: OnceCell::new(),
            missing_pages: OnceCell::new(),
            provider: OnceCell::new(),
        })
    }

    /// What programs in the place of built-in parts declare.
    pub fn abilities(&self) -> &Abilities {
        &self.abilities
    }

    /// Why they cannot meet a need, or nothing if they can.
    pub fn lacks(&self, need: &str) -> Option<String> {
        let Choices { host, gitlab, translator, planner, .. } = self.choices;
        match need {
            "needs-container" => self.machine_lacks("a container engine"),
            "needs-host" if *gitlab != GitLabChoice::Mock => {
                Some(format!("GitLab runs on the host itself there; it cannot be `{gitlab}`"))
            }
            "needs-host" if matches!(host, HostChoice::Image(_)) => self.machine_lacks("a container engine"),
            "needs-host" => self.machine_lacks("an image of a machine"),
            "needs-standin" => no_standin(self.choices),
            "needs-chosen-gitlab" => image_of_its_own(self.choices),
            "needs-browser" => self.machine_lacks("a browser"),
            "needs-postgresql" => self.machine_lacks("PostgreSQL"),
            "needs-postgresql-programs" => self.machine_lacks("PostgreSQL's client programs"),
            "needs-mock-gitlab" if *host == HostChoice::Container => {
                Some("the lab cannot change a GitLab in a container".to_owned())
            }
            "needs-mock-gitlab" if *gitlab != GitLabChoice::Mock => {
                Some(format!("the lab cannot stop or change the GitLab `{gitlab}`"))
            }
            "needs-gitlab-admin" => {
                self.missing_administration.get_or_init(|| missing_administration(self.choices)).clone()
            }
            "needs-gitlab-projects" => self.missing_projects.get_or_init(|| missing_projects(self.choices)).clone(),
            "needs-own-mattermost" => running_mattermost(self.choices),
            "needs-shared-provider" => no_shared_provider(self.choices),
            "needs-gitlab-pages" => self.missing_pages.get_or_init(|| missing_pages(self.choices)).clone(),
            "needs-gitlab-blocked-user" => missing_blocked_user(self.choices),
            _ if need.starts_with("needs-provider-") => self.lacks_of_provider(need),
            "needs-mattermost-after" => no_upgrade(self.choices),
            BUILTIN_TRANSLATOR if *translator != ProgramChoice::Builtin => {
                Some("it is about what the built-in translator prints".to_owned())
            }
            BUILTIN_PLANNER if *planner != ProgramChoice::Builtin => {
                Some("it is about what the built-in planner prints".to_owned())
            }
            _ => match &self.choices.mattermost {
                MattermostChoice::Standin(version) => lacks_version(need, Some(*version)),
                // The others tell their version once the lab stands.
                _ => None,
            }
            .or_else(|| self.no_such_ability(need)),
        }
    }

    /// Why the machine has no `what`, if it has none.
    fn machine_lacks(&self, what: &'static str) -> Option<String> {
        if let Some(known) = self.lacks.borrow().get(what) {
            return known.clone();
        }
        let looked = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime.block_on(self.look_for(what)),
            Err(error) => Some(error.to_string()),
        };
        self.lacks.borrow_mut().insert(what, looked.clone());
        looked
    }

    async fn look_for(&self, what: &str) -> Option<String> {
        let supply = match what {
            "a container engine" => supply::container_engine().await,
            "an image of a machine" => supply::machine(self.effort).await,
            "PostgreSQL" => supply::postgresql(&self.choices.postgres, self.effort).await,
            "a browser" => supply::browser(),
            _ => supply::client_programs(self.effort).await,
        };
        supply.err().map(|lack: Lack| lack.to_string())
    }

    /// Why the provider in GitLab's place has not got an ability.
    fn lacks_of_provider(&self, need: &str) -> Option<String> {
        let ability = Ability::of_need(need)?;
        if ability.name == "clock"
            && self.choices.gitlab == GitLabChoice::Mock
            && self.choices.host == HostChoice::Container
        {
            return Some("the lab cannot change a GitLab in a container".to_owned());
        }
        // A description that cannot be used stops the lab, which says so.
        let provider = self.provider.get_or_init(|| self.choices.provider().ok());
        provider.as_ref()?.lacks(&ability)
    }

    fn no_such_ability(&self, need: &str) -> Option<String> {
        let lacking = |slot: Slot, declared: &Option<BTreeSet<String>>| {
            let (ability, declared) = (ability(slot, need)?, declared.as_ref()?);
            let lacks = || format!("the {} does not declare the ability `{ability}`", slot.name);
            (!declared.contains(ability)).then(lacks)
        };
        lacking(TRANSLATOR, &self.abilities.translator).or_else(|| lacking(PLANNER, &self.abilities.planner))
    }
}

/// Why scenarios cannot start Mattermost with settings of their own.
pub(super) fn running_mattermost(choices: &Choices) -> Option<String> {
    match &choices.mattermost {
        MattermostChoice::Url(url) => Some(format!("the settings of the running Mattermost `{url}` cannot be changed")),
        _ => None,
    }
}

/// Why nobody of the provider can sign in to Mattermost.
fn no_shared_provider(choices: &Choices) -> Option<String> {
    let running = matches!(choices.mattermost, MattermostChoice::Url(_));
    (running && choices.gitlab == GitLabChoice::Mock).then(|| {
        "the running Mattermost does not know the built-in GitLab; describe its provider with `--gitlab`".to_owned()
    })
}

/// Why the lab cannot choose the version of GitLab on a host.
fn image_of_its_own(choices: &Choices) -> Option<String> {
    let is_given = matches!(choices.host, HostChoice::Image(_));
    is_given.then(|| format!("the lab cannot choose the version that the image `{}` has", choices.host))
}

/// Why a server is not one of the versions that the need is for: `needs-mattermost-5.32`, that one and later ones. Nothing is
/// said of a server whose version is not known.
pub(super) fn lacks_version(need: &str, server: Option<Version>) -> Option<String> {
    let least: Version = need.strip_prefix("needs-mattermost-")?.parse().ok()?;
    let server = server.filter(|server| *server < least)?;
    Some(format!("Mattermost {server} does not do that yet; {}.{} is the first that does", least.major, least.minor))
}

/// Why the lab cannot choose the version of Mattermost.
fn no_standin(choices: &Choices) -> Option<String> {
    if let Some(reason) = image_of_its_own(choices) {
        return Some(reason);
    }
    let real = !choices.mattermost.is_standin();
    real.then(|| format!("the lab cannot choose the version of the server `{}`", choices.mattermost))
}

/// Why no later server can take the place of an earlier one.
fn no_upgrade(choices: &Choices) -> Option<String> {
    match (&choices.mattermost, &choices.mattermost_after) {
        (_, None) => {
            Some("no later Mattermost; give `--mattermost-after dir:PATH`, or a version of the stand-in".to_owned())
        }
        (MattermostChoice::Url(url), _) | (_, Some(MattermostChoice::Url(url))) => {
            Some(format!("the running Mattermost `{url}` cannot be put in the place of another"))
        }
        (first, Some(after)) if first.is_standin() != after.is_standin() => {
            Some("the stand-in keeps a part of the tables alone, with which no real server goes on".to_owned())
        }
        _ => None,
    }
}

/// Whether somebody else's program would be asked for this need.
pub(super) fn is_asked(choices: &Choices, need: &str) -> bool {
    let asks = |slot: Slot, choice: &ProgramChoice| *choice != ProgramChoice::Builtin && ability(slot, need).is_some();
    asks(TRANSLATOR, &choices.translator) || asks(PLANNER, &choices.planner)
}

/// The ability of a slot that a need is for.
fn ability(slot: Slot, need: &str) -> Option<&'static str> {
    let wanted = need.strip_prefix("needs-")?;
    slot.abilities.iter().copied().find(|ability| *ability == wanted)
}
