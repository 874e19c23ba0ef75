//! The list of commands in the help: in groups, by whom they are for.

use std::fmt::Write as _;

use clap::Command;

/// Who asks for what.
const GROUPS: [(&str, &[&str]); 3] = [
    ("the lab", &["run", "list", "prepare", "up", "serve", "replay", "report", "learn", "sweep"]),
    (
        "for administrators",
        &["env", "translate", "upgrade", "doctor", "inventory", "trace", "backup", "verify", "restore"],
    ),
    ("for authors", &["doc", "provider", "steps", "vectors", "answer", "schema", "completions", "man"]),
];

/// The command with its commands listed in groups.
pub(super) fn grouped(command: Command) -> Command {
    let mut list = String::new();
    let width = command.get_subcommands().map(|it| it.get_name().len()).max().unwrap_or_default();
    for (title, names) in GROUPS {
        // Writing to a string cannot fail.
        let _ = writeln!(list, " {title}:");
        for name in names {
            let about = command.find_subcommand(name).and_then(Command::get_about).map(ToString::to_string);
            let about = about.unwrap_or_default();
            let _ = writeln!(list, "  {name:width$}  {}", about.lines().next().unwrap_or_default());
        }
    }
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\nCommands:\n{list}\n`mattermost-lab COMMAND --help` shows the options and \
         examples of each\n\nOptions:\n{{options}}{{after-help}}"
    );
    command.help_template(template)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    use super::GROUPS;
    use crate::cli::Arguments;

    #[test]
    fn every_command_that_people_can_see_stands_in_one_group() {
        let command = Arguments::command();
        let visible: BTreeSet<&str> =
            command.get_subcommands().filter(|it| !it.is_hide_set()).map(|it| it.get_name()).collect();
        let grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert_eq!(grouped.len(), grouped.iter().collect::<BTreeSet<_>>().len());
        assert_eq!(grouped.into_iter().collect::<BTreeSet<_>>(), visible);
    }
}
