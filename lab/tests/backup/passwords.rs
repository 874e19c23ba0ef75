//! Passwords that have everything which some reader takes for more than a letter, in every form of a data source.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::installation::{Installation, ROLE, succeeded};
use super::server::{PROGRAM, Server};

const PASSWORD: &str = "a'b\"c\\d@e%f é:/?#&=";

#[test]
fn a_password_of_any_letters_works_in_every_form_of_a_data_source() {
    let server = Server::start_own();
    let folder = server.folder("passwords");
    let it = Installation::new(&server, "original", &folder, 1);
    let quoted = PASSWORD.replace('\\', "\\\\").replace('\'', "''");
    server.sql("postgres", &format!("SET client_encoding = 'UTF8'; ALTER ROLE {ROLE} PASSWORD E'{quoted}'"));
    let rules = server.sql("postgres", "SHOW hba_file");
    let all = "scram-sha-256";
    let text = format!("local all gitlab-psql trust\nlocal all all {all}\nhost all all 127.0.0.1/32 {all}\n");
    fs::write(rules.trim(), text).unwrap();
    server.sql("postgres", "SELECT pg_reload_conf()");
    let of = |words: &str, name: &str| {
        let value = words.split(' ').find_map(|word| word.strip_prefix(&format!("{name}=")));
        value.unwrap().to_owned()
    };
    let plain = server.data_source(ROLE, "original");
    let (socket, port) = (of(&plain, "host"), of(&plain, "port"));
    let encoded: String = PASSWORD.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let folder_encoded = socket.replace('/', "%2F");
    let escaped = PASSWORD.replace('\\', "\\\\").replace('\'', "\\'");
    let unquoted = escaped.replace(' ', "\\ ");
    let sources = [
        format!("postgres://{ROLE}:{encoded}@127.0.0.1:{port}/original?sslmode=disable&connect_timeout=10"),
        format!("postgresql://{ROLE}:{encoded}@/original?host={folder_encoded}&port={port}&statement_timeout=1ms"),
        format!("user={ROLE} password='{escaped}' host=127.0.0.1 port={port} dbname=original sslmode=disable"),
        format!(
            "user={ROLE} password={unquoted} host={socket} port={port} dbname=original search_path='public, pg_catalog'"
        ),
        format!(
            "user = {ROLE}  password = '{escaped}'  host = {socket} port={port} dbname=original binary_parameters=yes"
        ),
    ];
    for source in &sources {
        let to = folder.join(format!("to{}", source.len()));
        let mut backup = it.command(&["backup", "--to", to.to_str().unwrap()]);
        let output = backup.env("MATTERMOST_LAB_DATA_SOURCE", source).output().unwrap();
        assert!(output.status.success(), "{source}\n{}", String::from_utf8_lossy(&output.stderr));
        let text = succeeded(&output);
        let mut verify = it.command(&["verify", "--trial-restore", text.lines().next().unwrap()]);
        let output = verify.env("MATTERMOST_LAB_DATA_SOURCE", source).output().unwrap();
        assert!(succeeded(&output).contains("passed       trial-restore"), "{source}\n{output:?}");
        let mut restore = it.command(&["restore", text.lines().next().unwrap(), "--drop-old"]);
        let output = restore.env("MATTERMOST_LAB_DATA_SOURCE", source).output().unwrap();
        assert!(output.status.success(), "{source}\n{}", String::from_utf8_lossy(&output.stderr));
        not_shown(&output);
    }
    looked_into(&sources);
    settings(&it, &sources[0], &folder);
    for source in [&sources[0], &sources[2]] {
        served(source, &folder);
    }
    // A run, and a lab left standing, make databases of their own on a server that is given by its address.
    server.sql("postgres", &format!("ALTER ROLE {ROLE} CREATEDB"));
    played(&sources[0]);
    standing(&sources[0]);
}

fn not_shown(output: &Output) {
    let shown = format!("{output:?}");
    assert!(!shown.contains("a'b") && !shown.contains("%61%27"), "{shown}");
}

