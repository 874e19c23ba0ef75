//! `mattermost-lab list`: what `run` would do with the same flags.

use std::fmt::Write as _;

use indexmap::IndexMap;
use serde::Serialize;

use super::complain;
use super::config::Choice;
use super::format::Format;
use super::output::{DOUBTFUL, Painted, as_json, told_in_colours};
use crate::terminal::stdout_width;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_stage::subject::Choices;
use gitlab_mattermost_stage::supply::Effort;
use gitlab_mattermost_suite::report::number_of_scenarios;
use gitlab_mattermost_suite::runner::{self, Abilities, PlannedScenario, RunPlan, Selection};
use gitlab_mattermost_suite::scenario::Heading;

/// Version of the JSON form, which `lab/schemas/list.schema.json` describes.
const FORMAT_VERSION: u32 = 1;
/// The columns of a line beside id and section: level, the usual needs, and the blanks between.
const COLUMNS_BESIDE: usize = 40;

/// List what `run` would play, and what it would skip and why
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab list --only 01_getting_started
  mattermost-lab list --config acceptance.toml
  mattermost-lab list --translator \"cmd:python3 translator.py\" --format json")]
pub struct Arguments {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    choices: Choices,
    /// What to print: text for people, or one JSON document
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Serialize)]
struct Document<'a> {
    format_version: u32,
    /// What was chosen, and where that comes from.
    choices: &'a [Choice],
    /// What programs in the place of built-in parts declare; nothing of a built-in part, which can do everything.
    abilities: &'a Abilities,
    scenarios: Vec<Entry<'a>>,
}

#[derive(Debug, Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    heading: &'a Heading,
    /// Why it would be skipped, if so.
    skip: Option<&'a str>,
}

/// Runs the command.
pub fn list(arguments: &Arguments, choices: &[Choice]) -> Exit {
    let scenarios = match runner::load(&arguments.selection.features) {
        Ok(scenarios) => scenarios,
        Err(error) => {
            complain(&error);
            return Exit::Usage;
        }
    };
    let scenarios = match arguments.selection.apply(scenarios) {
        Ok(scenarios) => scenarios,
        Err(error) => {
            complain(&error);
            return error.exit();
        }
    };
    let plan = match RunPlan::new(scenarios, &arguments.choices, Effort::Look) {
        Ok(plan) => plan,
        Err(error) => {
            complain(&error);
            return Exit::NotStarted;
        }
    };
    match arguments.format {
        Format::Pretty => told_in_colours(&text(&plan, choices, stdout_width()), painted),
        Format::Json => print_json(&plan, choices),
    }
}

/// What would be skipped.
fn painted(line: &str) -> Painted {
    let mark = "    would be skipped";
    line.starts_with(mark).then_some((mark.len(), DOUBTFUL))
}

/// The choices, then each scenario: in one line, or in two where `width` is known and one is too long for it. Writing to a
/// `String` cannot fail, so the results of `write!` are not looked at.
fn text(plan: &RunPlan, choices: &[Choice], width: Option<usize>) -> String {
    let mut out = String::new();
    let names = choices.iter().map(|choice| choice.name.len()).max().unwrap_or(0);
    for Choice { name, value, from } in choices {
        let _ = writeln!(out, "{name:names$}  {from:11}  {}", value.as_deref().unwrap_or("none"));
        let declared = match name.as_str() {
            "translator" => &plan.abilities.translator,
            "planner" => &plan.abilities.planner,
            _ => &None,
        };
        for ability in declared.iter().flatten() {
            let _ = writeln!(out, "    declares {ability}");
        }
    }
    out.push('\n');
    let widest = |of: fn(&Heading) -> &str| {
        plan.scenarios.iter().map(|planned| of(&planned.scenario.heading).chars().count()).max().unwrap_or(0)
    };
    let (ids, sections) = (widest(|heading| &heading.id), widest(|heading| &heading.section));
    let is_narrow = width.is_some_and(|width| width < ids + sections + COLUMNS_BESIDE);
    for PlannedScenario { scenario, skip, .. } in &plan.scenarios {
        let Heading { id, section, level, needs, .. } = &scenario.heading;
        let needs = needs.iter().map(|need| format!("@{need}")).collect::<Vec<_>>().join(" ");
        let line = if is_narrow {
            format!("{id}\n    {section}  {level}  {needs}")
        } else {
            format!("{id:ids$}  {section:sections$}  {level:6}  {needs}")
        };
        let _ = writeln!(out, "{}", line.trim_end());
        if let Some(reason) = skip {
            let _ = writeln!(out, "    would be skipped: {reason}");
        }
    }
    let skipped = plan.scenarios.iter().filter(|planned| planned.skip.is_some()).count();
    let _ = writeln!(out, "\n{}, {skipped} of which would be skipped", number_of_scenarios(plan.scenarios.len()));
    let mut reasons = IndexMap::new();
    for reason in plan.scenarios.iter().filter_map(|planned| planned.skip.as_deref()) {
        *reasons.entry(reason).or_insert(0) += 1;
    }
    for (reason, number) in reasons {
        let _ = writeln!(out, "    {}: {reason}", number_of_scenarios(number));
    }
    out
}

fn print_json(plan: &RunPlan, choices: &[Choice]) -> Exit {
    let scenarios = plan.scenarios.iter();
    let scenarios = scenarios
        .map(|PlannedScenario { scenario, skip, .. }| Entry { heading: &scenario.heading, skip: skip.as_deref() });
    let document = Document {
        format_version: FORMAT_VERSION,
        choices,
        abilities: &plan.abilities,
        scenarios: scenarios.collect(),
    };
    as_json(&document)
}
