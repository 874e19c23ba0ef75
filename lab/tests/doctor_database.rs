//! `mattermost-lab doctor --database` against a real PostgreSQL: a database that breaks each rule, and one that nearly does.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

#[path = "support/program.rs"]
mod program;

use std::path::Path;

use gitlab_mattermost_stage::cleanup::{Keep, Run};
use gitlab_mattermost_stage::postgresql::{Database, Postgres, PostgresChoice};
use program::program;
use serde_json::Value;
use tokio_postgres::{Client, Config, NoTls};

/// A database of 5.36 as far as the rules look at it, with nothing wrong.
const SOUND: &str = r#"
    CREATE TABLE systems (name varchar(64) PRIMARY KEY, value varchar(1024));
    CREATE TABLE users (id varchar(26) PRIMARY KEY, deleteat bigint, authservice varchar(32), props varchar(4000),
                        notifyprops varchar(2000), timezone varchar(256));
    CREATE TABLE bots (userid varchar(26) PRIMARY KEY);
    CREATE TABLE posts (id varchar(26) PRIMARY KEY, props varchar(8000));
    CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean);
    INSERT INTO systems VALUES ('Version', '5.36.1');
    INSERT INTO schema_migrations VALUES (2, false);
    INSERT INTO users VALUES ('u1', 0, 'gitlab', '{}', '{"push": "all"}', '{}'), ('u2', 0, '', NULL, '{}', '{}'),
                             ('u3', 0, '', '{}', '{}', '{}'), ('u4', 9, '', '{}', '{}', '{}');
    INSERT INTO bots VALUES ('u3');
    INSERT INTO posts VALUES ('p1', '{"text": "\u003cb\u003e"}'), ('p2', '{"text": "no \\u0000 escape"}'), ('p3', '{"n": 1e3}');"#;

struct Server {
    postgres: Postgres,
    run: Run,
}

impl Server {
    async fn start() -> Self {
        let run = Run::start(Path::new(env!("CARGO_BIN_EXE_mattermost-lab")), Keep::Nothing).await.unwrap();
        let postgres = Postgres::start(&PostgresChoice::Local, run.directory()).await.unwrap();
        Self { postgres, run }
    }

    /// A sound database with what `sql` makes of it.
    async fn database(&self, sql: &str) -> Database {
        let database = self.postgres.database("doctor").await.unwrap();
        let client = database.connect().await.unwrap();
        client.batch_execute(SOUND).await.unwrap();
        client.batch_execute(sql).await.unwrap();
        database
    }

    async fn superuser(&self, database: &Database) -> Client {
        let owner: Config = database.data_source().expose().parse().unwrap();
        let mut config = Config::new();
        config.host_path(self.run.directory().path().join("postgresql")).port(owner.get_ports()[0]);
        let (client, connection) = config.user("gitlab-psql").dbname(database.name()).connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }
}

/// What is found in a database: the rules' numbers with their evidence.
fn found(database: &Database, options: &[&str]) -> Vec<String> {
    let source = database.data_source();
    let arguments = ["doctor", "--format", "json", "--database", source.expose()];
    let arguments: Vec<&str> = arguments.iter().chain(options).copied().collect();
    // The status tells whether there are findings; both are compared below.
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_mattermost-lab")).args(&arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let diagnosis: Value = serde_json::from_str(&text).unwrap();
    let findings = diagnosis["findings"].as_array().unwrap();
    assert_eq!(output.status.code(), Some(i32::from(!findings.is_empty())), "{text}");
    let password: Config = source.expose().parse().unwrap();
    let password = String::from_utf8(password.get_password().unwrap().to_vec()).unwrap();
    assert!(!text.contains(&password));
    findings.iter().map(|it| format!("{} {}", it["rule"].as_str().unwrap(), it["evidence"].as_str().unwrap())).collect()
}

