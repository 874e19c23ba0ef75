//! What the commands print, for people and for programs, and what they refuse to begin with.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::installation::{Installation, ROLE, refused, succeeded};
use super::server::{PROGRAM, Server};

/// What a command printed, held against its schema.
fn json(text: &str, schema: &str) -> Value {
    let value: Value = serde_json::from_str(text).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{schema}.schema.json"));
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(&value).map(|fault| format!("{}: {fault}", fault.instance_path)).collect();
    assert!(faults.is_empty(), "{}\n{text}", faults.join("\n"));
    value
}

#[test]
fn every_command_prints_what_its_schema_says() {
    let server = Server::start();
    let folder = server.folder("schemas");
    let it = Installation::new(&server, "original", &folder, 3);
    let backed_up = it.state();
    let to = folder.join("backups");
    let arguments = ["backup", "--format", "json", "--to", to.to_str().unwrap()];
    let plan = it.command(&arguments).arg("--dry-run").output().unwrap();
    json(&succeeded(&plan), "backup-plan");
    assert!(!to.exists(), "a dry run made something");

    let backup = json(&succeeded(&it.command(&arguments).output().unwrap()), "backup");
    let set = Path::new(backup["path"].as_str().unwrap());
    json(&fs::read_to_string(set.join("mattermost_backup.json")).unwrap(), "backup-manifest");
    assert_eq!(backup["manifest"]["database"]["mattermost_version"], "5.36.1");
    let tables = backup["manifest"]["database"]["tables"].as_array().unwrap();
    assert!(tables.iter().any(|it| it["table"] == "public.posts" && it["rows"] == 400), "{tables:?}");

    let verified = it.command(&["verify", "--trial-restore", "--format", "json"]).arg(set).output().unwrap();
    let verified = json(&succeeded(&verified), "verification");
    let outcomes = verified["checks"].as_array().unwrap();
    let (signature, others) = outcomes.split_first().unwrap();
    assert!(signature["id"] == "signature" && signature["outcome"] == "not_checked", "{signature:#?}");
    assert!(others.len() > 10 && others.iter().all(|check| check["outcome"] == "passed"), "{others:#?}");

    it.live_on();
    let before = it.state();
    let plan = it.restore(set).args(["--format", "json", "--dry-run"]).output().unwrap();
    let plan = json(&succeeded(&plan), "backup-plan");
    let ids: Vec<&str> = plan["plan"].as_array().unwrap().iter().map(|step| step["id"].as_str().unwrap()).collect();
    let order = [
        "check",
        "begin",
        "unpack-files",
        "unpack-plugins",
        "create-database",
        "load-dump",
        "compare-rows",
        "stop-server",
        "close-database",
        "ready",
        "swap-databases",
        "swap-folders",
        "start-server",
        "finish",
    ];
    assert_eq!(ids, order);
    assert!(it.state() == before, "a dry run changed something");
    let restored = it.restore(set).args(["--format", "json"]).output().unwrap();
    let restored = json(&succeeded(&restored), "restoration");
    let kept = restored["restored"]["kept_database"].as_str().unwrap();
    assert!(it.state() == backed_up);
    assert_eq!(server.sql(kept, "SELECT count(*) FROM posts").trim(), "301", "the state before is kept");
    let forgotten = it.command(&["restore", "--forget", "--format", "json"]).output().unwrap();
    assert_eq!(json(&succeeded(&forgotten), "restoration")["forgotten"][0]["database"], kept);
    let left = format!("SELECT count(*) FROM pg_database WHERE datname = '{kept}'");
    assert_eq!(server.sql("postgres", &left).trim(), "0");
}

#[test]
fn the_documents_restore_reads_the_backup() {
    let server = Server::start();
    let folder = server.folder("read");
    let it = Installation::new(&server, "original", &folder, 3);
    let set = it.back_up(&folder.join("backups"));
    let other = Installation::new(&server, "other", &folder, 0);
    server.sql("postgres", "DROP DATABASE other");
    server.sql("postgres", "CREATE DATABASE other OWNER gitlab_mattermost");
    for part in ["data", "config.json", "plugins", "client-plugins"] {
        let path = other.home.join(part);
        if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
    }
    let connection = server.data_source("gitlab_mattermost", "other");
    let script = format!(
        "set -e; zcat {set}/mattermost_dbdump_*.sql.gz | psql -qX -v ON_ERROR_STOP=1 '{connection}' > /dev/null; \
         for archive in {set}/mattermost_data_*.gz {set}/mattermost_plugins_*.gz; do tar -zxpf $archive -C '{home}'; done",
        set = set.display(),
        home = other.home.display()
    );
    assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success());
    assert!(other.state() == it.state());
}

