//! Selecting scenarios: the flags that `run` and `list` share, and what they leave of a suite.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::str::FromStr;

use cucumber::gherkin::tagexpr::TagOperation;
use cucumber::tag::Ext as _;

use super::Durations;
use crate::recording::RecordingError;
use crate::scenario::Scenario;
use crate::shard::Shard;
use gitlab_mattermost_ground::exit::Exit;

/// How much alike two tags must be for one to be taken for the other misspelt.
const ALIKE: f64 = 0.8;

/// The flags that select scenarios; each one narrows what the others leave.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Selection {
    /// Feature files, or folders of them, to read instead of the built-in ones
    #[arg(value_name = "FEATURE")]
    pub features: Vec<PathBuf>,
    /// Only scenarios with these tags, for example `@must and not @serial`
    #[arg(long, value_name = "EXPR")]
    pub tags: Option<TagExpression>,
    /// Only the scenarios of a profile; `mattermost-provider` is what any provider in GitLab's place must do
    #[arg(long, value_name = "NAME")]
    pub profile: Option<Profile>,
    /// Only the scenario with this id, or all whose id begins like this; may be repeated
    #[arg(long, value_name = "ID-PREFIX")]
    pub only: Vec<String>,
    /// Only part I of N; the parts take about equally long. `auto` reads both numbers from CI_NODE_INDEX and CI_NODE_TOTAL
    /// (GitLab CI), `auto/N` reads the index from JOB_COMPLETION_INDEX (Kubernetes)
    #[arg(long, value_name = "I/N", value_parser = Shard::from_flag)]
    pub shard: Option<Shard>,
    /// Balance the parts by the durations of an earlier run (its `events.jsonl`); use the same file for every part
    #[arg(long, value_name = "FILE", requires = "shard")]
    pub durations: Option<PathBuf>,
}

/// Why nothing can be run.
#[derive(Debug, thiserror::Error)]
pub enum SelectionError {
    /// An `--only` that no scenario answers to.
    #[error("nothing selected: no scenario's id begins with `{prefix}`{}", hint(near))]
    UnknownId {
        /// The value of the flag.
        prefix: String,
        /// Ids that look like it.
        near: Vec<String>,
    },
    /// A tag in `--tags` that no scenario has, where the expression leaves nothing.
    #[error("nothing selected: no scenario has the tag `@{tag}`{}", hint(near))]
    UnknownTag {
        /// The tag.
        tag: String,
        /// Tags that look like it, with their `@`.
        near: Vec<String>,
    },
    /// A tag in `--tags` that no scenario has and that looks like one that scenarios have.
    #[error("no scenario has the tag `@{tag}`{}", hint(near))]
    MisspeltTag {
        /// The tag.
        tag: String,
        /// Tags that look like it, with their `@`.
        near: Vec<String>,
    },
    /// Every filter means something, but together they leave nothing.
    #[error("nothing selected: of {scenarios} scenarios none is left by {filter}")]
    Nothing {
        /// How many there were to select from.
        scenarios: usize,
        /// The filters as flags.
        filter: String,
    },
    /// The durations cannot be read.
    #[error(transparent)]
    Durations(#[from] RecordingError),
    /// There are no scenarios at all.
    #[error("nothing selected: the feature files contain no scenario")]
    NoScenario,
}

impl SelectionError {
    /// How a program ends that cannot go on: nothing selected, unless a file is to blame.
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Durations(_) | Self::MisspeltTag { .. } => Exit::Usage,
            Self::UnknownId { .. } | Self::UnknownTag { .. } | Self::Nothing { .. } | Self::NoScenario => {
                Exit::NothingSelected
            }
        }
    }
}

impl Selection {
    /// The selected ones of `scenarios`, in their order.
    ///
    /// # Errors
    /// [`SelectionError`] if that is none, or if one `--only` of several means none.
    pub fn apply(&self, scenarios: Vec<Scenario>) -> Result<Vec<Scenario>, SelectionError> {
        self.apply_noting(scenarios, |_| ())
    }

    /// Applies the selection; `note` is told the ids of all parts before the part is taken.
    ///
    /// # Errors
    /// As [`Selection::apply`].
    pub fn apply_noting(
        &self,
        scenarios: Vec<Scenario>,
        note: impl FnOnce(&[&str]),
    ) -> Result<Vec<Scenario>, SelectionError> {
        let ids: Vec<&str> = scenarios.iter().map(|scenario| scenario.heading.id.as_str()).collect();
        if ids.is_empty() {
            return Err(SelectionError::NoScenario);
        }
        if let Some(prefix) = self.only.iter().find(|prefix| !ids.iter().any(|id| id.starts_with(prefix.as_str()))) {
            return Err(SelectionError::UnknownId { prefix: prefix.clone(), near: near(prefix, &ids) });
        }
        self.refuse_misspelt_tag(&scenarios)?;
        let tagged = |scenario: &Scenario| {
            let of_profile = self.profile.is_none_or(|profile| scenario.heading.section == profile.section());
            of_profile && self.tags.as_ref().is_none_or(|tags| tags.0.eval(&scenario.tags))
        };
        let wanted = (0..ids.len()).filter(|&i| self.names(ids[i], &ids) && tagged(&scenarios[i]));
        let mut kept: Vec<usize> = wanted.collect();
        let wanted: Vec<&str> = kept.iter().map(|&i| ids[i]).collect();
        note(&wanted);
        if let Some(shard) = self.shard {
            kept = self.durations()?.places(shard, &wanted).into_iter().map(|place| kept[place]).collect();
        }
        if kept.is_empty() {
            return Err(self.nothing(&scenarios));
        }
        let selected = scenarios.into_iter().enumerate().filter(|(i, _)| kept.contains(i));
        Ok(selected.map(|(_, scenario)| scenario).collect())
    }

