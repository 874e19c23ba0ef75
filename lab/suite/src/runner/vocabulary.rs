//! The words of the features: every step that is defined, in the form in which one would write it.

use std::sync::OnceLock;

use cucumber::codegen::{StepConstructor as _, WorldInventory, inventory};
use cucumber::{World as _, gherkin, step};

use super::load_error::UnknownStep;
use crate::scenario::Scenario;
use crate::world::World;

/// How much alike two steps must be for one to be taken for the other misspelt.
const ALIKE: f64 = 0.7;

/// Parts of the regular expressions of steps, and how they are shown.
const PARAMETERS: [(&str, &str); 10] = [
    (r#""([^"]*)""#, "{string}"),
    (r#""([^"]+)""#, "{string}"),
    (r#""(/[^"]+)""#, "{string}"),
    (r#""[^"]+""#, "{string}"),
    (r"([^`]+)", "{}"),
    (r"(\d+)", "{int}"),
    (r"(\S+)", "{word}"),
    (r"(\w+)", "{word}"),
    (r"(.+)", "{}"),
    ("(?:", "("),
];

/// A step that is defined.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DefinedStep {
    /// What it says, `{string}` and the like where a value stands; a regular expression where it is one.
    pub text: String,
    /// `Given`, `When` or `Then`.
    pub keyword: &'static str,
}

/// Every step, in the order of their texts.
pub fn defined_steps() -> Vec<DefinedStep> {
    let step = |keyword, pattern: &str| DefinedStep { keyword, text: readable(pattern) };
    let given = inventory::iter::<<World as WorldInventory>::Given>().map(|it| step("Given", it.inner().1().as_str()));
    let when = inventory::iter::<<World as WorldInventory>::When>().map(|it| step("When", it.inner().1().as_str()));
    let then = inventory::iter::<<World as WorldInventory>::Then>().map(|it| step("Then", it.inner().1().as_str()));
    let mut steps: Vec<DefinedStep> = given.chain(when).chain(then).collect();
    steps.sort();
    steps.dedup();
    steps
}

/// What is said of steps that nobody has defined: each with the step that it is most like, if there is one.
pub(super) fn unknown(steps: &[&gherkin::Step]) -> String {
    let known = defined_steps();
    let told = |step: &&gherkin::Step| match nearest(&step.value, &known) {
        Some(near) => format!("`{}`; did you mean `{near}`?", step.value),
        None => format!("`{}`", step.value),
    };
    match steps {
        [only] => match nearest(&only.value, &known) {
            Some(near) => format!("no such step is defined; did you mean `{near}`?"),
            None => "no such step is defined".to_owned(),
        },
        _ => {
            let told: Vec<String> = steps.iter().map(told).collect();
            format!("no such steps are defined:\n{}", told.join("\n"))
        }
    }
}

/// What is done at each step. Its regular expressions are read once.
pub(super) fn functions() -> &'static step::Collection<World> {
    static FUNCTIONS: OnceLock<step::Collection<World>> = OnceLock::new();
    FUNCTIONS.get_or_init(World::collection)
}

/// The steps of these scenarios that nobody has defined, each place once.
pub(super) fn unknown_of(scenarios: &[Scenario]) -> Vec<UnknownStep> {
    let defined = functions();
    let mut unknown: Vec<UnknownStep> = Vec::new();
    let mut known = None;
    for scenario in scenarios {
        let file = scenario.heading.location.rsplit_once(':').map_or("", |(file, _)| file);
        for step in scenario.steps.iter().filter(|step| matches!(defined.find(step), Ok(None))) {
            let known = known.get_or_insert_with(defined_steps);
            let found = UnknownStep {
                location: format!("{file}:{}", step.position.line),
                text: step.value.clone(),
                nearest: nearest(&step.value, known).map(str::to_owned),
            };
            if !unknown.contains(&found) {
                unknown.push(found);
            }
        }
    }
    unknown
}

fn nearest<'a>(written: &str, known: &'a [DefinedStep]) -> Option<&'a str> {
    let written = without_values(written);
    let alike = |step: &DefinedStep| strsim::normalized_damerau_levenshtein(&written, &step.text);
    let nearest = known.iter().max_by(|a, b| alike(a).total_cmp(&alike(b)))?;
    (alike(nearest) >= ALIKE).then_some(nearest.text.as_str())
}

/// A written step with `{string}` and `{int}` in place of its values.
fn without_values(written: &str) -> String {
    let mut text = String::new();
    for (number, part) in written.split('"').enumerate() {
        text.push_str(if number % 2 == 1 { "{string}" } else { part });
    }
    let words = text.split(' ').map(|word| if word.parse::<i64>().is_ok() { "{int}" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

fn readable(pattern: &str) -> String {
    let text = pattern.strip_prefix('^').unwrap_or(pattern);
    let text = text.strip_suffix('$').unwrap_or(text);
    let text = PARAMETERS.iter().fold(text.to_owned(), |text, (pattern, name)| text.replace(pattern, name));
    without_escapes(&text)
}

/// A pattern in which signs stand for themselves without a backslash.
fn without_escapes(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut signs = pattern.chars().peekable();
    while let Some(sign) = signs.next() {
        if sign == '\\' && signs.peek().is_some_and(|next| !next.is_alphanumeric()) {
            continue;
        }
        text.push(sign);
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_the_built_in_features_is_defined() {
        let scenarios = super::super::load(&[]).unwrap();
        assert_eq!(unknown_of(&scenarios), []);
    }

    #[test]
    fn every_step_of_the_features_is_like_itself() {
        let known = defined_steps();
        assert!(known.len() > 100, "{}", known.len());
        let texts: Vec<&str> = known.iter().map(|step| step.text.as_str()).collect();
        assert!(texts.contains(&"{string} signs up for Mattermost through GitLab"), "{texts:?}");
        let ours = texts.iter().filter(|text| text.contains(['\\', '^', '[']));
        assert_eq!(ours.collect::<Vec<_>>(), Vec::<&&str>::new(), "these are not readable");
        let near = nearest("\"alice\" sings up for Mattermost trough GitLab", &known);
        assert_eq!(near, Some("{string} signs up for Mattermost through GitLab"));
        assert_eq!(nearest("the moon is made of cheese", &known), None);
    }
}
