//! `mattermost-lab inventory` and `inventory diff` from outside: a real database, folders, files; what they print against
//! their schemas.

use std::fs;
use std::path::Path;

use crate::program::program;
use gitlab_mattermost_stage::cleanup::{Keep, Run};
use gitlab_mattermost_stage::postgresql::{Database, Postgres, PostgresChoice};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Tables as Mattermost has them, with a few rows.
const TABLES: &str = "
    CREATE TABLE systems (name varchar(64) PRIMARY KEY, value varchar(1024));
    CREATE TABLE users (id varchar(26) PRIMARY KEY, deleteat bigint, username varchar(64) UNIQUE, authdata varchar(128),
                        authservice varchar(32), timezone varchar(256) DEFAULT '{}');
    CREATE TABLE bots (userid varchar(26) PRIMARY KEY);
    CREATE TABLE posts (id varchar(26) PRIMARY KEY, type varchar(26), message varchar(65535));
    CREATE TABLE sessions (id varchar(26) PRIMARY KEY);
    CREATE TABLE \"Odd \"\" name\" (\"a b\" int, c int, PRIMARY KEY (c, \"a b\"));
    INSERT INTO systems VALUES ('Version', '5.36.1');
    INSERT INTO users (id, deleteat, username, authdata, authservice) VALUES
        ('u1', 0, 'alice', '2', 'gitlab'), ('u2', 9, 'bob', '3', 'gitlab'), ('u3', 0, 'root', NULL, ''),
        ('u4', 0, 'robot', NULL, '');
    INSERT INTO bots VALUES ('u4');
    INSERT INTO posts VALUES ('p1', '', 'hello'), ('p2', '', 'world'), ('p3', 'warn_metric_status', '');
    INSERT INTO sessions VALUES ('s1');
    INSERT INTO \"Odd \"\" name\" VALUES (1, 2), (1, 3);";

/// A database with a run that ends with it.
struct Fixture {
    database: Database,
    folder: TempDir,
    _postgres: Postgres,
    _run: Run,
}

