//! The stand-in under the name and with the command line of the real server: `/opt/gitlab/embedded/bin/mattermost`.
//!
//! Only what the document uses is there: the server itself, and `version`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Parser;
use gitlab_mattermost_core::mattermost::Release;
use gitlab_mattermost_core::releases::documented_mattermost;

use super::MATTERMOST_VERSION_FILE;
use crate::console::complain;
use crate::standin as serve;
use gitlab_mattermost_ground::exit::Exit;
use mattermost_standin::VersionReport;

/// The server's own command line.
#[derive(Debug, Parser)]
#[command(name = "mattermost", disable_version_flag = true, disable_help_subcommand = true)]
pub struct Mattermost {
    /// The configuration file
    #[arg(long, short, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Do not connect to the database
    #[arg(long, global = true)]
    skip_server_start: bool,
    /// `version`, or nothing for the server itself
    command: Option<String>,
}

impl Mattermost {
    /// Runs it as the version that the machine has.
    pub fn run(self) -> Exit {
        let version = std::fs::read_to_string(MATTERMOST_VERSION_FILE).unwrap_or_default();
        let version = version.trim().parse().unwrap_or_else(|_| documented_mattermost());
        let release = Release { version };
        if self.skip_server_start && !release.skips_server_start() {
            say(&mut std::io::stderr(), "Error: unknown flag: --skip-server-start");
            return Exit::Deviations;
        }
        let asks_only_itself = self.command.as_deref() == Some("version") && !release.version_asks_database();
        // A real server looks for its texts in the working directory, which is why the document changes to it first.
        if !asks_only_itself && !Path::new("i18n").is_dir() {
            say(&mut std::io::stderr(), "panic: unable to find i18n directory at \"i18n\"");
            return Exit::Usage;
        }
        let server = serve::Arguments::of(self.config, version);
        match self.command.as_deref() {
            None | Some("server") => serve::run(&server),
            Some("version") => show_version(&server, self.skip_server_start),
            Some(other) if release.commands().iter().any(|command| command == other) => {
                say(&mut std::io::stderr(), &format!("Error: the stand-in has no command \"{other}\""));
                Exit::Deviations
            }
            Some(other) => {
                say(&mut std::io::stderr(), &format!("Error: unknown command \"{other}\" for \"mattermost\""));
                Exit::Deviations
            }
        }
    }
}

fn show_version(server: &serve::Arguments, skip_server_start: bool) -> Exit {
    match server.version_report(skip_server_start) {
        Ok(VersionReport { version, build_number, database }) => {
            let mut lines = vec![
                format!("Version: {version}"),
                format!("Build Number: {build_number}"),
                "Build Date: the stand-in of the lab".to_owned(),
                "Build Hash: none".to_owned(),
                "Build Enterprise Ready: false".to_owned(),
            ];
            lines.extend(database.map(|database| format!("DB Version: {database}")));
            say(&mut std::io::stdout(), &lines.join("\n"));
            Exit::AsExpected
        }
        Err(error) => {
            complain(&error);
            Exit::OfServer(error.exit_code(server.release()))
        }
    }
}

fn say(stream: &mut dyn Write, line: &str) {
    // A closed stream leaves nobody to tell.
    let _ = writeln!(stream, "{line}");
}