/// Types a printed plan into a shell.
fn typed(plan: &str) {
    let output = Command::new("sh").args(["-ec", plan]).output().unwrap();
    assert!(output.status.success(), "{}\n{plan}", String::from_utf8_lossy(&output.stderr));
}

/// The name under which a printed plan keeps the database that was there.
fn kept_as(plan: &str) -> &str {
    let at = plan.find("original_before_").unwrap();
    plan[at..].split('"').next().unwrap()
}

#[test]
fn whoever_types_the_printed_plans_gets_what_the_commands_do() {
    let server = Server::start();
    let folder = server.folder("typed");
    let it = Installation::new(&server, "original", &folder, 3);
    let backed_up = it.state();
    let to = folder.join("backups");
    fs::create_dir(&to).unwrap();
    typed(&succeeded(&it.command(&["backup", "--to", to.to_str().unwrap(), "--dry-run"]).output().unwrap()));
    let set = fs::read_dir(&to).unwrap().next().unwrap().unwrap().path();
    succeeded(&it.command(&["verify"]).arg(&set).output().unwrap());

    it.live_on();
    let first = succeeded(&it.restore(&set).arg("--dry-run").output().unwrap());
    typed(&first);
    assert!(it.runs());
    let differ = it.state().differences(&backed_up);
    assert!(differ.is_empty(), "{differ:?}");
    // Nothing is left that another command stumbles over.
    assert!(succeeded(&it.command(&["restore", "--recover"]).output().unwrap()).contains("nothing to do"));
    it.live_on();
    let own = it.back_up_lossy(&folder.join("own"));
    let later = it.state();
    it.sql("DELETE FROM posts");
    // What is typed leaves no note, but its names.
    let second = succeeded(&it.restore(&own).arg("--dry-run").output().unwrap());
    assert_ne!(kept_as(&second), kept_as(&first));
    typed(&second);
    assert!(it.state() == later);
}

#[test]
fn without_a_data_source_the_settings_file_says_which_database_it_is_or_none_is_taken() {
    let server = Server::start();
    let folder = server.folder("by-settings");
    let it = Installation::new(&server, "original", &folder, 1);
    let settings = folder.join("gitlab.rb");
    let to = folder.join("backups");
    let back_up = |source: &str, more: &[&str]| {
        let url = "mattermost_external_url 'http://chat.example.com'";
        fs::write(&settings, format!("{url}\nmattermost['sql_data_source'] = {source}\n")).unwrap();
        let mut command = it.command(&["backup", "--to", to.to_str().unwrap()]);
        command.arg("--gitlab-rb").arg(&settings).args(more);
        command.env_remove("MATTERMOST_LAB_DATA_SOURCE").env_remove("MATTERMOST_LAB_ADMIN_DATA_SOURCE");
        command.output().unwrap()
    };
    let source = server.data_source(ROLE, &it.database);
    assert!(succeeded(&back_up(&format!("'{source}'"), &[])).contains(" rows in "));
    let told = format!("SOURCE={source}");
    assert!(succeeded(&back_up("ENV['SOURCE']", &["--env-var", &told])).contains(" rows in "));
    let output = back_up("ENV['SOURCE']", &[]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && error.contains("data source"), "{error}");
}