impl Fixture {
    async fn new() -> Self {
        let run = Run::start(Path::new(env!("CARGO_BIN_EXE_mattermost-lab")), Keep::Nothing).await.unwrap();
        let postgres = Postgres::start(&PostgresChoice::Local, run.directory()).await.unwrap();
        let database = postgres.database("inventory").await.unwrap();
        let fixture = Self { database, folder: tempfile::tempdir().unwrap(), _postgres: postgres, _run: run };
        fixture.sql(TABLES).await;
        fs::create_dir_all(fixture.folder.path().join("data/in")).unwrap();
        fixture.write("data/in/a.png", "picture");
        fixture.write("config.json", r#"{"ServiceSettings": {"SiteURL": "http://mattermost.example.com"}}"#);
        fixture
    }

    async fn sql(&self, sql: &str) {
        self.database.connect().await.unwrap().batch_execute(sql).await.unwrap();
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Takes an inventory of everything into the file `name`.
    fn take(&self, name: &str) -> Value {
        let (data, config) = (self.path("data"), self.path("config.json"));
        let source = self.database.keyword_data_source();
        let arguments = ["inventory", "--database", source.expose(), "--data-dir", &data, "--config-json", &config];
        let output = program(&arguments).output();
        self.write(name, &output);
        let inventory = serde_json::from_str(&output).unwrap();
        fits("inventory", &inventory);
        inventory
    }

    /// Compares two inventories; checks the exit status.
    fn diff(&self, before: &str, after: &str, status: i32) -> Value {
        let (before, after) = (self.path(before), self.path(after));
        let output = program(&["inventory", "diff", &before, &after, "--format", "json"]).status(status).output();
        let diff = serde_json::from_str(&output).unwrap();
        fits("inventory-diff", &diff);
        diff
    }
}

fn fits(schema: &str, value: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{schema}.schema.json"));
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn rules(diff: &Value) -> Vec<String> {
    let changes = diff["changes"].as_array().unwrap();
    changes.iter().map(|it| format!("{} {}", it["rule"].as_str().unwrap(), it["what"].as_str().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inventory_tells_rows_users_files_and_settings_of_a_real_database() {
    let fixture = Fixture::new().await;
    let inventory = fixture.take("a.json");
    assert_eq!(inventory["mattermost"], json!({"version": "5.36.1", "origin": "database"}));
    let database = &inventory["database"];
    assert_eq!(
        database["users"],
        json!({
            "email": {"active": 1, "deactivated": 0}, "gitlab": {"active": 1, "deactivated": 1}
        })
    );
    assert_eq!(database["tables"]["posts"]["rows"], 2);
    assert_eq!(database["tables"]["posts with type warn_metric_status"]["rows"], 1);
    assert_eq!(database["tables"]["Odd \" name"]["key"], json!(["c", "a b"]));
    assert_eq!(database["tables"]["users"]["indexes"], json!(["users_pkey", "users_username_key"]));
    assert_eq!(database["tables"]["users"]["columns"]["authdata"]["type"], "character varying(128)");
    assert_eq!(inventory["folders"]["data"]["files"]["in/a.png"]["size"], 7);
    assert_eq!(
        inventory["settings"]["entries"]["ServiceSettings.SiteURL"],
        json!({"layer": "file", "at_default": false, "value": "http://mattermost.example.com"})
    );
    assert_eq!(
        fixture.diff("a.json", "a.json", 0),
        json!({
            "verdict": "identical", "changes": [], "not_compared": [], "loosely_compared": []
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_of_rows_does_not_matter_but_which_row_has_which_value_does() {
    let fixture = Fixture::new().await;
    fixture.take("before.json");
    // Every row is written again, in another order.
    fixture
        .sql(
            "CREATE TABLE copy AS SELECT * FROM users ORDER BY id DESC; DELETE FROM users;
                 INSERT INTO users SELECT * FROM copy; DROP TABLE copy",
        )
        .await;
    fixture.take("rewritten.json");
    assert_eq!(fixture.diff("before.json", "rewritten.json", 0)["verdict"], "identical");
    fixture
        .sql("UPDATE users SET authdata = CASE id WHEN 'u1' THEN '3' ELSE '2' END WHERE authservice = 'gitlab'")
        .await;
    fixture.take("swapped.json");
    let diff = fixture.diff("before.json", "swapped.json", 1);
    assert_eq!(
        (diff["verdict"].as_str(), rules(&diff)),
        (Some("lost"), vec!["users-changed-account column users.authdata".to_owned()])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_loss_is_named_and_what_a_running_server_writes_is_expected() {
    let fixture = Fixture::new().await;
    fixture.take("before.json");
    fixture.sql("DELETE FROM sessions; INSERT INTO posts VALUES ('p4', 'warn_metric_status', '')").await;
    fixture.take("running.json");
    assert_eq!(fixture.diff("before.json", "running.json", 0)["verdict"], "as-expected");

    fixture
        .sql(
            "DELETE FROM posts WHERE id = 'p1'; ALTER TABLE users DROP CONSTRAINT users_username_key;
                 UPDATE users SET authservice = '' WHERE id = 'u1'; DROP TABLE bots",
        )
        .await;
    fs::create_dir(fixture.path("data/data")).unwrap();
    fs::rename(fixture.path("data/in"), fixture.path("data/data/in")).unwrap();
    fixture.write("config.json", "{}");
    fixture.take("after.json");
    let diff = fixture.diff("running.json", "after.json", 1);
    let mut lost = rules(&diff);
    lost.retain(|it| !it.starts_with("file-added") && !it.starts_with("users-gained-method"));
    assert_eq!(
        lost,
        [
            "setting-reverted setting ServiceSettings.SiteURL",
            "table-missing table bots",
            "rows-lost table posts",
            "users-changed-method column users.authservice",
            "index-missing index users_username_key of table users",
            "users-lost-method users who sign in by gitlab",
            "file-elsewhere file data/in/a.png",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_is_left_as_it_was_and_never_told_with_its_password() {
    let fixture = Fixture::new().await;
    let source = fixture.database.data_source();
    let written = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_user_tables";
    let client = fixture.database.connect().await.unwrap();
    let before: i64 = client.query_one(written, &[]).await.unwrap().get(0);
    fixture.take("a.json");
    let after: i64 = client.query_one(written, &[]).await.unwrap().get(0);
    assert_eq!(before, after);
    let wrong = source.expose().replacen("@", "x@", 1);
    program(&["inventory", "--database", &wrong])
        .status(2)
        .stderr_has("error: cannot connect to the database `lab_")
        .check();
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_the_database_knows_are_looked_for_and_links_are_told_by_what_they_lead_to() {
    let fixture = Fixture::new().await;
    fixture.sql("CREATE TABLE fileinfo (id varchar(26) PRIMARY KEY, path varchar(512), size bigint)").await;
    fixture
        .sql("INSERT INTO fileinfo VALUES ('f1', 'in/a.png', 7), ('f2', 'disk/b.png', 3), ('f3', 'in/a.png', 8)")
        .await;
    let disk = tempfile::tempdir().unwrap();
    fs::write(disk.path().join("b.png"), "abc").unwrap();
    std::os::unix::fs::symlink(disk.path(), fixture.path("data/disk")).unwrap();
    let before = fixture.take("before.json");
    assert_eq!(before["attachments"], json!({"rows": 3, "missing": 1, "missing_paths": ["in/a.png"]}));
    let files = &before["folders"]["data"]["files"];
    assert_eq!((&files["disk"]["leads_to"], &files["disk/b.png"]["size"]), (&json!("folder"), &json!(3)));

    fs::remove_file(disk.path().join("b.png")).unwrap();
    fixture.take("after.json");
    let diff = fixture.diff("before.json", "after.json", 1);
    assert_eq!(rules(&diff), ["file-missing file data/disk/b.png", "attachments-missing attachments"]);

    // The disk is there no more.
    drop(disk);
    fixture.take("broken.json");
    let diff = fixture.diff("after.json", "broken.json", 1);
    assert_eq!(rules(&diff), ["link-broken file data/disk"]);
}

#[test]
fn what_cannot_be_read_exits_with_2_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (short, other, later) = (file("key", "short"), file("other", "{}"), file("later", r#"{"format_version": 2}"#));
    for (arguments, error) in [
        (vec![], "error: nothing to look at; name `--database`, ".to_owned()),
        (vec!["--data-dir", "/nowhere"], "error: cannot read `/nowhere`: No such file".to_owned()),
        (
            vec!["--config-json", &other],
            "error: the settings of which version? give `--mattermost-version`, ".to_owned(),
        ),
        (
            vec!["--config-json", &other, "--mattermost-version", "5.36.1", "--fingerprint-key-file", &short],
            format!("error: the fingerprint key in `{short}` cannot be used: the key has 5 bytes"),
        ),
        (
            vec!["--program", "/bin/false", "--data-dir", "/tmp"],
            "error: `/bin/false` does not tell its version".to_owned(),
        ),
        (vec!["diff", &other, &other], format!("error: `{other}` is not an inventory: missing field `format_version`")),
        (vec!["diff", &later, &later], format!("error: `{later}` has the form 2 of inventories; this program reads 1")),
    ] {
        let arguments: Vec<&str> = ["inventory"].into_iter().chain(arguments).collect();
        program(&arguments).status(2).stderr_has(&error).check();
    }
}

#[test]
fn a_difference_is_accepted_by_its_name_and_a_name_that_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let take = |name: &str, site_name: &str| {
        fs::write(path("config.json"), format!(r#"{{"TeamSettings": {{"SiteName": "{site_name}"}}}}"#)).unwrap();
        let output =
            program(&["inventory", "--config-json", &path("config.json"), "--mattermost-version", "6.2.1"]).output();
        fs::write(path(name), output).unwrap();
        path(name)
    };
    let (before, after) = (take("before.json", "a"), take("after.json", "b"));
    let diff = |accept: &str, status| {
        program(&["inventory", "diff", &before, &after, "--format", "json", "--accept", accept]).status(status)
    };
    let accepted: Value = serde_json::from_str(&diff("setting TeamSettings.SiteName", 0).output()).unwrap();
    fits("inventory-diff", &accepted);
    assert_eq!(
        (&accepted["verdict"], &accepted["changes"][0]["judgement"]),
        (&"as-expected".into(), &"accepted".into())
    );
    diff("setting TeamSettings.Other", 2).stderr(
        "error: nothing that differs is called `setting TeamSettings.Other`: give a name as `inventory diff` prints it, or \
         leave `--accept` out\n",
    ).check();
}

#[test]
fn an_env_directory_and_a_settings_file_give_the_same_variables() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let settings = "external_url 'http://gitlab.example.com'\nmattermost_external_url 'http://mattermost.example.com'\n
        mattermost['env'] = { 'MM_EMAILSETTINGS_SMTPPASSWORD' => 'hush', 'MM_TEAMSETTINGS_SITENAME' => '' }\n";
    fs::write(path("gitlab.rb"), settings).unwrap();
    // As `openssl rand 32` makes one: no text, and with what looks like a blank around it.
    fs::write(path("key"), [&b" "[..], &[0xe9; 30], b"\n"].concat()).unwrap();
    let (rb, env, key) = (path("gitlab.rb"), path("env"), path("key"));
    program(&["env", &rb, "--format", &format!("dir:{env}")]).any_stdout().check();
    let inventory = |given: &[&str], name: &str| {
        let arguments = ["inventory", "--gitlab-version", "14.7.0", "--fingerprint-key-file", &key];
        let output = program(&arguments.iter().chain(given).copied().collect::<Vec<_>>()).output();
        assert!(!output.contains("hush"));
        fs::write(path(name), &output).unwrap();
        serde_json::from_str::<Value>(&output).unwrap()
    };
    let found = inventory(&["--env-dir", &env], "found.json");
    let derived = inventory(&["--gitlab-rb", &rb], "derived.json");
    assert_eq!(found["mattermost"], json!({"version": "6.2.1", "origin": "gitlab-release"}));
    let site_url = "/settings/entries/ServiceSettings.SiteURL";
    assert_eq!(found.pointer(site_url), derived.pointer(site_url));
    // A key that the package would generate is set in the one and unknown in the other.
    let password = "/settings/entries/EmailSettings.SMTPPassword/secret/fingerprint";
    assert!(found.pointer(password).is_some_and(|it| derived.pointer(password) == Some(it)));
}
