//! The database server of a run: set up as in the Linux package, a database for every scenario, and what happens when
//! it is not there.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::trials::{Ended as _, Test, block_on, tests, with_containers};
use gitlab_mattermost_stage::cleanup::{Keep, Run};
use gitlab_mattermost_stage::postgresql::{BackendError, Database, Postgres, PostgresChoice};
use libtest_mimic::Completion;
use tokio_postgres::{Client, Config, NoTls};

const PROGRAM: &str = env!("CARGO_BIN_EXE_mattermost-lab");

/// These tests of a server twice: of an installed one, and of one in a container.
macro_rules! of_each {
    ($($test:ident),* $(,)?) => {
        [$((concat!(module_path!(), "::local::", stringify!($test)), || $test(&PostgresChoice::Local).completion())),*,
         $((concat!(module_path!(), "::container::", stringify!($test)), || {
             with_containers(|| $test(&PostgresChoice::Container))
         })),*]
    };
}

/// The tests of this module.
pub fn all() -> Vec<Test> {
    let mut all: Vec<Test> = tests![
        a_running_server_is_used_by_url_and_left_as_it_was,
        a_url_where_nothing_answers_is_told_in_time_and_without_its_password,
        without_engine_and_programs_the_error_names_both_ways_within_two_seconds,
        a_folder_for_temporary_files_that_only_root_can_enter_is_named_with_the_way_out,
        without_an_engine_installed_programs_are_taken_and_the_reason_is_told,
    ];
    let of_each: [Test; 6] = of_each![
        every_scenario_has_an_empty_database_of_its_own_that_mattermosts_role_owns,
        both_connection_strings_lead_to_the_database_and_only_with_the_password,
        a_server_that_died_is_named_and_the_next_scenario_gets_a_running_one,
    ];
    all.extend(of_each);
    all
}

async fn run() -> Run {
    Run::start(Path::new(PROGRAM), Keep::Nothing).await.unwrap()
}

