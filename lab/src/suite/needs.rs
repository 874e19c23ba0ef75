//! What the chosen subjects can do, and so which scenarios they can serve.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::chromium::Chromium;
use crate::subject::planner::PLANNER;
use crate::subject::program::{Program, Slot};
use crate::subject::translator::TRANSLATOR;
use crate::subject::{Choices, GitLabChoice, HostChoice, ProgramChoice, SubjectError};

/// Every need a scenario may name, as a tag without its `@`.
pub const NEEDS: [&str; 10] = [
    "needs-container",
    "needs-browser",
    "needs-mock-gitlab",
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
    ///
    /// # Errors
    /// It does not start, or does not say what it can do.
    pub fn of(choices: &Choices) -> Result<Self, SubjectError> {
        let of = |slot: Slot, choice: &ProgramChoice| match choice {
            ProgramChoice::Builtin => Ok(None),
            ProgramChoice::Command(command) => Program::greet(slot, command).map(|hello| Some(hello.abilities)),
        };
        Ok(Self { translator: of(TRANSLATOR, &choices.translator)?, planner: of(PLANNER, &choices.planner)? })
    }
}

/// Why the chosen subjects cannot meet a need, or nothing if they can.
pub fn unmet_need(choices: &Choices, abilities: &Abilities, need: &str) -> Option<String> {
    match need {
        "needs-container" => no_container_engine(),
        "needs-browser" if Chromium::installed().is_none() => {
            Some("no `chromedriver` in PATH; install Debian's packages chromium and chromium-driver".to_owned())
        }
        "needs-mock-gitlab" if choices.host == HostChoice::Container => {
            Some("the lab cannot change a GitLab in a container".to_owned())
        }
        "needs-mock-gitlab" if choices.gitlab != GitLabChoice::Mock => {
            Some(format!("the lab cannot stop or change the GitLab `{}`", choices.gitlab))
        }
        BUILTIN_TRANSLATOR if choices.translator != ProgramChoice::Builtin => {
            Some("it is about what the built-in translator prints".to_owned())
        }
        BUILTIN_PLANNER if choices.planner != ProgramChoice::Builtin => {
            Some("it is about what the built-in planner prints".to_owned())
        }
        _ => no_such_ability(abilities, need),
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

fn no_such_ability(abilities: &Abilities, need: &str) -> Option<String> {
    let lacking = |slot: Slot, declared: &Option<BTreeSet<String>>| {
        let (ability, declared) = (ability(slot, need)?, declared.as_ref()?);
        let lacks = || format!("the {} does not declare the ability `{ability}`", slot.name);
        (!declared.contains(ability)).then(lacks)
    };
    lacking(TRANSLATOR, &abilities.translator).or_else(|| lacking(PLANNER, &abilities.planner))
}

fn no_container_engine() -> Option<String> {
    let address = std::env::var("DOCKER_HOST").unwrap_or_else(|_| "unix:///var/run/docker.sock".to_owned());
    let socket = address.strip_prefix("unix://")?;
    let reason = || format!("no container engine: there is no socket `{socket}`");
    (!std::path::Path::new(socket).exists()).then(reason)
}
