//! `mattermost-lab hold`: starts PostgreSQL and holds it; hidden, for the tests of the clean-up.

use std::io::{Read, Write};

use clap::{Args, ValueEnum};

use super::complain;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_stage::cleanup::{Keep, Run};
use gitlab_mattermost_stage::postgresql::{Postgres, PostgresChoice};

/// Starts PostgreSQL and holds it until standard input ends.
#[derive(Debug, Args)]
pub struct Hold {
    /// Where the server comes from.
    #[arg(long, default_value = "auto")]
    postgres: PostgresChoice,
    /// Leave everything standing.
    #[arg(long)]
    keep: bool,
    /// What to do once standard input has ended.
    #[arg(long, value_enum, default_value = "return")]
    then: Ending,
}

/// A way to end a process.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Ending {
    /// Let go of everything and end.
    Return,
    /// End without letting go of anything.
    Exit,
    /// This program panics.
    Panic,
}

impl Hold {
    /// Runs the command.
    pub fn run(self) -> Exit {
        match tokio::runtime::Runtime::new().map_err(anyhow::Error::from).and_then(|tokio| tokio.block_on(self.hold()))
        {
            Ok(()) => Exit::AsExpected,
            Err(error) => {
                complain(error.as_ref());
                Exit::NotStarted
            }
        }
    }

    #[allow(clippy::panic, reason = "to panic is what it was asked for")]
    async fn hold(self) -> anyhow::Result<()> {
        let keep = if self.keep { Keep::Everything } else { Keep::Nothing };
        let run = Run::start(&std::env::current_exe()?, keep).await?;
        let postgres = Postgres::start(&self.postgres, run.directory()).await?;
        let database = postgres.database("held").await?;
        anstream::println!("{}", postgres.describe());
        anstream::println!("{}", run.directory().path().display());
        std::io::stdout().flush()?;
        tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
        match self.then {
            Ending::Return => {
                drop(database);
                let session = postgres.session_command();
                postgres.stop().await?;
                if let Some(note) = run.kept_note() {
                    anstream::println!("{note}\n{session}");
                }
                Ok(())
            }
            Ending::Exit => std::process::exit(0),
            Ending::Panic => panic!("as it was asked for"),
        }
    }
}
