//! `mattermost-lab list`: what `run` would do with the same flags.

use std::io::{self, Write};

use indexmap::IndexMap;
use serde::Serialize;

use super::complain;
use super::config::Choice;
use super::format::Format;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_ground::visible::{Visible, to_json_pretty};
use gitlab_mattermost_stage::subject::Choices;
use gitlab_mattermost_stage::supply::Effort;
use gitlab_mattermost_suite::report::number_of_scenarios;
use gitlab_mattermost_suite::runner::{self, Abilities, PlannedScenario, RunPlan, Selection};
use gitlab_mattermost_suite::scenario::Heading;

/// Version of the JSON form, which `lab/schemas/list.schema.json` describes.
const FORMAT_VERSION: u32 = 1;

/// List what `run` would play with the same flags, and what it would skip and why
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
    let printed = match arguments.format {
        Format::Pretty => print_text(&plan, choices),
        Format::Json => print_json(&plan, choices),
    };
    match printed {
        // Whoever closed the pipe has read enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            complain(&error);
            Exit::Usage
        }
        _ => Exit::AsExpected,
    }
}

fn print_text(plan: &RunPlan, choices: &[Choice]) -> io::Result<()> {
    let mut stdout = Visible(anstream::stdout());
    let names = choices.iter().map(|choice| choice.name.len()).max().unwrap_or(0);
    for Choice { name, value, from } in choices {
        writeln!(stdout, "{name:names$}  {from:11}  {}", value.as_deref().unwrap_or("none"))?;
        let declared = match name.as_str() {
            "translator" => &plan.abilities.translator,
            "planner" => &plan.abilities.planner,
            _ => &None,
        };
        for ability in declared.iter().flatten() {
            writeln!(stdout, "    declares {ability}")?;
        }
    }
    writeln!(stdout)?;
    let width = |of: fn(&Heading) -> &str| {
        plan.scenarios.iter().map(|planned| of(&planned.scenario.heading).chars().count()).max().unwrap_or(0)
    };
    let (ids, sections) = (width(|heading| &heading.id), width(|heading| &heading.section));
    for PlannedScenario { scenario, skip, .. } in &plan.scenarios {
        let Heading { id, section, level, needs, .. } = &scenario.heading;
        let needs = needs.iter().map(|need| format!("@{need}")).collect::<Vec<_>>().join(" ");
        let line = format!("{id:ids$}  {section:sections$}  {level:6}  {needs}");
        writeln!(stdout, "{}", line.trim_end())?;
        if let Some(reason) = skip {
            writeln!(stdout, "    would be skipped: {reason}")?;
        }
    }
    let skipped = plan.scenarios.iter().filter(|planned| planned.skip.is_some()).count();
    writeln!(stdout, "\n{}, {skipped} of which would be skipped", number_of_scenarios(plan.scenarios.len()))?;
    let mut reasons = IndexMap::new();
    for reason in plan.scenarios.iter().filter_map(|planned| planned.skip.as_deref()) {
        *reasons.entry(reason).or_insert(0) += 1;
    }
    for (reason, number) in reasons {
        writeln!(stdout, "    {}: {reason}", number_of_scenarios(number))?;
    }
    Ok(())
}

fn print_json(plan: &RunPlan, choices: &[Choice]) -> io::Result<()> {
    let scenarios = plan.scenarios.iter();
    let scenarios = scenarios
        .map(|PlannedScenario { scenario, skip, .. }| Entry { heading: &scenario.heading, skip: skip.as_deref() });
    let document = Document {
        format_version: FORMAT_VERSION,
        choices,
        abilities: &plan.abilities,
        scenarios: scenarios.collect(),
    };
    writeln!(io::stdout(), "{}", to_json_pretty(&document)?)
}
