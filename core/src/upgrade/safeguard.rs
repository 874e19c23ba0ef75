//! What keeps an upgrade from losing something: a backup with the places of this installation, an inventory before and
//! after, a sign-in that is followed.
//!
//! Not here: the commands of a backup themselves (`backup`).

use std::path::{Path, PathBuf};

use crate::backup::{Connection, Installation as ToBackUp, Part, SetName, Stamp, create, shell};
use crate::installation::{Installation, InstalledPlaces};
use crate::plan::{Effect, Step};
use crate::version::Version;

/// Where backups go, unless somebody chooses another folder.
const TO: &str = "/var/backups";
/// A time that stands for the one of the backup until it is made.
const SOME_TIME: &str = "2000-01-01-00-00-00";
const STOP: &str = "gitlab-ctl stop mattermost";
const START: &str = "gitlab-ctl start mattermost";

/// The installation as far as a backup has to know it, or what of it is not known.
struct Known {
    to_back_up: ToBackUp,
    /// What the database's programs have to be told besides, such as `PGSSLMODE=require`.
    variables: Vec<(String, String)>,
    /// What the reader has to mind.
    notes: Vec<String>,
    /// Whether its database can be dumped by PostgreSQL's programs, and it is known where it is.
    has_database: bool,
}

/// The step of a backup: by this program, and by hand; `keeps_stopped` leaves Mattermost stopped.
pub(super) fn back_up(id: &str, installation: &Installation<'_>, keeps_stopped: bool) -> Step {
    let known = Known::of(installation);
    let what = if known.has_database {
        "back up Mattermost: database, files, plugins, settings, secrets"
    } else {
        "back up Mattermost: files, plugins, settings, secrets; its database by its own means"
    };
    let why = "GitLab's own backup leaves it out, and the document's archive leaves out plugins, settings and secrets";
    let why = known.notes.iter().fold(why.to_owned(), |why, note| format!("{why}; {note}"));
    let mut step = Step::new(id, what).because(why);
    if known.has_database {
        step = step
            .command(format!("sudo mattermost-lab backup --to {TO} --secrets"))
            .command(format!("sudo sh -c 'mattermost-lab verify \"$(ls -d {TO}/mattermost_backup_* | tail -n 1)\"'"))
            .command("# or the same by hand, where this program is not there: as root, in bash");
    } else {
        step = step.command("# as root, in bash");
    }
    step = step.command(STOP).command("set -o pipefail");
    step.effects.extend(known.commands().into_iter().map(|command| Effect::Command { command }));
    if keeps_stopped { step } else { step.command(START) }
}

impl Known {
    fn of(installation: &Installation<'_>) -> Self {
        let places = installation.places();
        let mut known =
            Self { to_back_up: ToBackUp::at(&places), variables: Vec::new(), notes: Vec::new(), has_database: true };
        if installation.gitlab_rb.is_none() && installation.environment.is_none() {
            known.notes.push("these are the package's own places, as no settings file was given".to_owned());
            return known;
        }
        known.find_database(&places);
        if installation.enabled() != Some(false) && places.file_store.is_none() {
            known.notes.push(
                "where the users' files are is not known, or not a folder of this machine; look at `FileSettings`"
                    .to_owned(),
            );
        }
        known
    }

    fn find_database(&mut self, places: &InstalledPlaces) {
        if let Some(bundled) = &places.database {
            self.has_database = bundled.host.is_some() && bundled.port.is_some() && bundled.name.is_some();
            if !self.has_database {
                self.notes.push("which database it has is not known; tell what the settings file asks for".to_owned());
            }
            return;
        }
        let Some(own) = &places.own_database else {
            self.has_database = false;
            self.notes.push("which database it has is not known; tell what the settings file asks for".to_owned());
            return;
        };
        let given = own.line.map_or(String::new(), |line| format!(", set in line {line} of the settings file"));
        let Some(source) = own.source.as_ref().filter(|_| own.is_postgresql()) else {
            self.has_database = false;
            self.notes.push(if own.is_postgresql() {
                format!("its data source{given}, is not readable here: dump the database that it names")
            } else {
                format!(
                    "its database is one of {}{given}: pg_dump does not know it, dump it with its own program",
                    own.driver
                )
            });
            return;
        };
        let connection = Connection {
            host: Some(source.host.clone()),
            port: source.port.as_ref().and_then(|port| port.parse().ok()),
            role: source.role.clone(),
            database: source.database.clone(),
            ..Connection::default()
        };
        self.variables.extend(source.ssl_mode.iter().map(|mode| ("PGSSLMODE".to_owned(), mode.clone())));
        self.to_back_up.owner = connection.clone();
        self.to_back_up.admin = connection;
        self.notes.push(format!(
            "its database is not the package's{given}; PostgreSQL's programs take its password from `~/.pgpass`"
        ));
    }