async fn connect(data_source: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = data_source.parse::<Config>().unwrap().connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

async fn text(client: &Client, query: &str) -> String {
    client.query_one(query, &[]).await.unwrap().get(0)
}

fn every_scenario_has_an_empty_database_of_its_own_that_mattermosts_role_owns(choice: &PostgresChoice) {
    block_on(async {
        let run = run().await;
        let postgres = Postgres::start(choice, run.directory()).await.unwrap();
        let (one, two) = tokio::join!(postgres.database("same hint"), postgres.database("same hint"));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_ne!(one.name(), two.name());
        for database in [&one, &two] {
            let client = database.connect().await.unwrap();
            client.batch_execute("CREATE TABLE posts (id text)").await.unwrap();
            assert_eq!(text(&client, "SELECT current_user::text").await, "gitlab_mattermost");
            let owner = "SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = current_database()";
            assert_eq!(text(&client, owner).await, "gitlab_mattermost");
            assert_eq!(
                text(&client, "SELECT rolsuper::text FROM pg_roles WHERE rolname = 'gitlab-psql'").await,
                "true"
            );
            let create = client.batch_execute("CREATE DATABASE other").await;
            assert!(create.is_err(), "the owner of a scenario's database may not create others");
        }
    });
}

fn both_connection_strings_lead_to_the_database_and_only_with_the_password(choice: &PostgresChoice) {
    block_on(async {
        let run = run().await;
        let postgres = Postgres::start(choice, run.directory()).await.unwrap();
        let database = postgres.database("strings").await.unwrap();
        let (url, keywords) = (database.data_source(), database.keyword_data_source());
        for data_source in [url.expose(), keywords.expose()] {
            let client = connect(data_source).await.unwrap();
            assert_eq!(text(&client, "SELECT current_database()::text").await, database.name());
        }
        let mut without: Config = url.expose().parse().unwrap();
        assert!(without.password("wrong").connect(NoTls).await.is_err(), "{choice}");
    });
}

fn a_server_that_died_is_named_and_the_next_scenario_gets_a_running_one(choice: &PostgresChoice) {
    block_on(async {
        let run = run().await;
        let postgres = Postgres::start(choice, run.directory()).await.unwrap();
        let before = postgres.database("before").await.unwrap();
        postgres.check().await.unwrap();

        postgres.kill().await.unwrap();
        let down = postgres.check().await.unwrap_err();
        assert!(down.part.starts_with(&format!("PostgreSQL ({choice}")), "{down}");
        assert!(down.log.contains("database system is ready to accept connections"), "{down}");
        assert!(before.connect().await.is_err());

        let (one, two) = tokio::join!(postgres.database("after"), postgres.database("after"));
        for database in [one.unwrap(), two.unwrap()] {
            database.connect().await.unwrap();
        }
        postgres.check().await.unwrap();
    });
}

fn a_running_server_is_used_by_url_and_left_as_it_was() {
    block_on(async {
        let run = run().await;
        let host = Postgres::start(&PostgresChoice::Local, run.directory()).await.unwrap();
        let home = host.database("home").await.unwrap();
        let choice: PostgresChoice = format!("url:{}", home.data_source().expose()).parse().unwrap();

        let refusal = Postgres::start(&choice, run.directory()).await.unwrap_err();
        assert!(
            matches!(&refusal, BackendError::MayNotCreate { role, .. } if role == "gitlab_mattermost"),
            "{refusal}"
        );

        allow_to_create(&home, &run).await;
        let other_run = self::run().await;
        let guest = Postgres::start(&choice, other_run.directory()).await.unwrap();
        let database = guest.database("guest").await.unwrap();
        let client = database.connect().await.unwrap();
        client.batch_execute("CREATE TABLE posts (id text)").await.unwrap();
        assert!(!guest.may_be_killed());
        assert!(matches!(guest.kill().await, Err(BackendError::NotOurs { .. })));
        std::mem::forget(database);
        guest.stop().await.unwrap();

        let client = home.connect().await.unwrap();
        let names = "SELECT string_agg(datname, ' ') FROM pg_database WHERE datname LIKE 'lab\\_%' AND datname <> 'lab_template'";
        assert_eq!(text(&client, names).await, home.name());
        host.check().await.unwrap();
    });
}

/// What the error about the missing right advises, through the socket of the local server.
async fn allow_to_create(database: &Database, run: &Run) {
    let mut config: Config = database.data_source().expose().parse().unwrap();
    let port = config.get_ports()[0];
    config = Config::new();
    config.host_path(run.directory().path().join("postgresql")).port(port).user("gitlab-psql").dbname("postgres");
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("ALTER ROLE \"gitlab_mattermost\" CREATEDB").await.unwrap();
}

fn a_url_where_nothing_answers_is_told_in_time_and_without_its_password() {
    block_on(async {
        let run = run().await;
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = silent.local_addr().unwrap().port();
        let choice: PostgresChoice = format!("url:postgres://me:hush@127.0.0.1:{port}/db").parse().unwrap();
        let start = Instant::now();
        let error = Postgres::start(&choice, run.directory()).await.unwrap_err().to_string();
        assert!(start.elapsed() < Duration::from_secs(6));
        assert!(error.contains(&format!("127.0.0.1:{port}")) && !error.contains("hush"), "{error}");
    });
}

fn hold() -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("hold").stdin(std::process::Stdio::null());
    command
}

fn without_engine_and_programs_the_error_names_both_ways_within_two_seconds() {
    let start = Instant::now();
    let output =
        hold().env("PG_BIN", "/nonexistent/pg").env("DOCKER_HOST", "unix:///nonexistent/docker.sock").output().unwrap();
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!(output.status.code(), Some(3));
    let error = String::from_utf8(output.stderr).unwrap();
    for part in
        ["/nonexistent/pg", "unix:///nonexistent/docker.sock", "apt install postgresql", "start a container engine"]
    {
        assert!(error.contains(part), "`{part}` is missing in: {error}");
    }
}

fn a_folder_for_temporary_files_that_only_root_can_enter_is_named_with_the_way_out() -> Completion {
    if !nix::unistd::geteuid().is_root() {
        return Completion::ignored_with("only root runs the server as somebody else");
    }
    let closed = tempfile::tempdir().unwrap();
    std::fs::set_permissions(closed.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    let output = hold().args(["--postgres", "local"]).env("TMPDIR", closed.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains(closed.path().to_str().unwrap()) && error.contains("set `TMPDIR`"), "{error}");
    assert_eq!(std::fs::read_dir(closed.path()).unwrap().count(), 0);
    Completion::Completed
}

fn without_an_engine_installed_programs_are_taken_and_the_reason_is_told() {
    let output = hold().env("DOCKER_HOST", "unix:///nonexistent/docker.sock").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success() && text.contains("local, ") && text.contains("not in a container: no container engine"),
        "{text}"
    );
}
