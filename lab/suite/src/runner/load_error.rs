//! Why features could not be loaded.

use std::io;

/// Why features could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file or folder could not be read.
    #[error("cannot read `{path}`")]
    Unreadable {
        /// The path as it was given or found.
        path: String,
        /// Why not.
        source: io::Error,
    },
    /// A file is not text in UTF-8.
    #[error("`{path}` is not UTF-8 text")]
    NotText {
        /// The file.
        path: String,
    },
    /// A file is not Gherkin.
    #[error("`{path}` is not a feature file: syntax error in line {line}")]
    Syntax {
        /// The file.
        path: String,
        /// The line, as far as the parser can tell.
        line: String,
    },
    /// An outline uses a placeholder that its examples have no column for.
    #[error("`{path}`, line {line}: the examples have no column `{placeholder}`")]
    Placeholder {
        /// The file.
        path: String,
        /// Line of the step or of the row.
        line: usize,
        /// Name of the missing column.
        placeholder: String,
    },
    /// The first tag of a scenario is missing or is not the anchor of a section.
    #[error("`{location}`: the first tag of scenario `{name}` must be the anchor of its section, found {found}")]
    NoSection {
        /// Where the scenario stands.
        location: String,
        /// Its name.
        name: String,
        /// What stands there instead.
        found: String,
    },
    /// A scenario without steps, which could not fail; a line with a misspelt keyword is taken for a description.
    #[error("`{location}`: scenario `{name}` has no step; a step begins with Given, When, Then, And or But")]
    NoStep {
        /// Where the scenario stands.
        location: String,
        /// Its name.
        name: String,
    },
    /// A scenario needs something that no subject can ever offer.
    #[error("`{location}`: unknown need `@{need}`, known are {known}{nearest}")]
    UnknownNeed {
        /// Where the scenario stands.
        location: String,
        /// The tag, without the `@`.
        need: String,
        /// Every need there is.
        known: String,
        /// The need that it is most like, as a question; empty if there is none.
        nearest: String,
    },
    /// A tag that looks like one that means something.
    #[error("`{location}`: unknown tag `@{tag}`; did you mean `@{nearest}`?")]
    UnknownTag {
        /// Where the scenario stands.
        location: String,
        /// The tag, without the `@`.
        tag: String,
        /// The tag that it is most like.
        nearest: String,
    },
    /// Steps that nobody has defined.
    #[error(
        "{}:\n{}\n`mattermost-lab steps WORD` lists the steps with a word; nothing was played",
        unknown_count(steps),
        lines(steps)
    )]
    UnknownSteps {
        /// Each of them, in the order of the files.
        steps: Vec<UnknownStep>,
    },
    /// Several scenarios of a file are wrong, or one in several ways.
    #[error("`{path}` has {} mistakes:\n{}", mistakes.len(), list(mistakes))]
    Several {
        /// The file.
        path: String,
        /// Each of them, in the order of the file.
        mistakes: Vec<LoadError>,
    },
    /// Two scenarios have the same identifier.
    #[error("two scenarios have the id `{id}`: `{first}` and `{second}`; rename one")]
    DuplicateId {
        /// The identifier.
        id: String,
        /// Where the first one stands.
        first: String,
        /// Where the second one stands.
        second: String,
    },
}

/// A step that nobody has defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownStep {
    /// File and line.
    pub location: String,
    /// What it says.
    pub text: String,
    /// The step that it is most like, if there is one.
    pub nearest: Option<String>,
}

fn unknown_count(steps: &[UnknownStep]) -> String {
    match steps {
        [_] => "a step is not defined".to_owned(),
        _ => format!("{} steps are not defined", steps.len()),
    }
}

fn lines(steps: &[UnknownStep]) -> String {
    let line = |step: &UnknownStep| {
        let nearest = step.nearest.as_ref().map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default();
        format!("  {}: `{}`{nearest}", step.location, step.text)
    };
    steps.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn list(mistakes: &[LoadError]) -> String {
    mistakes.iter().map(|mistake| format!("  {mistake}")).collect::<Vec<_>>().join("\n")
}
