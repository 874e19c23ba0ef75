//! `mattermost-lab up`: a whole lab, left standing until it is told to end.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};

use super::complain;
use super::format::Format;
use super::output::remark;
use crate::terminal::stdout_width;
use crate::waiting::Waiting;
use gitlab_mattermost_dashboard::{Dashboard, Lab, NotStanding, Wishes};
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_ground::visible::{Visible, to_json};
use gitlab_mattermost_ground::wrap::Wrapping;
use gitlab_mattermost_stage::fault::Fault;
use gitlab_mattermost_stage::postgresql::PostgresChoice;
use gitlab_mattermost_stage::subject::{Choices, GitLabChoice, MattermostChoice};
use mattermost_admin::reading;

/// Run GitLab, Mattermost and PostgreSQL with a dashboard
///
/// They listen on loopback addresses that any browser on this machine can use. The dashboard, whose URL contains a secret,
/// shows every message between browser, Mattermost and GitLab, signs users in, and controls GitLab's clock, tokens and
/// faults.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab up --open
  mattermost-lab up --gitlab-rb /etc/gitlab/gitlab.rb --mattermost /opt/mattermost
  mattermost-lab up --fault gitlab:state-dropped --format json")]
pub struct Arguments {
    /// Open the dashboard in the desktop's browser
    #[arg(long)]
    open: bool,
    /// The settings file; its URLs are replaced by loopback addresses unless `--names` is given [default: the document's two lines]
    #[arg(long, value_name = "FILE")]
    gitlab_rb: Option<String>,
    /// Mattermost: `standin` (built in), or a release of the real server: its folder or archive
    #[arg(long, value_name = "SUBJECT", default_value_t, env = "LAB_MATTERMOST")]
    mattermost: MattermostChoice,
    /// PostgreSQL: `auto`, `container`, `local` (installed programs) or `postgres://…`
    #[arg(long, value_name = "SUBJECT", default_value_t, env = "LAB_POSTGRES")]
    postgres: PostgresChoice,
    /// A fault that a built-in part has; may be repeated
    #[arg(long = "fault", value_name = "PART:NAME")]
    faults: Vec<Fault>,
    /// Keep the names of the settings file (`gitlab.example.com`); a browser reaches them through the proxy that is told
    #[arg(long)]
    names: bool,
    /// How to tell what there is: text for people, or one line of JSON on stdout
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What stands.
///
/// # Shape
/// As JSON: one object in one line, described by `lab/schemas/up.schema.json`.
#[derive(Debug, Serialize)]
struct Announcement {
    dashboard: String,
    gitlab: String,
    mattermost: String,
    /// The command that opens a session in Mattermost's database.
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<String>,
    /// The proxy that a browser needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy: Option<String>,
    users: Vec<Person>,
}

#[derive(Debug, Serialize)]
struct Person {
    username: String,
    email: String,
    password: String,
    admin: bool,
    blocked: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Exit {
    let wishes = match wishes(arguments) {
        Ok(wishes) => wishes,
        Err(error) => {
            complain(&*error);
            return Exit::Usage;
        }
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&error);
            return Exit::NotStarted;
        }
    };
    let ended = runtime.block_on(stand(arguments, wishes));
    runtime.shutdown_timeout(Duration::from_secs(1));
    match ended {
        Ok(()) => Exit::AsExpected,
        Err(error @ (NotStanding::Settings(_) | NotStanding::Unreachable { .. })) => {
            complain(&error);
            Exit::Usage
        }
        Err(error) => {
            complain(&error);
            Exit::NotStarted
        }
    }
}

fn wishes(arguments: &Arguments) -> Result<Wishes, Box<dyn std::error::Error>> {
    let mut choices = Choices::from_env()?;
    choices.gitlab = GitLabChoice::Mock;
    choices.mattermost = arguments.mattermost.clone();
    choices.postgres = arguments.postgres.clone();
    choices.faults.extend(&arguments.faults);
    let read = |file| reading::text(file, "gitlab.rb", reading::MOST);
    let settings = arguments.gitlab_rb.as_deref().map(read).transpose()?;
    Ok(Wishes { choices, settings, by_name: arguments.names, program: Some(std::env::current_exe()?) })
}