/// Commands that only look into the database take it as an argument and by environment.
fn looked_into(sources: &[String]) {
    for source in sources.iter().filter(|source| !source.contains("statement_timeout")) {
        for (command, named) in [("inventory", "\"users\""), ("doctor", "findings")] {
            let by_flag =
                Command::new(PROGRAM).args([command, "--format", "json", "--database", source]).output().unwrap();
            let by_environment =
                Command::new(PROGRAM).args([command, "--format", "json"]).env("LAB_DATABASE", source).output().unwrap();
            for output in [by_flag, by_environment] {
                let text = String::from_utf8_lossy(&output.stdout);
                assert!(text.contains(named), "{command} {source}: {output:?}");
                not_shown(&output);
            }
        }
    }
}

/// A backup of the database that gitlab.rb names, as the package hands it to Mattermost.
fn settings(it: &Installation<'_>, source: &str, folder: &Path) {
    let rb = folder.join("gitlab.rb");
    let text = format!(
        "external_url 'http://gitlab.example.com'\nmattermost_external_url 'http://mattermost.example.com'\n\
         mattermost['sql_driver_name'] = 'postgres'\nmattermost['sql_data_source'] = \"{source}\"\n"
    );
    fs::write(&rb, text).unwrap();
    let mut backup = it.command(&["backup", "--to", folder.join("by-settings").to_str().unwrap()]);
    backup
        .arg("--gitlab-rb")
        .arg(&rb)
        .env_remove("MATTERMOST_LAB_DATA_SOURCE")
        .env_remove("MATTERMOST_LAB_ADMIN_DATA_SOURCE");
    let output = backup.output().unwrap();
    succeeded(&output);
    not_shown(&output);
}

/// A scenario with a database, on the server at an address.
fn played(source: &str) {
    let only = ["--only", "17_oauth2_sequence/a-new-user-signs-up-through-gitlab"];
    for by_environment in [true, false] {
        let mut run = Command::new(PROGRAM);
        run.arg("run").args(only).env_remove("LAB_POSTGRES");
        if by_environment {
            run.env("LAB_POSTGRES", format!("url:{source}"));
        } else {
            run.args(["--postgres", source]);
        }
        let output = run.output().unwrap();
        let text = succeeded(&output);
        assert!(text.contains("1 scenario: 1 passed"), "{text}");
        not_shown(&output);
    }
}

/// A lab that is left standing on it.
fn standing(source: &str) {
    let mut command = Command::new(PROGRAM);
    command.args(["up", "--format", "json", "--postgres", &format!("url:{source}")]).stdin(Stdio::null());
    let mut lab = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(lab.stdout.take().unwrap()).read_line(&mut line).unwrap();
    kill(Pid::from_raw(lab.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
    let output = lab.wait_with_output().unwrap();
    assert!(line.contains("\"mattermost\":\"http://"), "{line} {output:?}");
    not_shown(&output);
    assert!(!line.contains("a'b") && !line.contains("%61%27"), "{line}");
}

/// A Mattermost that has the data source by environment, and one that has it in its config.json.
fn served(source: &str, folder: &Path) {
    let config = folder.join("served.json");
    let written = serde_json::json!({"SqlSettings": {"DriverName": "postgres", "DataSource": source}});
    for by_environment in [true, false] {
        let text = if by_environment { "{}".to_owned() } else { written.to_string() };
        fs::write(&config, text).unwrap();
        let mut command = Command::new(PROGRAM);
        command
            .args(["serve", "mattermost", "--listen", "127.0.0.1:0", "--database-attempts", "1", "--config"])
            .arg(&config);
        if by_environment {
            command.env("MM_SQLSETTINGS_DATASOURCE", source);
        }
        let mut server = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        kill(Pid::from_raw(server.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
        let output = server.wait_with_output().unwrap();
        assert!(line.starts_with("http://"), "{source} {by_environment}: {output:?}");
        not_shown(&output);
    }
}