    /// The commands of the backup, its time still open.
    fn commands(&self) -> Vec<String> {
        let Some(stamp) = Stamp::parse(SOME_TIME) else { return Vec::new() };
        let present = Part::HOME;
        let set = SetName { stamp: stamp.clone() };
        let plan = create::BackupPlan::new(self.to_back_up.clone(), &present, true, PathBuf::from(TO), set);
        let mut commands = vec!["STAMP=$(date -u +%Y-%m-%d-%H-%M-%S) DAY=$(date -u +%Y-%m-%d)".to_owned()];
        commands.extend(self.variables.iter().map(|(name, value)| format!("export {name}={}", shell::word(value))));
        let folder = plan.partial();
        for step in plan.to_steps().steps {
            let is_of_the_database =
                [create::BackupTask::StartDump, create::BackupTask::FinishDump].iter().any(|it| it.id() == step.id);
            if is_of_the_database && !self.has_database {
                continue;
            }
            for effect in step.effects {
                let Effect::Command { command } = effect else { continue };
                commands.push(command);
            }
            if step.id == create::BackupTask::Archive(crate::backup::ArtefactKind::Settings).id() {
                commands.push(all_of_gitlabs_settings(&folder, &stamp));
            }
        }
        commands.into_iter().map(|command| with_open_time(&command, &stamp)).collect()
    }
}

/// A shell has no hand to cut Mattermost's part out of the settings and secrets, so it takes all of them.
fn all_of_gitlabs_settings(folder: &Path, stamp: &Stamp) -> String {
    let file = folder.join(format!("mattermost_etc_gitlab_{}.gz", stamp.day()));
    shell::line(["tar", "-zcf", &file.display().to_string(), "-C", "/", "etc/gitlab"])
}

fn with_open_time(command: &str, stamp: &Stamp) -> String {
    command.replace(stamp.as_str(), "$STAMP").replace(stamp.day(), "$DAY")
}

/// An inventory of the installation in GitLab `gitlab`, written to `file`.
pub(super) fn inventory(gitlab: Version, file: &str, installation: &Installation<'_>) -> String {
    let places = ToBackUp::at(&installation.places());
    let (version, path) = (gitlab.to_string(), |path: &Path| path.display().to_string());
    let env = places.env_directory.as_deref().map(path).unwrap_or_default();
    let line = shell::line([
        "mattermost-lab",
        "inventory",
        "--gitlab-version",
        &version,
        "--config-json",
        &path(&places.config_json),
        "--env-dir",
        &env,
        "--data-dir",
        &path(&places.data),
        "--plugins-dir",
        &path(&places.plugins),
    ]);
    format!("sudo {line} > {file}")
}

/// The comparison afterwards, and a sign-in that is followed as far as public pages lead.
pub(super) fn compare(gitlab: Version, installation: &Installation<'_>) -> Step {
    let address = |method: &str, otherwise: &str| {
        let call =
            installation.gitlab_rb.and_then(|file| file.settings.as_seen().call(method)?.value.to_ruby_text().ok());
        call.filter(|url| url.contains("://")).unwrap_or_else(|| otherwise.to_owned())
    };
    let trace = shell::line([
        "mattermost-lab",
        "trace",
        "--mattermost",
        &address("mattermost_external_url", "https://mattermost.example.com"),
        "--gitlab",
        &address("external_url", "https://gitlab.example.com"),
    ]);
    Step::new("compare", "compare with before, and follow a sign-in")
        .because("what an upgrade lost or reverted shows nowhere else")
        .command(inventory(gitlab, "after.json", installation))
        .command("mattermost-lab inventory diff before.json after.json")
        .command(trace)
}