async fn stand(arguments: &Arguments, wishes: Wishes) -> Result<(), NotStanding> {
    let failed = |what: &str| {
        let what = what.to_owned();
        move |source| NotStanding::System { what, source }
    };
    let mut terminate = signal(SignalKind::terminate()).map_err(failed("wait for SIGTERM"))?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed("wait for SIGINT"))?;
    let mut hangup = signal(SignalKind::hangup()).map_err(failed("wait for SIGHUP"))?;
    let told_to_end = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hangup.recv() => {}
        }
    };
    tokio::pin!(told_to_end);
    let waiting = Waiting::on("starting GitLab, Mattermost and PostgreSQL");
    let standing = tokio::select! {
        standing = Lab::start_with(wishes) => Arc::new(standing?),
        () = &mut told_to_end => return Ok(()),
    };
    drop(waiting);
    let dashboard = Dashboard::start(Arc::clone(&standing)).await.map_err(failed("serve the dashboard"))?;
    let announcement = Announcement::of(&standing, &dashboard);
    match arguments.format {
        Format::Pretty => announcement.tell(),
        Format::Json => announcement.tell_as_json(),
    }
    .map_err(failed("write to stdout"))?;
    if arguments.open {
        open(dashboard.url());
    }
    told_to_end.await;
    drop(dashboard);
    standing.stop();
    Ok(())
}

/// Opens a URL as a click on it would; a desktop that has no way is told so.
fn open(url: &str) {
    let opened =
        Command::new("xdg-open").arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if let Err(error) = opened {
        remark(&format!("warning: `xdg-open` cannot open the page: {error}"));
    }
}

impl Announcement {
    fn of(standing: &Lab, dashboard: &Dashboard) -> Self {
        let person = |user: gitlab_double::SeedUser| Person {
            password: user.password.expose().to_owned(),
            username: user.username,
            email: user.email,
            admin: user.admin,
            blocked: user.blocked,
        };
        Self {
            dashboard: dashboard.url().to_owned(),
            gitlab: standing.gitlab_url().to_owned(),
            mattermost: standing.mattermost_url().to_owned(),
            database: standing.session_command(),
            proxy: standing.proxy().map(|proxy| format!("http://{proxy}")),
            users: standing.gitlab().state().users.into_iter().map(person).collect(),
        }
    }

    fn tell(&self) -> std::io::Result<()> {
        let mut stdout = Visible(Wrapping::new(std::io::stdout().lock(), stdout_width()));
        writeln!(stdout, "dashboard   {}", self.dashboard)?;
        writeln!(stdout, "GitLab      {}", self.gitlab)?;
        writeln!(stdout, "Mattermost  {}", self.mattermost)?;
        if let Some(database) = &self.database {
            writeln!(stdout, "PostgreSQL  {database}")?;
        }
        if let Some(proxy) = &self.proxy {
            writeln!(stdout, "proxy       {proxy}   (chromium --proxy-server={proxy})")?;
        }
        writeln!(stdout, "accounts")?;
        for user in &self.users {
            let marks = [(user.admin, "administrator"), (user.blocked, "blocked")];
            let marks: Vec<_> = marks.into_iter().filter_map(|(is, mark)| is.then_some(mark)).collect();
            let line = format!("  {:10}  {:24}  {:16}  {}", user.username, user.email, user.password, marks.join(", "));
            writeln!(stdout, "{}", line.trim_end())?;
        }
        writeln!(stdout, "Ctrl-C stops everything")?;
        stdout.flush()
    }

    fn tell_as_json(&self) -> std::io::Result<()> {
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "{}", to_json(self)?)?;
        stdout.flush()
    }
}
