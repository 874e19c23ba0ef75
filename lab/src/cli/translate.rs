//! `mattermost-lab translate`: settings of GitLab 10.x become `mattermost['env']` of 11.0.
//!
//! Not here: how they do (`gitlab_mattermost_core::legacy`).

use clap::ValueEnum;
use gitlab_mattermost_core::gitlab_rb::print::print_env_block;
use gitlab_mattermost_core::installation::SettingsFile;
use gitlab_mattermost_core::legacy::{self, TranslateError, Translation};
use gitlab_mattermost_core::version::Version;
use indexmap::IndexMap;

use super::output::{as_json, dotenv_line, remark, written};
use super::settings_file::{NoSettings, SettingsFileArguments};
use super::surroundings::Surroundings;
use crate::settings_fault::SettingsFault;
use gitlab_mattermost_ground::exit::Exit;

/// The release whose settings are translated: the last before 11.0.
const GITLAB_10_8: Version = Version::new(10, 8, 0);

/// The mattermost['env'] of GitLab 11.0 that takes the place of the Mattermost settings of GitLab 10.x
///
/// Nothing is executed: what only Ruby could tell is an error if the translation depends on it. The output holds the
/// secrets of the settings file.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab translate gitlab.rb
  mattermost-lab translate gitlab.rb --format ruby
  echo \"mattermost['email_batching_interval'] = 30\" | mattermost-lab translate - --format dotenv")]
pub struct Arguments {
    #[command(flatten)]
    file: SettingsFileArguments,
    /// What to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Name the variables as the document does, whether or not Mattermost reads them
    #[arg(long)]
    as_documented: bool,
    #[command(flatten)]
    surroundings: Surroundings,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// An object: what to put into the env, what stays, what cannot be translated, where the document is wrong
    #[default]
    Json,
    /// A mattermost['env'] block that takes the place of the file's own
    Ruby,
    /// A line NAME='value' for each variable of that block
    Dotenv,
}

/// Runs the subcommand.
pub fn run(arguments: &Arguments) -> Exit {
    match arguments.translate() {
        Ok(translation) => arguments.print(&translation),
        Err(error) => error.tell(),
    }
}

impl Arguments {
    fn translate(&self) -> Result<Translation, NoSettings> {
        let file = self.file.read(&self.surroundings, GITLAB_10_8)?;
        let translate = if self.as_documented { legacy::translate_as_documented } else { legacy::translate };
        match translate(&file.settings) {
            // The file's own part is worth having without the code that cannot be seen.
            Err(TranslateError::UnknownValue { .. }) if has_own_part(&file) => {
                warn_of_unseen(&file);
                translate(file.settings.as_seen())
            }
            translated => translated,
        }
        .map_err(|error| NoSettings::fault(SettingsFault::Translating(Box::new(error)), file))
    }

    fn print(&self, translation: &Translation) -> Exit {
        if self.format == Format::Json {
            return as_json(translation);
        }
        for left in &translation.untranslatable {
            remark(&format!("warning: `mattermost['{}']` is left out: {}", left.key, left.why));
        }
        for note in &translation.notes {
            remark(&format!("note: `mattermost['{}']`: {}", note.key, note.what));
        }
        let block = translation.env_block();
        written(&if self.format == Format::Ruby { print_env_block(&block) } else { dotenv(&block) })
    }
}

fn dotenv(env: &IndexMap<String, String>) -> String {
    env.iter().map(|(name, value)| dotenv_line(name, value)).collect()
}

/// Whether there is code that cannot be seen, and Mattermost's settings beside it.
fn has_own_part(file: &SettingsFile) -> bool {
    let seen = file.settings.as_seen();
    !file.settings.unseen.is_empty() && seen.sections.get("mattermost").is_some_and(|it| !it.borrow().is_empty())
}

fn warn_of_unseen(file: &SettingsFile) {
    for unseen in &file.settings.unseen {
        let (line, column) = unseen.span.line_and_column(&file.text);
        let place = format!("{}:{line}:{column}", file.name);
        remark(&format!("warning: {place}: what is set here cannot be seen, and is left out: {}", unseen.reason));
    }
}
