//! The options of every command that reads a settings file: what the file asks of its machine.
//!
//! Not here: what Ruby makes of the answers (`gitlab_mattermost_core::gitlab_rb`).

use gitlab_mattermost_core::gitlab_rb;
use mattermost_admin::reading::{MOST, Unreadable, environment, text};

/// What is told of the machine that the settings file is of. What is not told is not known, and neither is what depends on it.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "What the settings file asks of its machine")]
pub struct Surroundings {
    /// The value of `ENV['NAME']` in the settings file
    #[arg(long = "env-var", value_name = "NAME=VALUE", value_parser = name_and_value)]
    env_vars: Vec<(String, String)>,
    /// A variable that is not set in the environment of the settings file
    #[arg(long = "unset-env-var", value_name = "NAME")]
    unset_env_vars: Vec<String>,
    /// The whole environment, as `env` prints it; other variables are not set
    #[arg(long, value_name = "FILE")]
    env_file: Option<String>,
    /// A file that exists on the server, such as a certificate; certificates that are not listed count as missing, other
    /// files as unknown
    #[arg(long = "existing-file", value_name = "PATH")]
    existing_files: Vec<String>,
    /// A file that does not exist on the server
    #[arg(long = "missing-file", value_name = "PATH")]
    missing_files: Vec<String>,
    /// A copy of a file that the settings file reads or runs (`File.read`, `from_file`)
    #[arg(long = "file", id = "copies", value_name = "PATH=LOCAL", value_parser = name_and_value)]
    copies: Vec<(String, String)>,
    /// The output of a command that the settings file runs (`` `hostname` ``); a missing final line break is added
    #[arg(long = "command", id = "outputs", value_name = "COMMAND=OUTPUT", value_parser = with_equal_sign)]
    outputs: Vec<String>,
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

fn with_equal_sign(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((command, _)) if !command.trim().is_empty() => Ok(text.to_owned()),
        _ => Err("write it as COMMAND=OUTPUT".to_owned()),
    }
}

impl Surroundings {
    /// The options that name files and no values, as they were given.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, String)> {
        let env_file = self.env_file.iter().map(|file| ("--env-file", file.clone()));
        let unset = self.unset_env_vars.iter().map(|name| ("--unset-env-var", name.clone()));
        let existing = self.existing_files.iter().map(|path| ("--existing-file", path.clone()));
        let missing = self.missing_files.iter().map(|path| ("--missing-file", path.clone()));
        let copies = self.copies.iter().map(|(path, local)| ("--file", format!("{path}={local}")));
        env_file.chain(unset).chain(existing).chain(missing).chain(copies)
    }

    /// What is known of the machine.
    ///
    /// # Errors
    /// A file that is named cannot be read.
    pub fn read(&self) -> Result<gitlab_rb::Surroundings, Unreadable> {
        let mut known = gitlab_rb::Surroundings::default();
        if let Some(file) = &self.env_file {
            known.all_variables = true;
            known.variables = environment(file)?.into_iter().map(|(name, value)| (name, Some(value))).collect();
        }
        known.variables.extend(self.unset_env_vars.iter().map(|name| (name.clone(), None)));
        known.variables.extend(self.env_vars.iter().map(|(name, value)| (name.clone(), Some(value.clone()))));
        known.existing_files = self.existing_files.iter().cloned().collect();
        known.missing_files = self.missing_files.iter().cloned().collect();
        for (path, local) in &self.copies {
            known.files.insert(path.clone(), text(local, "file of settings", MOST)?);
        }
        for output in &self.outputs {
            known.commands.extend(commands(output));
        }
        Ok(known)
    }
}

/// The command and what it prints. Both may hold equal signs, so each of them may be the one between; which it is shows
/// when the settings file runs the command.
fn commands(text: &str) -> impl Iterator<Item = (String, String)> {
    text.match_indices('=').map(move |(at, _)| {
        let (command, output) = (text[..at].trim(), &text[at + 1..]);
        let end = if output.is_empty() || output.ends_with('\n') { "" } else { "\n" };
        (command.to_owned(), format!("{output}{end}"))
    })
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn a_command_and_its_output_may_hold_equal_signs() {
        let found: Vec<(String, String)> = commands("curl http://x?a=b=1.2.3.4").collect();
        assert!(found.contains(&("curl http://x?a=b".to_owned(), "1.2.3.4\n".to_owned())), "{found:?}");
        assert_eq!(commands("hostname=").collect::<Vec<_>>(), [("hostname".to_owned(), String::new())]);
    }
}