/// Every rule that looks at a database, with what breaks it and what it must say; without, the near miss.
const CASES: [(&str, &str, &[&str], Option<&str>); 17] = [
    ("a sound database", "", &[], None),
    (
        "text that is no JSON",
        "INSERT INTO posts VALUES ('p4', 'oops'), ('p5', ''), ('p6', '{}')",
        &[],
        Some("P26 `posts.props` has 2 rows with no JSON"),
    ),
    (
        "the escape for NUL",
        r#"UPDATE users SET notifyprops = '{"a": "\u0000"}' WHERE id = 'u1'"#,
        &[],
        Some("P26 `users.notifyprops` has one row with the escape for NUL"),
    ),
    (
        "half of a pair of escapes",
        r#"UPDATE posts SET props = '{"a": "\ud800"}' WHERE id = 'p2'"#,
        &[],
        Some("P26 `posts.props` has one row with "),
    ),
    (
        "such a value after 6.0, when the column is JSON",
        "ALTER TABLE posts DROP COLUMN props; ALTER TABLE posts ADD props jsonb; UPDATE systems SET value = '6.2.1'",
        &[],
        None,
    ),
    (
        "a default of the time zone",
        "ALTER TABLE users ALTER timezone SET DEFAULT '{}'",
        &[],
        Some("P26 `users.timezone` is a text with a default"),
    ),
    ("a default of another column", "ALTER TABLE users ALTER props SET DEFAULT '{}'", &[], None),
    (
        "a migration that broke off",
        "UPDATE schema_migrations SET dirty = true",
        &[],
        Some("P27 `schema_migrations` is dirty"),
    ),
    (
        "a lock that stayed",
        "CREATE TABLE db_lock (id varchar(64) PRIMARY KEY, expireat bigint); INSERT INTO db_lock VALUES ('mmdb', 0)",
        &[],
        Some("P27 `db_lock` has a row"),
    ),
    ("a lock that was given back", "CREATE TABLE db_lock (id varchar(64) PRIMARY KEY, expireat bigint)", &[], None),
    (
        "several accounts with a password, and sign-in through GitLab",
        "INSERT INTO users VALUES ('u5', 0, '', '{}', '{}', '{}')",
        &[],
        Some("P09 2 accounts sign in with a password and 1 through GitLab"),
    ),
    (
        "several accounts with a password, and nobody from GitLab",
        "INSERT INTO users VALUES ('u5', 0, '', '{}', '{}', '{}'); DELETE FROM users WHERE authservice <> ''",
        &[],
        None,
    ),
    (
        "the move to 11 with users of GitLab",
        "",
        &["--target-mattermost-version", "11.9.0"],
        Some("P11 the free edition of Mattermost 11.9.0 has no sign-in through GitLab; 1 of 2 users"),
    ),
    (
        "the numbers that 10.11.16 took, on the way to 11.5",
        "CREATE TABLE db_migrations (version bigint PRIMARY KEY, name varchar);
         INSERT INTO db_migrations VALUES (141, 'add_remoteid_channelid_to_post_acknowledgements'), (142, 'add_schemeid_to_roles'),
         (143, 'backfill_roles_schemeid'), (144, 'add_roles_schemeid_index');
         UPDATE users SET authservice = ''  WHERE id = 'u1'; DELETE FROM users WHERE id = 'u2'",
        &["--target-mattermost-version", "11.5.0"],
        Some("P28 the database has used the migration numbers 142 to 144"),
    ),
    (
        "the same on the way to 11.7.3, which knows of it",
        "CREATE TABLE db_migrations (version bigint PRIMARY KEY, name varchar);
         INSERT INTO db_migrations VALUES (141, 'add_remoteid_channelid_to_post_acknowledgements'), (142, 'add_schemeid_to_roles'),
         (143, 'backfill_roles_schemeid'), (144, 'add_roles_schemeid_index');
         UPDATE users SET authservice = ''  WHERE id = 'u1'; DELETE FROM users WHERE id = 'u2'",
        &["--target-mattermost-version", "11.7.3"],
        None,
    ),
    (
        "the numbers as 11.0 uses them",
        "CREATE TABLE db_migrations (version bigint PRIMARY KEY, name varchar);
         INSERT INTO db_migrations VALUES (141, 'add_remoteid_channelid_to_post_acknowledgements'),
         (142, 'create_content_flagging_tables');
         UPDATE users SET authservice = ''  WHERE id = 'u1'; DELETE FROM users WHERE id = 'u2'",
        &["--target-mattermost-version", "11.5.0"],
        None,
    ),
    (
        "a target that is older than the schema",
        "",
        &["--mattermost-version", "5.31.7", "--target-mattermost-version", "5.31.0"],
        Some("P28 Mattermost 5.31.0 is older than 5.36.1"),
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_rule_finds_its_problem_in_a_running_database_and_nothing_in_one_that_nearly_has_it() {
    let server = Server::start().await;
    for (case, sql, options, expected) in CASES {
        let database = server.database(sql).await;
        // The server of these tests is new enough for every target; the installed version goes with the schema.
        let found = found(&database, options);
        match expected {
            Some(evidence) => {
                let hits = found.iter().filter(|it| it.starts_with(evidence)).count();
                let rule = &evidence[..3];
                let of_rule = found.iter().filter(|it| it.starts_with(rule)).count();
                assert_eq!((hits, of_rule), (1, 1), "{case}: {found:?}");
            }
            None => assert!(found.is_empty(), "{case}: {found:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_and_owners_are_those_of_mattermosts_role_even_if_the_superuser_asks() {
    let server = Server::start().await;
    let database = server.database("").await;
    let client = server.superuser(&database).await;
    let role = database.owner().to_owned();

    // As the document's restore leaves it: the database belongs to the superuser, and the role may not make tables.
    client.batch_execute(&format!("ALTER DATABASE \"{}\" OWNER TO CURRENT_USER", database.name())).await.unwrap();
    let expected = format!("P23 the role `{role}` may not make tables in the schema public");
    assert_eq!(found(&database, &[]), [expected.as_str()]);
    let port = database.data_source().expose().parse::<Config>().unwrap().get_ports()[0];
    let folder = server.run.directory().path().join("postgresql");
    let source = format!("user=gitlab-psql host={} port={port} dbname={}", folder.display(), database.name());
    let output = program(&["doctor", "--database", &source, "--format", "json"]).status(1).output();
    assert!(output.contains(&expected["P23 ".len()..]), "{output}");

    client.batch_execute(&format!("GRANT CREATE ON SCHEMA public TO {role}")).await.unwrap();
    assert_eq!(found(&database, &[]), <[&str; 0]>::default());

    client.batch_execute("ALTER TABLE posts OWNER TO CURRENT_USER; GRANT SELECT ON posts TO PUBLIC").await.unwrap();
    let expected = format!("P27 one table does not belong to the role `{role}`: `posts`");
    assert_eq!(found(&database, &[]), [expected.as_str()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_database_is_told_and_one_bad_value_among_very_many_is_found_quickly() {
    let server = Server::start().await;
    let empty = server.postgres.database("empty").await.unwrap();
    assert_eq!(found(&empty, &[]).len(), 1);
    let database = server
        .database(
            r#"INSERT INTO posts SELECT 'x' || i, '{"text": "\u003cb\u003e"}' FROM generate_series(1, 50000) i;
               UPDATE posts SET props = '{"text": "\u0000"}' WHERE id = 'x33333'"#,
        )
        .await;
    let begun = std::time::Instant::now();
    assert_eq!(found(&database, &[]), ["P26 `posts.props` has one row with the escape for NUL"]);
    assert!(begun.elapsed() < std::time::Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_does_not_answer_exits_with_2_and_without_its_password() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    program(&["doctor", "--database", &format!("postgres://me:hush@{address}/mm")])
        .status(2)
        .stderr_has(&format!("error: cannot connect to the database `mm at {address}`"))
        .check();
}

/// What is found in dumps of one database, whatever pg_dump was told about rows: the rules, what they say and how often.
#[tokio::test(flavor = "multi_thread")]
async fn dumps_in_every_form_say_the_same() {
    let server = Server::start().await;
    let broken = r#"
        CREATE TABLE fileinfo (id varchar(26), path varchar(512), deleteat bigint);
        CREATE TABLE db_migrations (version bigint PRIMARY KEY, name varchar);
        INSERT INTO db_migrations VALUES (1, 'create_teams'), (89, 'add-channelid-to-reaction'), (90, 'of my own');
        INSERT INTO posts VALUES ('p4', E'it''s\nno; JSON)'), ('p5', '{"a": "\u0000"}'), ('p6', NULL),
                                 ('p7', '{"a": "x\\y", "b": "\u00e9"}');
        INSERT INTO users VALUES ('u5', 0, '', '{}', '{}', '{}'), ('u6', 0, '', '{', '{}', '{}');
        UPDATE schema_migrations SET dirty = true;"#;
    let database = server.database(broken).await;
    let folder = tempfile::tempdir().unwrap();
    let mut told: Vec<Vec<String>> = Vec::new();
    for (name, options) in [
        ("copy", &[][..]),
        ("inserts", &["--inserts"]),
        ("columns", &["--column-inserts"]),
        ("many", &["--rows-per-insert=3"]),
        ("columns of many", &["--column-inserts", "--rows-per-insert=100", "--on-conflict-do-nothing"]),
    ] {
        let file = folder.path().join(name);
        let mut command = std::process::Command::new("pg_dump");
        command.arg(database.data_source().expose()).args(options).arg("-f").arg(&file);
        assert!(command.status().unwrap().success(), "{name}");
        let gitlab = ["--gitlab-version", "14.2", "--target-mattermost-version", "7.8.0"];
        let arguments = [&["doctor", "--format", "json", "--dump", file.to_str().unwrap()][..], &gitlab].concat();
        let diagnosis: Value = serde_json::from_str(&program(&arguments).status(1).output()).unwrap();
        let findings = diagnosis["findings"].as_array().unwrap().iter();
        let shown = findings.map(|it| format!("{} {} x{}", it["rule"], it["evidence"], it["count"])).collect();
        told.push(shown);
    }
    for rule in ["P26", "P27", "P09"] {
        assert!(told[0].iter().any(|finding| finding.contains(rule)), "{rule}: {:#?}", told[0]);
    }
    for other in &told[1..] {
        assert_eq!(*other, told[0]);
    }
}