#[test]
fn settings_and_secrets_are_taken_as_far_as_they_are_mattermosts() {
    let server = Server::start();
    let folder = server.folder("settings");
    let it = Installation::new(&server, "original", &folder, 1);
    let (env, settings, secrets) = (folder.join("env"), folder.join("gitlab.rb"), folder.join("gitlab-secrets.json"));
    fs::create_dir(&env).unwrap();
    fs::write(env.join("MM_SERVICESETTINGS_SITEURL"), "http://mattermost.example.com").unwrap();
    fs::write(&settings, "external_url 'http://gitlab.example.com'\ngitlab_rails['smtp_password'] = 'not-mattermosts'\nmattermost['env'] = {\n  'A' => 'b'\n}\n").unwrap();
    fs::write(
        &secrets,
        r#"{"gitlab_rails": {"db_key_base": "not-mattermosts"}, "mattermost": {"gitlab_id": "12345656"}}"#,
    )
    .unwrap();
    let to = folder.join("backups");
    let mut command = it.command(&["backup", "--secrets", "--to", to.to_str().unwrap()]);
    command.arg("--env-dir").arg(&env).arg("--gitlab-rb").arg(&settings).arg("--secrets-file").arg(&secrets);
    let output = succeeded(&command.output().unwrap());
    let set = Path::new(output.lines().next().unwrap());
    let unpacked = |kind: &str| {
        let script = format!("tar -zxOf {}/mattermost_{kind}_*.gz", set.display());
        String::from_utf8(Command::new("sh").args(["-c", &script]).output().unwrap().stdout).unwrap()
    };
    let (settings, secrets) = (unpacked("settings"), unpacked("secrets"));
    assert!(settings.contains("http://mattermost.example.com") && settings.contains("'A' => 'b'"), "{settings}");
    assert!(settings.contains("external_url 'http://gitlab.example.com'"), "{settings}");
    assert!(secrets.contains("12345656"), "{secrets}");
    assert!(!settings.contains("not-mattermosts") && !secrets.contains("not-mattermosts"));
    for entry in fs::read_dir(set).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        let is_secret = entry.file_name().to_string_lossy().contains("secrets");
        assert!(mode & 0o007 == 0 && (!is_secret || mode == 0o600), "{:?} {mode:o}", entry.file_name());
    }
    succeeded(&it.command(&["verify"]).arg(set).output().unwrap());
}

#[test]
fn what_cannot_begin_says_why_and_what_to_do() {
    let server = Server::start();
    let folder = server.folder("refusals");
    let it = Installation::new(&server, "original", &folder, 1);
    let run = |arguments: &[&str]| it.command(arguments).output().unwrap();
    let home = it.home.to_str().unwrap();
    let inside = it.home.join("data/backups");
    let complaint = refused(&run(&["backup", "--to", inside.to_str().unwrap()]), 2);
    assert!(complaint.contains("which is backed up"), "{complaint}");
    let complaint = refused(&run(&["verify", home]), 2);
    assert!(
        complaint.contains("is not one backup: it has no dump, such as `mattermost_dbdump_2021-08-05.sql.gz`"),
        "{complaint}"
    );
    std::os::unix::fs::symlink("/no/such/file", it.home.join("data/outside")).unwrap();
    let to = folder.join("backups");
    let complaint = refused(&run(&["backup", "--to", to.to_str().unwrap()]), 2);
    assert!(complaint.contains("data/outside` is a link out of its folder, to `/no/such/file`"), "{complaint}");
    fs::remove_file(it.home.join("data/outside")).unwrap();
    assert_eq!(fs::read_dir(&to).unwrap().count(), 0);

    let mut wrong = it.command(&["backup", "--to", to.to_str().unwrap()]);
    wrong.env("MATTERMOST_LAB_DATA_SOURCE", server.data_source("gitlab_mattermost", "no_such").as_str());
    let complaint = refused(&wrong.output().unwrap(), 3);
    assert!(complaint.contains(r#"database "no_such" does not exist"#), "{complaint}");
    let mut wrong = it.command(&["backup", "--to", to.to_str().unwrap()]);
    wrong.env("MATTERMOST_LAB_DATA_SOURCE", "mmuser:mostest@tcp(localhost:3306)/mattermost");
    let complaint = refused(&wrong.output().unwrap(), 2);
    assert!(complaint.contains("the data source is neither") && !complaint.contains("mostest"), "{complaint}");

    let complaint = refused(&Command::new(PROGRAM).args(["restore"]).output().unwrap(), 2);
    assert!(complaint.contains("<BACKUP"), "{complaint}");
}