    /// A tag of no scenario is a mistake where it is like one of theirs: `not @seriel` leaves nothing out.
    fn refuse_misspelt_tag(&self, scenarios: &[Scenario]) -> Result<(), SelectionError> {
        let known: BTreeSet<&str> = scenarios.iter().flat_map(|scenario| &scenario.tags).map(String::as_str).collect();
        let alike = |tag: &str, known: &str| strsim::normalized_damerau_levenshtein(tag, known) >= ALIKE;
        for tag in self.tags.iter().flat_map(TagExpression::tags).filter(|tag| !known.contains(tag)) {
            let near: Vec<String> =
                known.iter().filter(|known| alike(tag, known)).map(|tag| format!("@{tag}")).collect();
            if !near.is_empty() {
                return Err(SelectionError::MisspeltTag { tag: tag.to_owned(), near });
            }
        }
        Ok(())
    }

    fn durations(&self) -> Result<Durations, RecordingError> {
        self.durations.as_deref().map_or_else(|| Ok(Durations::built_in()), Durations::recorded)
    }

    /// Whether `--only` means this id: an id given in full means itself alone, not the ids that it begins.
    fn names(&self, id: &str, ids: &[&str]) -> bool {
        let in_full = |only: &String| ids.contains(&only.as_str());
        self.only.is_empty() || self.only.iter().any(|only| id == only || (!in_full(only) && id.starts_with(only)))
    }

    fn nothing(&self, scenarios: &[Scenario]) -> SelectionError {
        let known: Vec<&str> = scenarios.iter().flat_map(|scenario| &scenario.tags).map(String::as_str).collect();
        if let Some(tag) = self.tags.iter().flat_map(TagExpression::tags).find(|tag| !known.contains(tag)) {
            let near = near(tag, &known).into_iter().map(|tag| format!("@{tag}")).collect();
            return SelectionError::UnknownTag { tag: tag.to_owned(), near };
        }
        let only = self.only.iter().map(|only| format!("`--only {only}`"));
        let tags = self.tags.iter().map(|tags| format!("`--tags {}`", tags.1));
        let shard = self.shard.iter().map(|shard| format!("`--shard {shard}`"));
        let profile = self.profile.iter().map(|profile| format!("`--profile {}`", profile.section()));
        let filter = only.chain(tags).chain(profile).chain(shard).collect::<Vec<_>>().join(" and ");
        SelectionError::Nothing { scenarios: scenarios.len(), filter }
    }
}

/// A profile of requirements: scenarios that say together what some part must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Profile {
    /// What any provider in GitLab's place must do for Mattermost.
    MattermostProvider,
}

impl Profile {
    /// The first tag of its scenarios, which is its name.
    pub const fn section(self) -> &'static str {
        match self {
            Self::MattermostProvider => "mattermost-provider",
        }
    }
}

/// A tag expression as Cucumber defines them, and its text.
///
/// # Shape
/// `@a and not (@b or @c)`; `a and b` is refused: a tag begins with `@`.
#[derive(Debug, Clone)]
pub struct TagExpression(TagOperation, String);

impl TagExpression {
    /// The tags it names, without the `@`, in their order.
    fn tags(&self) -> Vec<&str> {
        let mut tags = Vec::new();
        let mut parts = vec![&self.0];
        while let Some(part) = parts.pop() {
            match part {
                TagOperation::And(left, right) | TagOperation::Or(left, right) => parts.extend([&**right, &**left]),
                TagOperation::Not(inner) => parts.push(inner),
                TagOperation::Tag(tag) => tags.push(tag.as_str()),
            }
        }
        tags
    }
}

impl FromStr for TagExpression {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let operation = text.parse().map_err(|_| "write it like `@must and not @serial`")?;
        Ok(Self(operation, text.to_owned()))
    }
}

/// The up to three `known` words that look most like `word`, best first.
pub(super) fn near(word: &str, known: &[&str]) -> Vec<String> {
    let mut scored: Vec<(f64, &str)> = known.iter().map(|known| (strsim::jaro_winkler(word, known), *known)).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup();
    scored.into_iter().take_while(|(score, _)| *score > 0.8).take(3).map(|(_, known)| known.to_owned()).collect()
}

pub(super) fn hint(near: &[String]) -> String {
    let quoted: Vec<String> = near.iter().map(|near| format!("`{near}`")).collect();
    if quoted.is_empty() { String::new() } else { format!("; near: {}", quoted.join(", ")) }
}
