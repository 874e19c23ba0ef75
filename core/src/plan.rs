//! Plans: what is to be done, as plain data that can be printed, compared or carried out.
//!
//! Not here: making plans (each area makes its own) and carrying them out (`gitlab-mattermost-lab`).

use std::fmt;

use serde::Serialize;

use crate::version::Version;

/// What is to be done, step by step.
///
/// ```
/// use gitlab_mattermost_core::plan::{StepList, Step};
///
/// let mut plan = StepList::default();
/// plan.push(Step::new("stop", "stop Mattermost").because("nobody writes then").command("gitlab-ctl stop mattermost"));
/// assert_eq!(serde_json::to_value(&plan)?[0]["effects"][0]["kind"], "command");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct StepList {
    /// The steps, in order.
    pub steps: Vec<Step>,
}

/// One step of a plan: done as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// A slug, unique in its plan: `install-14.9.5`.
    pub id: String,
    /// What is done, as a command to the reader.
    pub what: String,
    /// Why, where it is not plain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What it does to the machine, in order; empty for what only a person can do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
}

/// What a step does to the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Effect {
    /// A command for the shell of the machine.
    Command {
        /// The command.
        command: String,
    },
    /// A file with this content, in place of what stands there.
    Write {
        /// Its path.
        path: String,
        /// All of its content.
        content: Content,
        /// `user` or `user:group`.
        owner: String,
        /// Its mode in octal digits.
        mode: String,
    },
    /// A service that runit has to take up, as it is not linked into its folder of services yet.
    Supervise {
        /// The service.
        service: String,
    },
    /// An OAuth application in GitLab, whose id and secret go into the secrets file.
    Register {
        /// The application's name.
        name: String,
        /// Its redirect URIs, a line each.
        redirect_uris: String,
    },
    /// The Linux package of a GitLab release, in the edition that is installed.
    Install {
        /// The release.
        gitlab: Version,
    },
}

/// What is written to a file: shown, compared and printed only as far as it is no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Content {
    text: String,
    secret: bool,
}

impl Content {
    /// Content that anybody may see.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), secret: false }
    }

    /// Content that is masked wherever it is shown.
    pub fn secret(text: impl Into<String>) -> Self {
        Self { text: text.into(), secret: true }
    }

    /// The content itself, for the file.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The content as people may see it.
    pub fn shown(&self) -> &str {
        if self.secret { "********" } else { &self.text }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Content").field(&self.shown()).finish()
    }
}

impl Serialize for Content {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.shown())
    }
}

impl StepList {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Adds a step.
    pub fn push(&mut self, step: Step) {
        self.steps.push(step);
    }
}

impl Step {
    /// A step without a reason and without effects.
    pub fn new(id: impl Into<String>, what: impl Into<String>) -> Self {
        Self { id: id.into(), what: what.into(), why: None, effects: Vec::new() }
    }

    /// Adds a reason.
    #[must_use]
    pub fn because(self, why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), ..self }
    }

    /// Adds an effect.
    #[must_use]
    pub fn with(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }

    /// Adds a command.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.effects.push(Effect::Command { command: command.into() });
        self
    }
}
